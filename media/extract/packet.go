// Package extract holds what the parsers of containers share: bytes that know where they stand in the file, and reading within bounds.
package extract

import (
	"slices"
	"sort"
)

// Packet is a piece of metadata put together from one or more places of a file.
type Packet struct {
	Data  []byte
	parts []part
}

// part is a run of Data that stands in one piece in the file.
type part struct{ at, offset, length int }

// Whole makes a packet of data that stands in one piece at an offset of the file. It keeps data.
func Whole(data []byte, offset int) Packet {
	var p Packet
	p.Add(data, offset)
	return p
}

// Compressed makes a packet of data that the file holds in another form, in length bytes at offset: every Span of it is all of these.
func Compressed(data []byte, offset, length int) Packet {
	return Packet{data, []part{{-1, offset, length}}}
}

// Add appends data that stands at an offset of the file. The first piece is kept, later ones are copied.
func (p *Packet) Add(data []byte, offset int) {
	p.parts = append(p.parts, part{len(p.Data), offset, len(data)})
	if p.Data == nil {
		p.Data = data[:len(data):len(data)]
		return
	}
	p.Data = append(p.Data, data...)
}

// Grow makes room for n more bytes, so that many pieces are copied once.
func (p *Packet) Grow(n int) { p.Data = slices.Grow(p.Data, n) }

// From returns the packet without its first n bytes.
func (p Packet) From(n int) Packet {
	n = min(n, len(p.Data))
	out := Packet{Data: p.Data[n:], parts: make([]part, len(p.parts))}
	for i, q := range p.parts {
		if q.at >= 0 {
			q.at -= n
		}
		if q.at < 0 && p.parts[i].at >= 0 {
			cut := min(-q.at, q.length)
			q = part{0, q.offset + cut, q.length - cut}
		}
		out.parts[i] = q
	}
	return out
}

// Span returns where the bytes from..to of Data stand in the file: offset of the first and distance to the end of the last, which
// includes what stands between their pieces. Where the pieces lie in another order than in Data, it is the piece that holds the first.
func (p *Packet) Span(from, to int) (offset, length int) {
	if len(p.parts) == 1 && p.parts[0].at < 0 {
		return p.parts[0].offset, p.parts[0].length
	}
	offset, left := p.offset(from)
	if to <= from {
		return offset, 0
	}
	if last, _ := p.offset(to - 1); last >= offset {
		return offset, last + 1 - offset
	}
	return offset, left
}

// offset returns where the byte i of Data stands in the file, and how many bytes follow it in one piece, with it.
func (p *Packet) offset(i int) (offset, left int) {
	k := sort.Search(len(p.parts), func(k int) bool { return p.parts[k].at > i }) - 1
	if k < 0 {
		return 0, 0
	}
	q := p.parts[k]
	in := min(i-q.at, q.length)
	return q.offset + in, q.length - in
}
