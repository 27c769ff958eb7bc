// Package isobmff reads what files of the ISO base media format (ISO/IEC 14496-12: MP4, MOV, 3GP; ISO/IEC 23008-12: HEIF, AVIF) say
// of showing their first video track or their primary picture, without decoding. It trusts no size or count: everything read is
// bounded by the box that holds it, and by constants.
package isobmff

import (
	"encoding/binary"
	"errors"
	"io"
	"iter"
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
	r      io.ReaderAt
	boxes  int
	bytes  int64
	frames int // that a track may have
}

// box is one box: its type and where its content stands.
type box struct {
	kind       string
	start, end int64
	cut        bool // it claims to end after its parent
}

// children yields the boxes between two offsets. Of a box that is cut off, what is there is yielded.
func (r *reader) children(start, end int64) iter.Seq[box] {
	return func(yield func(box) bool) {
		var h [16]byte
		for at := start; end-at >= 8 && r.boxes < maxBoxes; {
			r.boxes++
			if _, err := r.r.ReadAt(h[:8], at); err != nil {
				return
			}
			size, head := uint64(binary.BigEndian.Uint32(h[:])), uint64(8)
			switch size {
			case 0:
				size = uint64(end - at)
			case 1:
				if _, err := r.r.ReadAt(h[8:], at+8); err != nil {
					return
				}
				size, head = binary.BigEndian.Uint64(h[8:]), 16
			}
			left := uint64(end - at)
			if size < head || left < head {
				return
			}
			b := box{string(h[4:8]), at + int64(head), at + int64(min(size, left)), size > left}
			if !yield(b) {
				return
			}
			at = b.end
		}
	}
}

// content reads a box, or nil where it is too large or cut off.
func (r *reader) content(b box) []byte {
	n := b.end - b.start
	if b.cut || n > maxTables-r.bytes {
		return nil
	}
	r.bytes += n
	buf := make([]byte, n)
	if _, err := r.r.ReadAt(buf, b.start); err != nil {
		return nil
	}
	return buf
}

func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
