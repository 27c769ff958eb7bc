package jpeg

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"unmask/media/extract"
)

// Headers that tell the uses of a segment apart (EXIF 2.32, XMP part 3 section 1.1.3, ISO/IEC 19566-5 annex D).
var (
	exifHeader     = []byte("Exif\x00\x00")
	xmpHeader      = []byte("http://ns.adobe.com/xap/1.0/\x00")
	extendedHeader = []byte("http://ns.adobe.com/xmp/extension/\x00")
	jumbfHeader    = []byte("JP")
)

// Packet is metadata put together from one or more segments; the span of several includes the segment headers between them.
type Packet = extract.Packet

// Exif returns the TIFF structure of the first EXIF segment and its offset in the file.
func (f *File) Exif() (tiff []byte, offset int, ok bool) {
	for _, s := range f.Segments {
		if s.Marker == APP1 && bytes.HasPrefix(s.Payload, exifHeader) {
			return s.Payload[len(exifHeader):], s.PayloadOffset() + len(exifHeader), true
		}
	}
	return nil, 0, false
}

// maxExtended is how many bytes of extended packets are put together: more than an xmp.Budget holds.
const maxExtended = 4 << 20

// XMP returns the XMP packets in the order of the file: the main one, of which there should be one, and after it the extended ones,
// put together as far as they are without a gap and together not much longer than four megabytes.
func (f *File) XMP() []Packet {
	var out []Packet
	for _, s := range f.Segments {
		if s.Marker == APP1 && bytes.HasPrefix(s.Payload, xmpHeader) {
			var p Packet
			p.Add(s.Payload[len(xmpHeader):], s.PayloadOffset()+len(xmpHeader))
			out = append(out, p)
		}
	}
	return append(out, f.extendedXMP()...)
}

// piece is the part of a packet that one segment carries.
type piece struct {
	packet string // which packet
	order  uint32 // its place among the pieces of that packet
	data   []byte
	offset int
}

// byPacket sorts pieces by packet, in the order in which the packets began, and by order within.
func byPacket(pieces []piece) [][]piece {
	var groups [][]piece
	index := map[string]int{}
	for _, p := range pieces {
		i, ok := index[p.packet]
		if !ok {
			i = len(groups)
			index[p.packet], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b piece) int { return cmp.Compare(a.order, b.order) })
	}
	return groups
}

func (f *File) extendedXMP() []Packet {
	const head = 32 + 4 + 4 // digest that names the packet, its full length, offset of this piece in it
	var pieces []piece
	for _, s := range f.Segments {
		p, ok := bytes.CutPrefix(s.Payload, extendedHeader)
		if s.Marker != APP1 || !ok || len(p) < head {
			continue
		}
		pieces = append(pieces, piece{string(p[:32]), binary.BigEndian.Uint32(p[36:]), p[head:], s.PayloadOffset() + len(extendedHeader) + head})
	}
	var out []Packet
	left := maxExtended
	for _, g := range byPacket(pieces) {
		var p Packet
		for _, x := range g {
			if int(x.order) == len(p.Data) && left > 0 {
				if len(p.Data) > 0 {
					p.Grow(left)
				}
				p.Add(x.data, x.offset)
				left -= len(x.data)
			}
		}
		if p.Data != nil {
			out = append(out, p)
		}
	}
	return out
}

// JUMBF returns the boxes in the APP11 segments, each with its box header, as far as they are in the file. Boxes longer than a
// segment go over several, each of which repeats the header (ISO/IEC 19566-5 annex D).
func (f *File) JUMBF() []Packet {
	const head = 2 + 2 + 4 // "JP", number of the box, number of the segment
	var pieces []piece
	for _, s := range f.Segments {
		p := s.Payload
		if s.Marker != APP11 || !bytes.HasPrefix(p, jumbfHeader) || len(p) < head+8 {
			continue
		}
		pieces = append(pieces, piece{string(p[2:4]) + string(p[head+4:head+8]), binary.BigEndian.Uint32(p[4:]), p[head:], s.PayloadOffset() + head})
	}
	var out []Packet
	for _, g := range byPacket(pieces) {
		var p Packet
		p.Add(g[0].data, g[0].offset)
		length := 0
		for _, x := range g[1:] {
			length += len(x.data)
		}
		p.Grow(length)
		for _, x := range g[1:] {
			repeated := 8
			if binary.BigEndian.Uint32(x.data) == 1 {
				repeated = 16
			}
			repeated = min(repeated, len(x.data))
			p.Add(x.data[repeated:], x.offset+repeated)
		}
		out = append(out, p)
	}
	return out
}
