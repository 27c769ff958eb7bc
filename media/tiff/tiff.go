// Package tiff reads the directories of a TIFF structure (TIFF 6.0), which is also how EXIF (CIPA DC-008) stands in other files.
// It trusts no count, length or offset, and never follows a directory twice.
package tiff

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"unmask/media/extract"
)

// Tags that callers ask for.
const (
	ImageWidth       = 0x100
	ImageLength      = 0x101
	ImageDescription = 0x10e
	Make             = 0x10f
	Model            = 0x110
	Orientation      = 0x112
	Software         = 0x131
	Artist           = 0x13b
	ThumbnailOffset  = 0x201
	ThumbnailLength  = 0x202
	XMP              = 0x2bc
	IPTC             = 0x83bb // IPTC-IIM
	Photoshop        = 0x8649 // image resources
	C2PA             = 0xcd41 // C2PA 2.2 section 11.3: a manifest store
	SubIFDs          = 0x14a
	ExifIFD          = 0x8769
	UserComment      = 0x9286
)

const (
	maxEntries     = 4096 // of one directory; real ones have some hundred at most
	maxDirectories = 64
	maxFields      = 1 << 13  // of all directories, which may lie on each other
	maxRead        = 16 << 20 // bytes of all that is read of a file that is not in memory
	maxValue       = 8 << 20  // bytes of one field
	maxPackets     = 16
	maxThumbnail   = 32 << 20
	maxText        = 1 << 20 // bytes of all fields that Texts copies: fields may lie on each other
)

// File holds the directories that could be read, each with the fields that could be.
type File struct {
	Order binary.ByteOrder
	IFD0  []Entry // of the main picture
	IFD1  []Entry // of the thumbnail
	Exif  []Entry
	GPS   []Entry
	Rest  []Entry // of further pages, and of the pictures that are part of the first (SubIFDs)

	Beyond bool // there are more directories or fields than are read

	fields int  // read so far
	big    bool // offsets of eight bytes (BigTIFF)
	size   int64
	read   func(offset, n int64) []byte // nil: it cannot be had; the range lies within size
}

// Entry is one field of a directory.
type Entry struct {
	Tag, Type uint16
	Count     uint32
	Value     []byte // aliases the file where this is in memory
	Offset    int    // of Value, in bytes from the start of the structure
}

// ErrFormat says that the bytes are no TIFF structure.
var ErrFormat = errors.New("no TIFF structure")

// Packets returns the bytes of every field with the tag in any directory, with their offsets in a file in which the structure starts at base.
func (f *File) Packets(tag uint16, base int) (out []extract.Packet) {
	for _, entries := range [][]Entry{f.IFD0, f.Exif, f.IFD1, f.Rest} {
		for _, e := range entries {
			if e.Tag == tag && len(e.Value) > 0 && len(out) < maxPackets {
				out = append(out, extract.Whole(e.Value, base+e.Offset))
			}
		}
	}
	return out
}

func find(entries []Entry, tag uint16) (Entry, bool) {
	for _, e := range entries {
		if e.Tag == tag {
			return e, true
		}
	}
	return Entry{}, false
}

// uint is the first value of a BYTE, SHORT, LONG, LONG8 or IFD field, 0 for any other.
func (f *File) uint(e Entry) uint64 {
	switch {
	case e.Type == 1 && len(e.Value) >= 1:
		return uint64(e.Value[0])
	case e.Type == 3 && len(e.Value) >= 2:
		return uint64(f.Order.Uint16(e.Value))
	case (e.Type == 4 || e.Type == 13) && len(e.Value) >= 4:
		return uint64(f.Order.Uint32(e.Value))
	case (e.Type == 16 || e.Type == 18) && len(e.Value) >= 8:
		return f.Order.Uint64(e.Value)
	}
	return 0
}

// Number is the first value of a BYTE, SHORT, LONG or IFD field of the main directory, 0 where there is none.
func (f *File) Number(tag uint16) uint64 {
	e, _ := find(f.IFD0, tag)
	return f.uint(e)
}

// Orientation is the EXIF orientation of the main picture, 1..8, and 1 where there is none that makes sense.
func (f *File) Orientation() int {
	if v := f.Number(Orientation); v >= 1 && v <= 8 {
		return int(v)
	}
	return 1
}

// Text is the text of one field and where it stands.
type Text struct {
	Text           string
	Offset, Length int // of the text as it is stored, in bytes from the start of the structure
}

// Texts returns the text of every field with the tag in the main and the EXIF directory, and then in the others, in that order. The eight bytes that name
// the character code of a UserComment are left out, and UTF-16 becomes UTF-8; fields in JIS are left out, and what comes after the
// first megabyte: all is then false.
func (f *File) Texts(tag uint16) (out []Text, all bool) {
	total := 0
	for _, entries := range [][]Entry{f.IFD0, f.Exif, f.IFD1, f.Rest} {
		for _, e := range entries {
			if e.Tag != tag || e.Type != 1 && e.Type != 2 && e.Type != 7 {
				continue
			}
			if total += len(e.Value); total > maxText {
				return out, false
			}
			t := Text{string(e.Value), e.Offset, len(e.Value)}
			if tag == UserComment && len(e.Value) >= 8 {
				code, v := string(e.Value[:8]), e.Value[8:]
				switch code {
				case "JIS\x00\x00\x00\x00\x00":
					continue
				case "UNICODE\x00":
					t = Text{utf16Text(v, f.Order), e.Offset + 8, len(v)}
				case "ASCII\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00":
					t = Text{string(v), e.Offset + 8, len(v)}
				}
			}
			t.Text = strings.Trim(t.Text, "\x00 ")
			out = append(out, t)
		}
	}
	return out, true
}

// Text is the text of the first field with the tag, "" where there is none.
func (f *File) Text(tag uint16) string {
	if t, _ := f.Texts(tag); len(t) > 0 {
		return t[0].Text
	}
	return ""
}

// utf16Text decodes UTF-16 in the given order, or in the other one where a mark or the zeros of ASCII characters say so. Some Chinese
// characters hold a zero as well, about one in thirty.
func utf16Text(b []byte, order binary.ByteOrder) string {
	var zeros [2]int // at even and at odd places
	for i, c := range b[:len(b)&^1] {
		if c == 0 && b[i^1] != 0 {
			zeros[i&1]++
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	case zeros[1] > zeros[0] && zeros[1] > len(b)/16:
		order = binary.LittleEndian
	case zeros[0] > zeros[1] && zeros[0] > len(b)/16:
		order = binary.BigEndian
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return strings.Trim(string(utf16.Decode(units)), "\x00\ufeff ")
}

// Thumbnail returns the JPEG file in the second directory and its offset from the start of the structure; ok is false where there is
// none or it goes beyond the structure.
func (f *File) Thumbnail() (jpeg []byte, offset int, ok bool) {
	at, ok1 := find(f.IFD1, ThumbnailOffset)
	n, ok2 := find(f.IFD1, ThumbnailLength)
	start, size := f.uint(at), f.uint(n)
	if !ok1 || !ok2 || size < 4 || size > maxThumbnail {
		return nil, 0, false
	}
	jpeg = f.bytes(start, int64(size))
	return jpeg, int(start), jpeg != nil
}
