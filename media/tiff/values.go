package tiff

import (
	"math"
	"strings"
)

// Tags of further directories and of what they hold (CIPA DC-008-2023 section 4.6).
const (
	GPSIFD     = 0x8825 // in the main directory
	InteropIFD = 0xa005 // in the EXIF directory
	MakerNote  = 0x927c // in the EXIF directory
)

// Interop returns the fields of the interoperability directory.
func (f *File) Interop() []Entry { return f.linked(f.Exif, InteropIFD) }

func (f *File) linked(entries []Entry, tag uint16) []Entry {
	e, ok := find(entries, tag)
	if !ok {
		return nil
	}
	out, _ := f.directory(f.uint(e), map[uint64]bool{})
	return out
}

// Find returns the first field with the tag; ok is false where there is none.
func Find(entries []Entry, tag uint16) (Entry, bool) { return find(entries, tag) }

// maxNumbers is how many numbers of one field are returned; those that mean something have at most four.
const maxNumbers = 16

// Numbers returns the numbers of a field of any numeric type, at most 16, and nil for texts and bytes of no type. A rational whose denominator
// is zero is not a number (NaN).
func (f *File) Numbers(e Entry) (out []float64) {
	if int(e.Type) >= len(sizes) || sizes[e.Type] == 0 {
		return nil
	}
	size := sizes[e.Type]
	for v := e.Value; len(v) >= size && len(out) < maxNumbers; v = v[size:] {
		n, ok := f.number(e.Type, v)
		if !ok {
			return nil
		}
		out = append(out, n)
	}
	return out
}

func (f *File) number(kind uint16, v []byte) (float64, bool) {
	switch kind {
	case 1:
		return float64(v[0]), true
	case 3:
		return float64(f.Order.Uint16(v)), true
	case 4, 13:
		return float64(f.Order.Uint32(v)), true
	case 5:
		return ratio(float64(f.Order.Uint32(v)), float64(f.Order.Uint32(v[4:]))), true
	case 6:
		return float64(int8(v[0])), true
	case 8:
		return float64(int16(f.Order.Uint16(v))), true
	case 9:
		return float64(int32(f.Order.Uint32(v))), true
	case 10:
		return ratio(float64(int32(f.Order.Uint32(v))), float64(int32(f.Order.Uint32(v[4:])))), true
	case 11:
		return float64(math.Float32frombits(f.Order.Uint32(v))), true
	case 12:
		return math.Float64frombits(f.Order.Uint64(v)), true
	case 16, 18:
		return float64(f.Order.Uint64(v)), true
	case 17:
		return float64(int64(f.Order.Uint64(v))), true
	}
	return 0, false
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

// String returns the text of an ASCII field, or of bytes that are text, up to the first NUL and without space around it.
func (e Entry) String() string {
	if e.Type != 1 && e.Type != 2 && e.Type != 7 {
		return ""
	}
	s, _, _ := strings.Cut(string(e.Value[:min(len(e.Value), maxText)]), "\x00")
	return strings.TrimSpace(strings.ToValidUTF8(s, "�"))
}
