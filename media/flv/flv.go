// Package flv reads the script data of Flash Video files (Adobe Flash Video File Format 10.1, annex E; values: AMF 0) of any size, passing
// over sound and pictures. It trusts no length and is bounded in depth, count and bytes.
package flv

import (
	"encoding/binary"
	"errors"
	"io"

	"unmask/media/extract"
)

const (
	maxTags    = 500_000 // that are looked at on the way
	maxScripts = 64
	maxScript  = 4 << 20  // bytes of one script tag
	maxRead    = 16 << 20 // bytes of all script tags
	maxValues  = 10_000   // of all script tags
	maxDepth   = 32
	maxName    = 100 // bytes that are kept of the name of a property
	tagSize    = 11
	scriptTag  = 18
)

// Text is a text of the script data.
type Text struct {
	Name           string // of the property, behind those that it stands in: "onMetaData.AIGC"
	Text           string
	Offset, Length int // of the text, in bytes from the start of the file
}

// Metadata is what ReadScripts finds.
type Metadata struct {
	Texts  []Text // in the order of the file
	Unread int    // script tags that are damaged or beyond the bounds
}

// ErrFormat says that the bytes do not start as an FLV file does.
var ErrFormat = errors.New("no FLV file: it does not start with the header")

// ReadScripts reads the texts of all script tags of a file of size bytes. The error is ErrFormat and nothing else.
func ReadScripts(f io.ReaderAt, size int64) (Metadata, error) {
	s := extract.NewSource(f, size, maxRead)
	head := s.Peek(0, 9)
	if len(head) < 9 || string(head[:3]) != "FLV" {
		return Metadata{}, ErrFormat
	}
	v := values{left: maxValues}
	scripts := 0
	at := int64(binary.BigEndian.Uint32(head[5:])) + 4
	for range maxTags {
		h := s.Peek(at, tagSize)
		if len(h) < tagSize {
			return v.Metadata, nil
		}
		kind, length := h[0], int64(h[1])<<16|int64(h[2])<<8|int64(h[3])
		if kind == scriptTag { // with another bit set it is encrypted
			var b []byte
			if scripts++; scripts <= maxScripts && length <= maxScript {
				b = s.Read(at+tagSize, length)
			}
			if b == nil || !v.read(b, int(at+tagSize)) {
				v.Unread++
			}
		}
		at += tagSize + length + 4
	}
	v.Unread++
	return v.Metadata, nil
}
