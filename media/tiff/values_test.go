package tiff_test

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"unmask/media/tiff"
)

func TestValues(t *testing.T) {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8)
	field := func(tag, kind uint16, count, value uint32) {
		b = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), kind), count), value)
	}
	b = le.AppendUint16(b, 5)
	field(1, 5, 2, 74)          // 1/4, 1/0
	field(2, 8, 2, 0xffff_0003) // 3, -1
	field(3, 2, 4, le.Uint32([]byte("ab\x00c")))
	field(4, 7, 4, 0)
	field(tiff.GPSIFD, 4, 1, 90)
	b = le.AppendUint32(b, 0)
	for _, n := range []uint32{1, 4, 1, 0} {
		b = le.AppendUint32(b, n)
	}
	b = le.AppendUint16(b, 1) // at 90
	field(6, 4, 1, 77)
	b = le.AppendUint32(b, 0)
	f, err := tiff.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	get := func(entries []tiff.Entry, tag uint16) tiff.Entry {
		e, ok := tiff.Find(entries, tag)
		if !ok {
			t.Errorf("no field %d", tag)
		}
		return e
	}
	if v := f.Numbers(get(f.IFD0, 1)); len(v) != 2 || v[0] != .25 || !math.IsNaN(v[1]) {
		t.Error(v)
	}
	if v := f.Numbers(get(f.IFD0, 2)); !slices.Equal(v, []float64{3, -1}) {
		t.Error(v)
	}
	if s := get(f.IFD0, 3).String(); s != "ab" {
		t.Errorf("%q", s)
	}
	if v := f.Numbers(get(f.IFD0, 4)); v != nil {
		t.Error(v)
	}
	if v := f.Numbers(get(f.GPS, 6)); !slices.Equal(v, []float64{77}) {
		t.Error(v)
	}
	if f.Interop() != nil {
		t.Error("fields of a directory that is not there")
	}
}
