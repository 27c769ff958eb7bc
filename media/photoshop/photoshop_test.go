package photoshop_test

import (
	"bytes"
	"encoding/binary"
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
	all, err := photoshop.Parse(b)
	if err != nil || len(all) != 3 || all[0].ID != photoshop.IPTC || all[1].ID != 9 || string(all[2].Data.Data) != "<x/>" {
		t.Fatalf("%+v, %v", all, err)
	}
	texts := iptc.Parse(all[0].Data)
	if len(texts) != 2 || texts[0].Set != iptc.Credit || texts[1].Set != iptc.Caption {
		t.Fatalf("%+v", texts)
	}
	for i, want := range []string{"made", "by"} {
		if x := texts[i]; x.Text != want || string(b[x.Offset:x.Offset+x.Length]) != want {
			t.Errorf("%+v, not %s", x, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(psd())
	f.Fuzz(func(t *testing.T, b []byte) {
		all, _ := photoshop.Parse(b)
		for _, r := range append(all, photoshop.Resources(extract.Whole(b, 0))...) {
			if at, n := r.Data.Span(0, len(r.Data.Data)); !bytes.Equal(b[at:at+n], r.Data.Data) {
				t.Fatalf("resource %d is not at %d", r.ID, at)
			}
			iptc.Parse(r.Data)
		}
		for _, x := range iptc.Parse(extract.Whole(b, 0)) {
			if x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
