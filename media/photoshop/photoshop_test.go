package photoshop_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"unmask/media/extract"
	"unmask/media/iptc"
	"unmask/media/photoshop"
)

func resource(id int, name, data string) []byte {
	b := binary.BigEndian.AppendUint16([]byte("8BIM"), uint16(id))
	b = append(append(b, byte(len(name))), name...)
	b = append(b, make([]byte, (len(name)+1)&1)...)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(data))), data...)
	return append(b, make([]byte, len(data)&1)...)
}

const sets = "\x1c\x01\x5a\x00\x03\x1b%G" + "\x1c\x02\x6e\x00\x04made" + "\x1c\x02\x78\x80\x04\x00\x00\x00\x02by"

func psd() []byte {
	all := append(resource(photoshop.IPTC, "", sets), append(resource(9, "odd", "x"), resource(photoshop.XMP, "even", "<x/>")...)...)
	b := append([]byte("8BPS"), make([]byte, 22)...)
	b = append(binary.BigEndian.AppendUint32(b, 3), "pal"...)
	return append(append(binary.BigEndian.AppendUint32(b, uint32(len(all))), all...), "layers"...)
}

func TestResourcesAndDataSets(t *testing.T) {
	b := psd()
	all, unread, err := photoshop.Parse(b)
	if unread != 0 || err != nil || len(all) != 3 || all[0].ID != photoshop.IPTC || all[1].ID != 9 || string(all[2].Data.Data) != "<x/>" {
		t.Fatalf("%+v, %v", all, err)
	}
	texts, unread := iptc.Parse(all[0].Data)
	if unread != 0 || len(texts) != 2 || texts[0].Set != iptc.Credit || texts[1].Set != iptc.Caption {
		t.Fatalf("%+v", texts)
	}
	for i, want := range []string{"made", "by"} {
		if x := texts[i]; x.Text != want || string(b[x.Offset:x.Offset+x.Length]) != want {
			t.Errorf("%+v, not %s", x, want)
		}
	}
}

// What is cut off or beyond the bounds is counted, and what is padding is not.
func TestUnread(t *testing.T) {
	const one = "\x1c\x02\x6e\x00\x04made"
	r := string(resource(9, "odd", "x"))
	for name, c := range map[string]struct {
		data       string
		read, left int
	}{
		"as many resources as are read": {strings.Repeat(r, 4096), 4096, 0},
		"one more":                      {strings.Repeat(r, 4097), 4096, 1},
		"padding":                       {r + "\x00\x00\x00\x00", 1, 0},
		"a header cut off":              {r + "8BIM\x04", 1, 1},
		"a name cut off":                {r + "8BIM\x04\x04\x20aaaaaaa", 1, 1},
		"data cut off":                  {r + string(resource(9, "", "data"))[:14], 1, 1},
	} {
		if all, left := photoshop.Resources(extract.Whole([]byte(c.data), 0)); len(all) != c.read || left != c.left {
			t.Errorf("%s: %d resources, %d unread", name, len(all), left)
		}
	}
	for name, c := range map[string]struct {
		data       string
		read, left int
	}{
		"as many data sets as are read": {strings.Repeat(one, 4096), 4096, 0},
		"one more":                      {strings.Repeat(one, 4097), 4096, 1},
		"padding":                       {one + "\x00", 1, 0},
		"a header cut off":              {one + "\x1c\x02", 1, 1},
		"a length cut off":              {one + "\x1c\x02\x6e\x80\x04\x00", 1, 1},
		"data cut off":                  {one + one[:7], 1, 1},
	} {
		if all, left := iptc.Parse(extract.Whole([]byte(c.data), 0)); len(all) != c.read || left != c.left {
			t.Errorf("%s: %d data sets, %d unread", name, len(all), left)
		}
	}
	if _, left, err := photoshop.Parse(psd()[:30]); err != nil || left != 1 {
		t.Errorf("a file that ends before its resources: %d unread, %v", left, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(psd())
	f.Fuzz(func(t *testing.T, b []byte) {
		all, _, _ := photoshop.Parse(b)
		alone, _ := photoshop.Resources(extract.Whole(b, 0))
		for _, r := range append(all, alone...) {
			if at, n := r.Data.Span(0, len(r.Data.Data)); !bytes.Equal(b[at:at+n], r.Data.Data) {
				t.Fatalf("resource %d is not at %d", r.ID, at)
			}
			iptc.Parse(r.Data)
		}
	})
}
