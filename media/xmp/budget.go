package xmp

import "bytes"

// MaxPackets is how many packets of one file are read; a picture has one, and some have a second one in several pieces.
const MaxPackets = 64

// What reading costs, in bytes of plain text that could be read in its place. A decoder that is not strict takes every word of a tag as an attribute.
const (
	budget    = 2 << 20
	perPacket = 4096
	perTag    = 32
	perMark   = 32 // a quote, or a run of space but one between elements
	perEntity = 8
)

// Budget is what is read of the packets of one file: as much as two megabytes of plain text cost. The zero value is a full one.
type Budget struct{ packets, spent int }

// Parse reads the properties of a packet. It returns what stands before any damage, and before the end of the budget, together with the error.
func (b *Budget) Parse(packet []byte) ([]Property, error) {
	packet = bytes.TrimRight(packet, "\x00") // some writers end it like a C string
	n := b.spend(packet)
	r := reader{packet: packet[:n]}
	err := r.read()
	for len(r.open) > 0 {
		r.end()
	}
	if n < len(packet) {
		err = errBound
	}
	return r.found, err
}

// spend returns how many bytes of a packet the budget holds, and takes them from it.
func (b *Budget) spend(packet []byte) int {
	if b.packets++; b.packets > MaxPackets {
		return 0
	}
	left := budget - b.spent - perPacket
	last, space := byte('>'), false // last stands before a run of space
	for i, c := range packet {
		switch left--; c {
		case ' ', '\t', '\r', '\n':
			space = true
		case '<':
			left -= perTag
			last, space = c, false
		default:
			if space && last != '>' || c == '"' || c == '\'' {
				left -= perMark
			}
			if c == '&' {
				left -= perEntity
			}
			last, space = c, false
		}
		if left < 0 {
			b.spent = budget
			return i
		}
	}
	b.spent = budget - left
	return len(packet)
}
