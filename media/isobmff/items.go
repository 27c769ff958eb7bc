package isobmff

import (
	"bytes"
	"encoding/binary"
	"slices"

	"unmask/media/extract"
)

// item is one item of a file (ISO/IEC 14496-12 section 8.11) that holds metadata.
type item struct {
	id      uint32
	exif    bool // or XMP
	encoded bool // or encrypted: it cannot be read as it stands
}

// items reads the items of a meta box that hold EXIF or XMP.
func (m *collector) items(iinf, iloc, idat Box) {
	wanted := m.information(iinf)
	if len(wanted) == 0 {
		return
	}
	places := m.locations(iloc, idat, wanted)
	for _, it := range wanted {
		p, ok := places[it.id]
		if !ok || it.encoded || p == nil || len(p.Data) == 0 {
			m.Unread++
			continue
		}
		if it.exif {
			m.exif(*p)
		} else {
			m.XMP = append(m.XMP, *p)
		}
	}
}

// information reads the item information box (8.11.6).
func (m *collector) information(iinf Box) (out []item) {
	head := m.Peek(iinf.Start, 6)
	if len(head) < 6 {
		return nil
	}
	skip := int64(6)
	if head[0] > 0 {
		skip = 8
	}
	for b := range m.children(iinf.Start+skip, iinf.End) {
		if b.Kind != "infe" || len(out) >= maxKept || b.Cut {
			continue
		}
		c := slices.Clone(m.Peek(b.Start, int(min(b.End-b.Start, 256))))
		if len(c) < 12 || c[0] < 2 {
			continue
		}
		it, rest := item{id: uint32(binary.BigEndian.Uint16(c[4:]))}, c[6:]
		if c[0] > 2 {
			it.id, rest = u32(c[4:]), c[8:]
		}
		if len(rest) < 6 {
			continue
		}
		it.encoded = rest[0] != 0 || rest[1] != 0
		switch fields := append(bytes.Split(rest[6:], []byte{0}), nil, nil); string(rest[2:6]) { // name, type, encoding
		case "Exif":
			it.exif = true
		case "mime":
			if string(fields[1]) != "application/rdf+xml" {
				continue
			}
			it.encoded = it.encoded || len(fields[2]) > 0
		default:
			continue
		}
		out = append(out, it)
	}
	return out
}

// locations reads from the item location box (8.11.3) where items stand, and their bytes; nil where these cannot be had.
func (m *collector) locations(iloc, idat Box, wanted []item) map[uint32]*extract.Packet {
	out := map[uint32]*extract.Packet{}
	c := fields{b: m.content(iloc)}
	version := c.number(1)
	c.number(3)
	sizes := c.number(2)
	nibble := func(i int) int { return int(sizes >> (12 - 4*i) & 15) }
	wide := 2
	if version >= 2 {
		wide = 4
	}
	for n := c.number(wide); n > 0 && !c.short; n-- {
		id := uint32(c.number(wide))
		method := uint64(0)
		if version >= 1 {
			method = c.number(2) & 15
		}
		other := c.number(2) != 0 // the item stands in another file
		base := c.number(nibble(2))
		isWanted := slices.ContainsFunc(wanted, func(it item) bool { return it.id == id })
		var p *extract.Packet
		readable := isWanted && !other && method <= 1 && (method == 0 || idat.End > 0)
		if _, twice := out[id]; readable && !twice {
			p = &extract.Packet{}
		}
		for extents := c.number(2); extents > 0 && !c.short; extents-- {
			if version >= 1 {
				c.number(nibble(3))
			}
			offset, length := base+c.number(nibble(0)), c.number(nibble(1))
			if p == nil || c.short {
				continue
			}
			if !m.extent(p, method == 1, idat, offset, length) {
				p = nil
			}
		}
		if isWanted && !c.short {
			if _, twice := out[id]; !twice {
				out[id] = p
			}
		}
	}
	return out
}

// extent adds the bytes of one extent of an item; length 0 goes to the end of what it stands in.
func (m *collector) extent(p *extract.Packet, inside bool, idat Box, offset, length uint64) bool {
	from, end := int64(0), m.Size()
	if inside {
		from, end = idat.Start, idat.End
	}
	if offset > uint64(end-from) {
		return false
	}
	from += int64(offset)
	if length == 0 {
		length = uint64(end - from)
	}
	if length > uint64(end-from) {
		return false
	}
	data := m.Read(from, int64(length))
	if data == nil {
		return false
	}
	p.Add(data, int(from))
	return true
}

// fields takes big-endian numbers from the start of b; after its end, zeros.
type fields struct {
	b     []byte
	short bool
}

// number takes a number of up to eight bytes.
func (f *fields) number(bytes int) (v uint64) {
	if bytes > 8 || bytes > len(f.b) {
		f.short = true
		return 0
	}
	for _, c := range f.b[:bytes] {
		v = v<<8 | uint64(c)
	}
	f.b = f.b[bytes:]
	return v
}
