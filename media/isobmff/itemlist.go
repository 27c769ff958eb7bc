package isobmff

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// meta reads a meta box: the items of HEIF, XML, or a list of named values as QuickTime and iTunes have it. QuickTime writes the box
// without version and flags.
func (m *collector) meta(path string, b Box) {
	start := b.Start
	if h := m.Peek(start, 4); len(h) == 4 && u32(h) == 0 {
		start += 4
	}
	var iinf, iloc, idat Box
	var lists []Box
	var keys []string
	for c := range m.children(start, b.End) {
		switch c.Kind {
		case "keys":
			keys = m.keys(c)
		case "ilst":
			lists = append(lists, c)
		case "iinf":
			iinf = c
		case "iloc":
			iloc = c
		case "idat":
			idat = c
		case "xml ":
			c.Start += 4
			m.XMP = m.keep(m.XMP, c.Start, c)
		case "uuid":
			m.uuid(c)
		case "aigc", "AIGC":
			m.userData(path, c)
		}
	}
	for _, l := range lists {
		m.list(path, l, keys)
	}
	m.items(iinf, iloc, idat)
}

// keys reads the names that items of a list have (QuickTime File Format, metadata item keys atom).
func (m *collector) keys(b Box) (out []string) {
	for k := range m.children(b.Start+8, b.End) {
		if len(out) >= maxKept || k.End-k.Start > window {
			return out
		}
		out = append(out, plain(m.Peek(k.Start, int(k.End-k.Start))))
	}
	return out
}

const window = 4096 // bytes that Peek returns at most

// list reads an item list. The type of an item is a number among the keys, counted from 1, or a name; "----" items have their name inside.
// Some writers leave the keys away, and the items are then named by nothing.
func (m *collector) list(path string, list Box, keys []string) {
	for it := range m.children(list.Start, list.End) {
		name, before := strings.ReplaceAll(it.Kind, "\xa9", "©"), len(m.Texts)
		i := int(binary.BigEndian.Uint32([]byte(it.Kind)))
		keyed := i >= 1 && i <= len(keys)
		if keyed {
			name = keys[i-1]
		} else if i < 0x10000 {
			name = ""
		}
		for c := range m.children(it.Start, it.End) {
			switch {
			case c.Kind == "name" && c.End-c.Start > 4 && !c.Cut:
				name = plain(m.Peek(c.Start+4, int(min(c.End-c.Start-4, window))))
			case c.Kind == "data" && c.End-c.Start > 8 && !c.Cut:
				if decode := coding(m.Peek(c.Start, 4)); decode != nil {
					m.text(path, name, decode, c.Start+8, c.End-c.Start-8)
				}
			}
		}
		for k := range m.Texts[before:] {
			m.Texts[before+k].Keyed = keyed
		}
	}
}

// coding is how the value of a data box becomes text, by its type (QuickTime File Format, well-known types); nil: it is none.
func coding(kind []byte) func([]byte) string {
	if len(kind) < 4 {
		return nil
	}
	switch u32(kind) {
	case 0, 1, 4: // not said, UTF-8, UTF-8 for sorting
		return plain
	case 2, 5:
		return wide
	}
	return nil
}

func wide(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// marked reads UTF-16 after a byte order mark, and UTF-8 otherwise (TS 26.244 section 8.2).
func marked(b []byte) string {
	if rest, ok := bytes.CutPrefix(b, []byte{0xfe, 0xff}); ok {
		return wide(rest)
	}
	if utf8.Valid(b) {
		return string(b)
	}
	return plain(b)
}
