// Package asf reads the texts in the header of ASF files (Advanced Systems Format 01.20.05, section 3: WMV and WMA), and XMP (XMP part 3
// section 1.2.1). It trusts no length and is bounded in depth, count and bytes.
package asf

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf16"

	"unmask/media/extract"
)

const (
	maxObjects = 10_000
	maxTexts   = 4096
	maxObject  = 8 << 20
	maxRead    = 16 << 20
	headSize   = 24 // of an object: what it is, and its length
)

// Objects, by the 16 bytes that tell them.
const (
	header      = "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	extension   = "\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65"
	description = "\x33\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	extended    = "\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\x00\xa0\xc9\x5e\xa8\x50"
	metadata    = "\xea\xcb\xf8\xc5\xaf\x5b\x77\x48\x84\x67\xaa\x8c\x44\xfa\x4c\xca"
	library     = "\x94\x1c\x23\x44\x98\x94\xd1\x49\xa1\x41\x1d\x13\x4e\x45\x70\x54"
	xmp         = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"
)

// Text is a text with its name.
type Text struct {
	Name           string
	Text           string
	Offset, Length int // of the text as it is stored, in bytes from the start of the file
}

// Metadata is what Read finds.
type Metadata struct {
	Texts  []Text // in the order of the file
	XMP    []extract.Packet
	Unread int // objects that are damaged or beyond the bounds
}

// ErrFormat says that the bytes do not start as an ASF file does.
var ErrFormat = errors.New("no ASF file: it does not start with the header object")

// Read reads a file of size bytes, passing over its packets. The error is ErrFormat and nothing else.
func Read(f io.ReaderAt, size int64) (*Metadata, error) {
	r := &collector{Source: extract.NewSource(f, size, maxRead), Metadata: &Metadata{}}
	if string(r.Peek(0, 16)) != header {
		return nil, ErrFormat
	}
	r.objects(0, size, 0)
	return r.Metadata, nil
}

type collector struct {
	*extract.Source
	*Metadata
	seen int
}

func (r *collector) objects(at, end int64, depth int) {
	for end-at >= headSize && depth < 4 {
		h := r.Peek(at, headSize)
		if r.seen++; len(h) < headSize || r.seen > maxObjects {
			r.Unread++
			return
		}
		kind, length := string(h[:16]), binary.LittleEndian.Uint64(h[16:])
		if length < headSize {
			r.Unread++
			return
		}
		start, stop := at+headSize, end
		if length < uint64(end-at) {
			stop = at + int64(length)
		}
		switch kind {
		case header:
			r.objects(start+6, stop, depth+1)
		case extension:
			r.objects(start+22, stop, depth+1)
		case description, extended, metadata, library, xmp:
			r.read(kind, start, stop)
		}
		at = stop
	}
}

func (r *collector) read(kind string, start, stop int64) {
	var b []byte
	if stop-start <= maxObject {
		b = r.Read(start, stop-start)
	}
	if b == nil {
		r.Unread++
		return
	}
	if kind == xmp {
		r.XMP = append(r.XMP, extract.Whole(b, int(start)))
		return
	}
	v := &values{b: b, base: int(start)}
	if kind == description {
		r.descriptions(v)
	} else {
		r.attributes(v, kind == extended)
	}
	if v.short {
		r.Unread++
	}
}

// descriptions reads the five texts of a content description object (3.10).
func (r *collector) descriptions(v *values) {
	var lengths [5]int
	for i := range lengths {
		lengths[i] = v.number(2)
	}
	for i, name := range []string{"Title", "Author", "Copyright", "Description", "Rating"} {
		r.text(name, v, lengths[i])
	}
}

// attributes reads named values: those of an extended content description (3.11), or those of a metadata or library object (4.7, 4.8), which
// start with language and stream and have all lengths first.
func (r *collector) attributes(v *values, short bool) {
	for n := v.number(2); n > 0 && !v.short && len(r.Texts) < maxTexts; n-- {
		var name []byte
		var kind, length int
		if short {
			name = v.take(v.number(2))
			kind, length = v.number(2), v.number(2)
		} else {
			v.take(4)
			named := v.number(2)
			kind, length = v.number(2), v.number(4)
			name = v.take(named)
		}
		const isText = 0
		if kind == isText {
			r.text(wideText(name), v, length)
		} else {
			v.take(length)
		}
	}
}

func (r *collector) text(name string, v *values, length int) {
	at := v.base + v.at
	if s := wideText(v.take(length)); s != "" {
		r.Texts = append(r.Texts, Text{name, s, at, length})
	}
}

// values takes what stands in b, which stands at base in the file; after its end, nothing.
type values struct {
	b        []byte
	at, base int
	short    bool
}

func (v *values) take(n int) []byte {
	if n > len(v.b)-v.at {
		v.short, v.at = true, len(v.b)
		return nil
	}
	v.at += n
	return v.b[v.at-n : v.at]
}

func (v *values) number(bytes int) (n int) {
	for i, c := range v.take(bytes) {
		n |= int(c) << (8 * i)
	}
	return n
}

func wideText(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.Trim(string(utf16.Decode(units)), "\x00")
}
