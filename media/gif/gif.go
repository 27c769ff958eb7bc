// Package gif reads the extensions of GIF files (CompuServe GIF89a) without decoding a picture. It trusts no length and reads as far as
// the file makes sense.
package gif

import (
	"bytes"
	"encoding/binary"
	"errors"

	"unmask/media/extract"
)

const (
	maxBlocks = 4_000_000 // data sub-blocks of a file, which hold 255 bytes at most
	maxParts  = 500_000   // pictures, extensions and stray bytes
	maxKept   = 1000      // extensions
	maxPieces = 40_000    // data sub-blocks of all that is kept: 10 MB
	headSize  = 13        // signature, logical screen
)

// Application extensions that callers ask for: identifier and authentication code.
const (
	XMP  = "XMP DataXMP"          // XMP part 3 section 1.1.2
	C2PA = "C2PA_GIF\x01\x00\x00" // C2PA 2.2 section 11.3: a manifest store
)

// File is what stands in one GIF.
type File struct {
	Comments     []extract.Packet // in the order of the file
	Applications []Application
	Complete     bool // the trailer was reached
	End          int  // offset after it, or where reading stopped
	Unread       int  // comments and application extensions beyond the bounds; once for those that are cut, and once where there is more than is looked at
}

// Application is one application extension. XMP stands in one piece, as the specification has it, and without its trailer.
type Application struct {
	Name string // identifier and authentication code, 11 bytes
	Data extract.Packet
}

// ErrFormat says that the bytes do not start as a GIF does.
var ErrFormat = errors.New("no GIF: it does not start with the signature")

// Parse reads the extensions of a GIF. Damage ends the reading, not the result: an extension that is cut off is left out. The error is
// ErrFormat and nothing else.
func Parse(b []byte) (*File, error) {
	if len(b) < headSize || !bytes.HasPrefix(b, []byte("GIF87a")) && !bytes.HasPrefix(b, []byte("GIF89a")) {
		return nil, ErrFormat
	}
	r := reader{b: b, f: &File{End: headSize + colours(b[10])}}
	n := 0
	for n < maxParts && r.block() {
		n++
	}
	if n == maxParts || r.blocks == maxBlocks {
		r.f.Unread++
	}
	r.f.End = min(r.f.End, len(b))
	return r.f, nil
}

// colours is how many bytes a colour table takes, by the flags before it.
func colours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

type reader struct {
	b      []byte
	f      *File
	blocks int // read so far
	pieces int // kept so far
	cut    bool
}

// block reads the block at End and moves End behind it; false: it was the last.
func (r *reader) block() bool {
	rest := r.b[min(r.f.End, len(r.b)):]
	switch {
	case len(rest) == 0:
		return false
	case rest[0] == 0x3b:
		r.f.Complete = true
		r.f.End++
		return false
	case rest[0] == 0x2c && len(rest) > 10:
		_, ok := r.subBlocks(r.f.End+11+colours(rest[9]), false)
		return ok
	case rest[0] == 0x21 && len(rest) > 2:
		return r.extension(rest[1])
	case rest[0] == 0:
		r.f.End++ // some writers end an extension twice
		return true
	}
	return false
}

func (r *reader) extension(label byte) bool {
	at := r.f.End + 2
	keep := len(r.f.Comments)+len(r.f.Applications) < maxKept
	if !keep && (label == 0xff || label == 0xfe) {
		r.f.Unread++
	}
	if label == 0xff && r.b[at] == 11 && len(r.b) > at+12 {
		name, start := string(r.b[at+1:at+12]), at+12
		data, ok := r.subBlocks(start, keep && name != XMP)
		if ok && keep {
			if name == XMP {
				data = r.xmp(start)
			}
			r.f.Applications = append(r.f.Applications, Application{name, data})
		}
		return ok
	}
	data, ok := r.subBlocks(at, keep && label == 0xfe)
	if ok && keep && label == 0xfe {
		r.f.Comments = append(r.f.Comments, data)
	}
	return ok
}

// subBlocks reads data sub-blocks up to the empty one and moves End behind it.
func (r *reader) subBlocks(at int, keep bool) (p extract.Packet, ok bool) {
	for at < len(r.b) && r.blocks < maxBlocks {
		n := int(r.b[at])
		at++
		if n == 0 {
			r.f.End = at
			return p, true
		}
		if at+n > len(r.b) {
			return p, false
		}
		r.blocks++
		switch {
		case keep && r.pieces < maxPieces:
			r.pieces++
			p.Add(r.b[at:at+n], at)
		case keep && !r.cut:
			r.cut = true
			r.f.Unread++
		}
		at += n
	}
	return p, false
}

// xmp returns the packet that starts at an offset and ends before End. It stands there without sub-blocks, and behind it come 258 bytes that
// make it one chain of them: 1, 255 down to 0, 0. A writer that made sub-blocks of it all the same is understood too.
func (r *reader) xmp(start int) extract.Packet {
	raw := r.b[start:r.f.End]
	if len(raw) > 2 && raw[0] != '<' && (raw[1] == '<' || raw[1] == 0xef) && raw[0] != 0xef {
		end := r.f.End
		p, _ := r.subBlocks(start, true)
		r.f.End = end
		return p
	}
	trailer := binary.BigEndian.AppendUint32(nil, 0x01fffefd)
	if i := bytes.LastIndex(raw, trailer); i >= 0 {
		raw = raw[:i]
	}
	return extract.Whole(raw, start)
}
