package tiff_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"unmask/media/cost"
	"unmask/media/tiff"
)

// pages is a TIFF with three directories in a chain, of which the last points back, and a directory among SubIFDs, each with one XMP field.
func pages() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8)
	field := func(tag, kind uint16, count, value uint32) {
		b = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), kind), count), value)
	}
	b = le.AppendUint16(b, 2) // at 8
	field(tiff.SubIFDs, 4, 1, 74)
	field(tiff.XMP, 1, 4, le.Uint32([]byte("<1/>")))
	b = le.AppendUint32(b, 38)
	for _, x := range []struct {
		text string
		next uint32
	}{{"<2/>", 56}, {"<3/>", 8}, {"<4/>", 0}} {
		b = le.AppendUint16(b, 1)
		field(tiff.XMP, 1, 4, le.Uint32([]byte(x.text)))
		b = le.AppendUint32(b, x.next)
	}
	return b
}

// big is a BigTIFF with one field that stands in its entry, and one that does not.
func big() []byte {
	be := binary.BigEndian
	b := be.AppendUint64([]byte("MM\x00+\x00\x08\x00\x00"), 16)
	b = be.AppendUint64(b, 2)
	b = append(be.AppendUint64(be.AppendUint16(be.AppendUint16(b, tiff.XMP), 7), 8), "in entry"...)
	b = be.AppendUint64(be.AppendUint64(be.AppendUint16(be.AppendUint16(b, tiff.C2PA), 7), 9), 72)
	return append(be.AppendUint64(b, 0), "elsewhere"...)
}

func TestDirectories(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		tag  uint16
		want []string
	}{
		"pages and parts":       {pages(), tiff.XMP, []string{"<1/>", "<2/>", "<3/>", "<4/>"}},
		"BigTIFF, in the entry": {big(), tiff.XMP, []string{"in entry"}},
		"BigTIFF, elsewhere":    {big(), tiff.C2PA, []string{"elsewhere"}},
	} {
		inMemory, err1 := tiff.Parse(c.file)
		onDisk, err2 := tiff.Read(bytes.NewReader(c.file), int64(len(c.file)))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		for _, f := range []*tiff.File{inMemory, onDisk} {
			found := f.Packets(c.tag, 0)
			for i, p := range found {
				if at, n := p.Span(0, len(p.Data)); i >= len(c.want) || string(p.Data) != c.want[i] || string(c.file[at:at+n]) != c.want[i] {
					t.Errorf("%s: %q at %d", name, p.Data, at)
				}
			}
			if len(found) != len(c.want) {
				t.Errorf("%s: %d fields", name, len(found))
			}
		}
	}
}

// laid is a structure of sixty directories of four thousand fields that lie on each other.
func laid() []byte {
	const at = 8 + 2 + 12 + 4
	be := binary.BigEndian
	b := append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01"), "\x01\x4a\x00\x04\x00\x00\x00\x3c\x00\x00\x00\x1a\x00\x00\x00\x00"...)
	for i := range 60 {
		b = be.AppendUint32(b, uint32(at+240+12*i))
	}
	return append(b, bytes.Repeat([]byte("\x10\x00\x01\x0e\x00\x02\x00\x00\x00\x04ab"), 5000)...) // 4096 fields, of which the first begins behind their number
}

func TestHostileDirectoriesCostLittle(t *testing.T) {
	start := cost.Now()
	f, err := tiff.Parse(laid())
	if d := cost.Since(start); err != nil || len(f.Rest) < 4096 || len(f.Rest) > 1<<13 || !f.Beyond || d > cost.Most {
		t.Errorf("%d fields, beyond %v, in %v, %v", len(f.Rest), f.Beyond, d, err)
	}
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8)
	b = le.AppendUint16(b, 0xffff)
	for range 0xffff { // the same eight megabytes over and over
		b = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tiff.XMP), 7), 8<<20), 8)
	}
	b = append(b, make([]byte, 8<<20)...)
	for name, read := range map[string]func() (*tiff.File, error){
		"Parse": func() (*tiff.File, error) { return tiff.Parse(b) },
		"Read":  func() (*tiff.File, error) { return tiff.Read(bytes.NewReader(b), int64(len(b))) },
	} {
		start := cost.Now()
		f, err := read()
		if d := cost.Since(start); err != nil || d > cost.Most || len(f.Packets(tiff.XMP, 0)) > 16 {
			t.Errorf("%s took %v, %v", name, d, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(pages())
	f.Add(big())
	f.Fuzz(func(t *testing.T, b []byte) {
		onDisk, err := tiff.Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, tag := range []uint16{tiff.XMP, tiff.C2PA, tiff.UserComment} {
			for _, p := range onDisk.Packets(tag, 0) {
				if at, n := p.Span(0, len(p.Data)); !bytes.Equal(b[at:at+n], p.Data) {
					t.Fatalf("a field is not at %d", at)
				}
			}
			texts, _ := onDisk.Texts(tag)
			for _, x := range texts {
				if x.Offset < 0 || x.Offset+x.Length > len(b) {
					t.Fatalf("%+v lies outside %d bytes", x, len(b))
				}
			}
		}
	})
}
