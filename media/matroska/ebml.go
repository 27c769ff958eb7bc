package matroska

import (
	"encoding/binary"
	"math"
)

// element is one EBML element (RFC 8794 section 6) with as much of its content as window bytes hold.
type element struct {
	id      uint64
	start   int64 // of its content
	length  int64 // of its content; -1: not known
	content []byte
}

// window is how much is read of each element: enough for its head and for what is asked of its content.
const window = 64

// readElement reads the element that b starts with; b stands at offset at of the file. It returns false where there is none.
func readElement(b []byte, at int64) (element, bool) {
	id, n := vint(b, false)
	size, m := vint(b[n:], true)
	if n == 0 || m == 0 {
		return element{}, false
	}
	e := element{id: id, start: at + int64(n+m), length: int64(size), content: b[n+m:]}
	if size == 1<<(7*m)-1 {
		e.length = -1
	} else if size < uint64(len(e.content)) {
		e.content = e.content[:size]
	}
	return e, true
}

// vint reads a variable-length number of up to eight bytes; identifiers keep their length marker. Length 0: it is cut off or too long.
func vint(b []byte, strip bool) (v uint64, length int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	length = 1
	for mask := byte(0x80); b[0]&mask == 0; mask >>= 1 {
		length++
	}
	if length > len(b) {
		return 0, 0
	}
	for _, c := range b[:length] {
		v = v<<8 | uint64(c)
	}
	if strip {
		v &^= 1 << (7 * length)
	}
	return v, length
}

// unsigned is the value of an unsigned integer element.
func (e element) unsigned() (v uint64) {
	for _, c := range e.content[:min(8, len(e.content))] {
		v = v<<8 | uint64(c)
	}
	return v
}

// float is the value of a float element.
func (e element) float() float64 {
	switch len(e.content) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(e.content)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(e.content))
	}
	return 0
}
