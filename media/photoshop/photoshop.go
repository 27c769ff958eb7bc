// Package photoshop reads image resources (Adobe Photoshop File Formats, "Image Resources Section"), which stand in PSD files, in JPEG's APP13
// segments and in a field of TIFF. It trusts no length.
package photoshop

import (
	"bytes"
	"encoding/binary"
	"errors"

	"unmask/media/extract"
)

// Resources that callers ask for.
const (
	IPTC = 0x404 // IPTC-IIM
	EXIF = 0x422
	XMP  = 0x424
)

const maxResources = 4096

// Header is what the resources of a JPEG follow in an APP13 segment.
const Header = "Photoshop 3.0\x00"

// Resource is one image resource.
type Resource struct {
	ID   int
	Data extract.Packet
}

// ErrFormat says that the bytes do not start as a PSD file does.
var ErrFormat = errors.New("no PSD file: it does not start with the header")

// Parse reads the resources of a PSD or PSB file. Unread is 1 where they are cut off or more than are read. The error is ErrFormat and nothing
// else.
func Parse(b []byte) (out []Resource, unread int, err error) {
	const header = 26
	if len(b) < header+4 || !bytes.HasPrefix(b, []byte("8BPS")) {
		return nil, 0, ErrFormat
	}
	palette := uint64(binary.BigEndian.Uint32(b[header:]))
	at := header + 4 + palette
	if at+4 > uint64(len(b)) {
		return nil, 1, nil
	}
	size := uint64(binary.BigEndian.Uint32(b[at:]))
	at += 4
	out, unread = Resources(extract.Whole(b[at:at+min(size, uint64(len(b))-at)], int(at)))
	return out, unread, nil
}

// Resources reads one resource after the other, up to the first that makes no sense. Unread is 1 where one is cut off, or where there are more than
// are read.
func Resources(p extract.Packet) (out []Resource, unread int) {
	for bytes.HasPrefix(p.Data, []byte("8BIM")) {
		b := p.Data
		if len(b) < 12 || len(out) == maxResources {
			return out, 1
		}
		id := int(binary.BigEndian.Uint16(b[4:]))
		name := 1 + int(b[6]) // a Pascal string, padded
		head := 6 + name + name&1
		if len(b) < head+4 {
			return out, 1
		}
		size := uint64(binary.BigEndian.Uint32(b[head:]))
		head += 4
		if size > uint64(len(b)-head) {
			return out, 1
		}
		end := head + int(size)
		data := p.From(head)
		data.Data = data.Data[:size:size]
		out = append(out, Resource{id, data})
		p = p.From(min(end+int(size&1), len(b)))
	}
	return out, 0
}
