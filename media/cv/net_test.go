package cv

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestNetworksThatAreRefused(t *testing.T) {
	for _, data := range [][]byte{nil, {1}, bytes.Repeat([]byte("no network"), 1000)} {
		if _, err := LoadNet(data); err == nil {
			t.Errorf("%d bytes were read as a network", len(data))
		}
	}
}

func TestRunChecksItsInput(t *testing.T) {
	n := &Net{}
	for _, c := range []struct {
		in    []float32
		shape [4]int
		out   []Output
	}{
		{make([]float32, 3), [4]int{1, 1, 2, 2}, []Output{{"x", 1}}},
		{nil, [4]int{0, 1, 1, 1}, []Output{{"x", 1}}},
		{make([]float32, 1), [4]int{1, 1, 1, 1}, nil},
		{make([]float32, 1), [4]int{1, 1, 1, 1 << 40}, []Output{{"x", 1}}},
	} {
		if _, err := n.Run(c.in, c.shape, c.out); err == nil {
			t.Errorf("shape %v with %d numbers was run", c.shape, len(c.in))
		}
	}
}

func TestResize(t *testing.T) {
	pix := []byte{0, 0, 0, 100, 100, 100, 0, 0, 0, 100, 100, 100}
	got, err := Resize(pix, 2, 2, 1, 1)
	if err != nil || !bytes.Equal(got, []byte{50, 50, 50}) {
		t.Errorf("%v %v", got, err)
	}
	if got, err := Resize(pix, 2, 2, 4, 4); err != nil || len(got) != 48 {
		t.Errorf("%v %v", got, err)
	}
	for _, c := range [][4]int{{2, 3, 1, 1}, {2, 2, 0, 1}, {2, 2, 1, 1 << 20}} {
		if _, err := Resize(pix, c[0], c[1], c[2], c[3]); err == nil || !strings.Contains(err.Error(), "pixels") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// The filters are held against their definition.
func TestErodeAndDilate(t *testing.T) {
	const w, h = 23, 9
	plane := make([]byte, w*h)
	for i := range plane {
		plane[i] = uint8(i * i * 31)
	}
	for _, side := range []int{1, 3, 7, 31} {
		least, err := Erode(plane, w, h, side)
		most, again := Dilate(plane, w, h, side)
		if err != nil || again != nil {
			t.Fatal(err, again)
		}
		for y := range h {
			for x := range w {
				var around []byte
				for v := max(0, y-side/2); v <= min(h-1, y+side/2); v++ {
					around = append(around, plane[v*w+max(0, x-side/2):v*w+min(w-1, x+side/2)+1]...)
				}
				if i := y*w + x; least[i] != slices.Min(around) || most[i] != slices.Max(around) {
					t.Fatalf("squares of %d at %d, %d: %d and %d", side, x, y, least[i], most[i])
				}
			}
		}
	}
	if _, err := Erode(plane, w, h+1, 3); err == nil {
		t.Error("a plane of another size was filtered")
	}
	if _, err := Dilate(plane, w, h, 2); err == nil {
		t.Error("an even square was taken")
	}
}
