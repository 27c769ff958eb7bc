package riff_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"unmask/media/riff"
)

func chunk(name, data string) string {
	return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data + strings.Repeat("\x00", len(data)&1)
}

func webp(chunks ...string) []byte { return []byte(chunk("RIFF", "WEBP"+strings.Join(chunks, ""))) }

func TestChunks(t *testing.T) {
	b := webp(chunk("VP8X", "0123456789"), chunk(riff.EXIF, "odd"), chunk(riff.XMP, "<x/>"))
	f, err := riff.Parse(b)
	if err != nil || f.Form != "WEBP" || !f.Complete || len(f.Chunks) != 3 {
		t.Fatalf("%+v, %v", f, err)
	}
	for i, want := range []string{"VP8X 0123456789", "EXIF odd", "XMP  <x/>"} {
		c := f.Chunks[i]
		if c.Name+" "+string(c.Data) != want || string(b[c.DataOffset():c.DataOffset()+len(c.Data)]) != string(c.Data) {
			t.Errorf("%+v, not %s", c, want)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := webp(chunk(riff.EXIF, "abcd"), chunk(riff.XMP, "efgh"))
	for n := range whole {
		f, err := riff.Parse(whole[:n])
		if n < 12 {
			if err == nil {
				t.Errorf("%d bytes are a file", n)
			}
			continue
		}
		if want := (n - 12) / 12; err != nil || len(f.Chunks) != want || f.Complete != ((n-12)%12 == 0) {
			t.Errorf("%d bytes: %+v, %v", n, f, err)
		}
	}
	many, err := riff.Parse(webp(strings.Repeat(chunk("none", ""), 20_000)))
	if err != nil || len(many.Chunks) != 10_000 || many.Complete {
		t.Errorf("%d chunks, %v", len(many.Chunks), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(webp(chunk(riff.EXIF, "odd"), chunk(riff.XMP, "even")))
	f.Add([]byte("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := riff.Parse(b)
		if err != nil {
			return
		}
		for _, c := range file.Chunks {
			if string(b[c.Offset:c.Offset+4]) != c.Name || string(b[c.DataOffset():c.DataOffset()+len(c.Data)]) != string(c.Data) {
				t.Fatalf("%+v does not stand there", c)
			}
		}
	})
}
