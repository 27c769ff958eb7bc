// Package png reads the chunks of PNG files (W3C PNG, third edition) without decoding a pixel. It trusts no length and reads as far
// as the file makes sense.
package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"unicode/utf8"
)

const (
	maxChunks = 1 << 16 // 512 MB in the chunks of 8 kB that most programs write
	maxPacked = 256     // compressed texts of a file
	maxTexts  = 4096    // texts of a file
	maxText   = 4 << 20 // bytes of all texts of a file that stand there as they are, and once more of all that are inflated
)

const signature = "\x89PNG\r\n\x1a\n"

// File is what stands in the chunks of one PNG.
type File struct {
	Width, Height int // from IHDR; 0 where there is none
	BitDepth      int
	ColorType     int
	Interlaced    bool
	Chunks        []Chunk // in the order of the file, up to IEND
	Texts         []Text  // of tEXt, zTXt and iTXt
	Complete      bool    // IEND was reached
	End           int     // offset after IEND, or where reading stopped
	Unread        int     // texts that could not be read: damaged, or beyond the bounds; and once where there are more chunks than are read
}

// Chunk is one chunk.
type Chunk struct {
	Type   string
	Offset int    // of its length field, in bytes from the start of the file
	Data   []byte // aliases the file
	Valid  bool   // whether its checksum is right
}

// DataOffset is the offset of the data in bytes from the start of the file.
func (c Chunk) DataOffset() int { return c.Offset + 8 }

// Text is a keyword with its text, in UTF-8.
type Text struct {
	Chunk          string // tEXt, zTXt or iTXt
	Keyword, Text  string
	Offset, Length int  // of the text as it is stored, in bytes from the start of the file
	Compressed     bool // Length counts compressed bytes
}

// ErrFormat says that the bytes do not start as a PNG does.
var ErrFormat = errors.New("no PNG: it does not start with the signature")

// Parse reads the chunks of a PNG. Damage ends the reading, not the result: what stood before it is returned, with Complete false.
// The error is ErrFormat and nothing else. Chunks with a wrong checksum are read all the same.
func Parse(b []byte) (*File, error) {
	if !bytes.HasPrefix(b, []byte(signature)) {
		return nil, ErrFormat
	}
	f := &File{End: len(signature)}
	left := budget{plain: maxText, inflated: maxText, packed: maxPacked}
	for len(f.Chunks) < maxChunks && f.End+12 <= len(b) {
		n := int64(binary.BigEndian.Uint32(b[f.End:]))
		kind := b[f.End+4 : f.End+8]
		if n > int64(len(b)-f.End-12) || !isType(kind) {
			break
		}
		end := f.End + 8 + int(n)
		c := Chunk{string(kind), f.End, b[f.End+8 : end], crc32.ChecksumIEEE(b[f.End+4:end]) == binary.BigEndian.Uint32(b[end:])}
		f.Chunks = append(f.Chunks, c)
		f.End = end + 4
		switch c.Type {
		case "IHDR":
			f.header(c.Data)
		case "tEXt", "zTXt", "iTXt":
			if len(f.Texts) == maxTexts {
				f.Unread++
			} else if t, ok := text(c, &left); ok {
				f.Texts = append(f.Texts, t)
			} else {
				f.Unread++
			}
		case "IEND":
			f.Complete = true
			return f, nil
		}
	}
	if len(f.Chunks) == maxChunks {
		f.Unread++
	}
	return f, nil
}

func isType(b []byte) bool {
	for _, c := range b {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return true
}

func (f *File) header(d []byte) {
	if len(d) < 13 || f.Width != 0 {
		return
	}
	f.Width, f.Height = int(binary.BigEndian.Uint32(d)), int(binary.BigEndian.Uint32(d[4:]))
	f.BitDepth, f.ColorType, f.Interlaced = int(d[8]), int(d[9]), d[12] != 0
}

// text reads one textual chunk (sections 11.3.3.2 to 11.3.3.4).
func text(c Chunk, left *budget) (Text, bool) {
	keyword, rest, ok := bytes.Cut(c.Data, []byte{0})
	if !ok || len(keyword) == 0 {
		return Text{}, false
	}
	t := Text{Chunk: c.Type, Keyword: latin1(keyword)}
	plain := latin1
	switch c.Type {
	case "zTXt":
		if len(rest) < 1 || rest[0] != 0 {
			return t, false
		}
		t.Compressed, rest = true, rest[1:]
	case "iTXt":
		if len(rest) < 2 {
			return t, false
		}
		t.Compressed, plain = rest[0] != 0, func(b []byte) string { return string(b) }
		rest = rest[2:]
		for range 2 { // language tag, translated keyword
			if _, rest, ok = bytes.Cut(rest, []byte{0}); !ok {
				return t, false
			}
		}
	}
	t.Offset, t.Length = c.DataOffset()+len(c.Data)-len(rest), len(rest)
	if t.Compressed {
		if rest, ok = left.inflate(rest); !ok {
			return t, false
		}
	} else if left.plain -= len(rest); left.plain < 0 {
		return t, false
	}
	t.Text = plain(rest)
	return t, true
}

// budget is what is still read: bytes of plain and of inflated text, number of compressed texts.
type budget struct{ plain, inflated, packed int }

func (left *budget) inflate(b []byte) ([]byte, bool) {
	if left.packed--; left.packed < 0 || left.inflated == 0 {
		return nil, false
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(z, int64(left.inflated)+1))
	over := len(out) > left.inflated
	left.inflated = max(0, left.inflated-len(out))
	return out, err == nil && !over
}

// latin1 makes UTF-8 of ISO 8859-1, which the specification wants, and leaves alone what is UTF-8 already, which many programs write.
func latin1(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return string(out)
}
