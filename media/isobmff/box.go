// Package isobmff reads what files of the ISO base media format (ISO/IEC 14496-12: MP4, MOV, 3GP; ISO/IEC 23008-12: HEIF, AVIF) say
// of showing their first video track or their primary picture, without decoding. It trusts no size or count: everything read is
// bounded by the box that holds it, and by constants.
package isobmff

import (
	"encoding/binary"
	"errors"
	"io"
	"iter"

	"unmask/media/extract"
)

const (
	maxTables = 64 << 20 // bytes of boxes that are read in all
	maxBoxes  = 200_000
	maxDepth  = 16
)

// ErrFormat says that there is nothing to show: no video track with sample tables, no primary picture with a size.
var ErrFormat = errors.New("no video track or picture is described in it")

// reader walks boxes within bounds.
type reader struct {
	*extract.Source
	boxes  int
	frames int // that a track may have
}

func newReader(f io.ReaderAt, size int64) *reader {
	return &reader{Source: extract.NewSource(f, size, maxTables)}
}

// Box is one box and where it stands, in bytes from the start of the file.
type Box struct {
	Kind       string // four characters
	UserType   string // of a uuid box: the 16 bytes that tell what it holds
	Offset     int64  // of its header
	Start, End int64  // of its content, which follows the user type
	Cut        bool   // it claims to end after its parent; End is then that of the parent
}

// Boxes yields the boxes that stand between two offsets of a file, such as 0 and its size, without entering them.
func Boxes(f io.ReaderAt, from, to int64) iter.Seq[Box] {
	return newReader(f, to).children(from, to)
}

// children yields the boxes between two offsets. Of a box that is cut off, what is there is yielded.
func (r *reader) children(start, end int64) iter.Seq[Box] {
	return func(yield func(Box) bool) {
		for at := start; end-at >= 8 && r.boxes < maxBoxes; {
			r.boxes++
			h := r.Peek(at, 32)
			if len(h) < 8 {
				return
			}
			size, head := uint64(u32(h)), uint64(8)
			switch {
			case size == 0:
				size = uint64(end - at)
			case size == 1 && len(h) >= 16:
				size, head = binary.BigEndian.Uint64(h[8:]), 16
			}
			left := uint64(end - at)
			if size < head || left < head {
				return
			}
			b := Box{Kind: string(h[4:8]), Offset: at, Start: at + int64(head), End: at + int64(min(size, left)), Cut: size > left}
			if b.Kind == "uuid" && b.End-b.Start >= 16 && len(h) >= int(head)+16 {
				b.UserType = string(h[head : head+16])
				b.Start += 16
			}
			if !yield(b) {
				return
			}
			at = b.End
		}
	}
}

// content reads a box, or nil where it is too large or cut off.
func (r *reader) content(b Box) []byte {
	if b.Cut {
		return nil
	}
	return r.Read(b.Start, b.End-b.Start)
}

func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
