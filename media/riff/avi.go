package riff

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"

	"unmask/media/extract"
)

const (
	maxWalked = 100_000
	maxKept   = 4096
	maxText   = 1 << 20
	maxTexts  = 4 << 20 // bytes of all texts
	maxPacket = 8 << 20
	maxRead   = 16 << 20 // bytes of all that is kept
)

// Text is a chunk of an INFO list, or one that stands alone, with the text in it.
type Text struct {
	Chunk          string // four characters: ISFT, AIGC
	List           string // INFO, or "" where it stands in none
	Text           string
	Offset, Length int // in bytes from the start of the file
}

// Metadata is what stands in a RIFF file of any size beside pictures and sound, each kind in the order of the file.
type Metadata struct {
	Texts  []Text
	XMP    []extract.Packet
	Exif   []extract.Packet // TIFF structures
	C2PA   []extract.Packet
	Unread int // pieces that are cut off or beyond the bounds
}

// ReadMetadata reads AVI and other RIFF files. It enters every RIFF header, so that what stands in the AVIX parts of a file beyond a gigabyte
// (OpenDML AVI 1.02), or after the end that the first header claims, is read too; and the lists that hold texts, wherever they stand.
func ReadMetadata(f io.ReaderAt, size int64) *Metadata {
	r := &collector{Source: extract.NewSource(f, size, maxRead), Metadata: &Metadata{}}
	var listEnd int64
	list := ""
	at := int64(0)
	for range maxWalked {
		h := r.Peek(at, headerSize)
		if len(h) < chunkSize {
			return r.Metadata
		}
		name, start, length := string(h[:4]), at+chunkSize, int64(binary.LittleEndian.Uint32(h[4:]))
		form := string(h[chunkSize:])
		if at >= listEnd {
			list = ""
		}
		if name == "RIFF" || name == "LIST" && slices.Contains([]string{"INFO", "hdrl"}, form) {
			if name == "LIST" {
				list, listEnd = form, start+length
			}
			at = start + 4
			continue
		}
		if name == "LIST" && length < 4 { // it was never finished
			at = start + 4
			continue
		}
		r.chunk(name, list, start, length)
		at = start + length + length&1
	}
	r.Unread++
	return r.Metadata
}

type collector struct {
	*extract.Source
	*Metadata
	texts int64 // bytes so far
}

func (r *collector) chunk(name, list string, start, length int64) {
	switch {
	case name == "_PMX" || name == XMP:
		r.XMP = r.keep(r.XMP, start, length)
	case name == EXIF:
		r.Exif = r.keep(r.Exif, start, length)
	case name == C2PA:
		r.C2PA = r.keep(r.C2PA, start, length)
	case list == "INFO" || strings.EqualFold(name, "AIGC"):
		if b := r.bytes(len(r.Texts), start, length, min(maxText, maxTexts-r.texts)); len(b) > 0 {
			r.texts += length
			r.Texts = append(r.Texts, Text{name, list, strings.TrimRight(strings.ToValidUTF8(string(b), "�"), "\x00"), int(start), int(length)})
		}
	}
}

func (r *collector) keep(packets []extract.Packet, start, length int64) []extract.Packet {
	if b := r.bytes(len(packets), start, length, maxPacket); len(b) > 0 {
		return append(packets, extract.Whole(b, int(start)))
	}
	return packets
}

// bytes reads what is kept; of a chunk that the file cuts off, nothing.
func (r *collector) bytes(kept int, start, length, most int64) []byte {
	if length == 0 {
		return nil
	}
	if kept < maxKept && length <= most {
		if b := r.Read(start, length); b != nil {
			return b
		}
	}
	r.Unread++
	return nil
}
