// Package iptc reads the data sets of IPTC-IIM 4.2, the older form of IPTC metadata. It trusts no length.
package iptc

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"unmask/media/extract"
)

// Data sets of record 2 that callers ask for.
const (
	SpecialInstructions = 40
	OriginatingProgram  = 65
	Byline              = 80
	Headline            = 105
	Credit              = 110
	Source              = 115
	Copyright           = 116
	Caption             = 120
)

const maxSets = 4096

// Text is one data set of record 2.
type Text struct {
	Set            int
	Text           string // in UTF-8; what is not is taken for ISO 8859-1
	Offset, Length int    // in bytes from the start of the file
}

// Parse reads the data sets of record 2, up to the first that makes no sense. Unread is 1 where one is cut off, or where there are more than are
// read.
func Parse(p extract.Packet) (out []Text, unread int) {
	b, at := p.Data, 0
	for at < len(b) && b[at] == 0x1c {
		if len(b)-at < 5 || len(out) == maxSets {
			return out, 1
		}
		record, set, size := b[at+1], int(b[at+2]), uint64(binary.BigEndian.Uint16(b[at+3:]))
		at += 5
		if size&0x8000 != 0 { // extended: so many bytes hold the length
			wide := int(size & 0x7fff)
			if wide > 8 || wide > len(b)-at {
				return out, 1
			}
			size = 0
			for _, c := range b[at : at+wide] {
				size = size<<8 | uint64(c)
			}
			at += wide
		}
		if size > uint64(len(b)-at) {
			return out, 1
		}
		if record == 2 {
			t := Text{Set: set, Text: strings.Trim(utf(b[at:at+int(size)]), "\x00 ")}
			t.Offset, t.Length = p.Span(at, at+int(size))
			out = append(out, t)
		}
		at += int(size)
	}
	return out, 0
}

func utf(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
