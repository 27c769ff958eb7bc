// Package riff reads the chunks of RIFF files (Microsoft RIFF 1991, WebP: RFC 9649) without looking inside them. It trusts no length and
// reads as far as the file makes sense.
package riff

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Chunks of a WebP file that hold metadata (RFC 9649 section 2.7.1.5; C2PA: C2PA 2.2 section 11.3).
const (
	EXIF = "EXIF"
	XMP  = "XMP "
	C2PA = "C2PA"
)

const (
	maxChunks  = 10_000
	headerSize = 12 // RIFF, length, form
	chunkSize  = 8  // name, length
)

// File is what stands in one RIFF file.
type File struct {
	Form     string  // such as WEBP or AVI
	Chunks   []Chunk // in the order of the file; lists are not entered
	Complete bool    // every chunk that was begun is there in full
}

// Chunk is one chunk.
type Chunk struct {
	Name   string // four characters
	Offset int    // of the name, in bytes from the start of the file
	Data   []byte // aliases the file
}

// DataOffset is the offset of the data in bytes from the start of the file.
func (c Chunk) DataOffset() int { return c.Offset + chunkSize }

// ErrFormat says that the bytes do not start as a RIFF file does.
var ErrFormat = errors.New("no RIFF file: it does not start with the header")

// Parse reads the chunks of a file. Damage ends the reading, not the result: a chunk that is cut off is left out, with Complete false. What
// the header says of the length is not believed. The error is ErrFormat and nothing else.
func Parse(b []byte) (*File, error) {
	if len(b) < headerSize || !bytes.HasPrefix(b, []byte("RIFF")) {
		return nil, ErrFormat
	}
	f := &File{Form: string(b[8:headerSize])}
	i := headerSize
	for len(f.Chunks) < maxChunks && i+chunkSize <= len(b) {
		size := int64(binary.LittleEndian.Uint32(b[i+4:]))
		if size > int64(len(b)-i-chunkSize) {
			return f, nil
		}
		end := i + chunkSize + int(size)
		f.Chunks = append(f.Chunks, Chunk{string(b[i : i+4]), i, b[i+chunkSize : end]})
		i = end + int(size&1)
	}
	f.Complete = i >= len(b)
	return f, nil
}
