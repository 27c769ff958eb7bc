package jpeg_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	stdjpeg "image/jpeg"
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/jpeg"
)

// encoded is a JPEG of a picture with some texture, as Go's encoder writes it.
func encoded(t testing.TB, img draw.Image, quality int) []byte {
	t.Helper()
	b := img.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			img.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x * y), 255})
		}
	}
	var out bytes.Buffer
	if err := stdjpeg.Encode(&out, img, &stdjpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sample(t testing.TB) []byte { return encoded(t, image.NewRGBA(image.Rect(0, 0, 48, 32)), 80) }

func segment(marker byte, payload string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))) + payload
}

// with puts bytes behind the first marker of a file.
func with(file []byte, inserted string) []byte {
	return append(append(append([]byte{}, file[:2]...), inserted...), file[2:]...)
}

func parse(t testing.TB, b []byte) *jpeg.File {
	t.Helper()
	f, err := jpeg.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestStructure(t *testing.T) {
	whole := sample(t)
	for _, c := range []struct {
		name     string
		file     []byte
		complete bool
		end      int
	}{
		{"as written", whole, true, len(whole)},
		{"with trailing bytes", append(bytes.Clone(whole), "trailer\xff\xd8\xff\xd9"...), true, len(whole)},
		{"without its end", whole[:len(whole)-2], false, len(whole) - 2},
		{"cut inside the scan", whole[:len(whole)-20], false, len(whole) - 20},
		{"with an end before the scan", with(whole, "\xff\xd9"), false, 4},
		{"with fill bytes and garbage", with(whole, "\xff\xff\xff\xe3\x00\x02 garbage \xff\x00 "), true, len(whole) + 18},
		{"with a thumbnail in a segment", with(whole, segment(jpeg.APP1, string(whole))), true, 2*len(whole) + 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := parse(t, c.file)
			if f.Complete != c.complete || f.End != c.end {
				t.Errorf("complete %v, end %d of %d", f.Complete, f.End, len(c.file))
			}
			for _, s := range f.Segments {
				if c.file[s.Offset] != 0xff || s.Payload != nil && &c.file[s.PayloadOffset()] != &s.Payload[:1][0] {
					t.Errorf("segment %x is not at %d", s.Marker, s.Offset)
				}
			}
			if c.end > 4 && (f.Frame == nil || f.Frame.Width != 48 || f.Frame.Height != 32 || len(f.Frame.Components) != 3 || f.Frame.Progressive()) {
				t.Errorf("frame %+v", f.Frame)
			}
		})
	}
	for _, b := range [][]byte{nil, {0xff}, []byte("\x89PNG"), whole[1:]} {
		if _, err := jpeg.Parse(b); !errors.Is(err, jpeg.ErrFormat) {
			t.Errorf("%q: %v", b[:min(4, len(b))], err)
		}
	}
}

func TestQuality(t *testing.T) {
	for q := 1; q <= 100; q++ {
		got, ok := parse(t, encoded(t, image.NewRGBA(image.Rect(0, 0, 16, 16)), q)).Quality()
		if !ok || got.Luma.Quality != q || !got.Standard() || got.Chroma == nil || got.Chroma.Quality != q || got.Subsampling != "4:2:0" {
			t.Errorf("quality %d is taken for %+v %+v", q, got, got.Chroma)
		}
	}
	got, ok := parse(t, encoded(t, image.NewGray(image.Rect(0, 0, 16, 16)), 90)).Quality()
	if !ok || got.Luma.Quality != 90 || got.Chroma != nil || !got.Standard() || got.Subsampling != "4:0:0" {
		t.Errorf("grey: %+v", got)
	}
	if _, ok := parse(t, []byte("\xff\xd8\xff\xd9")).Quality(); ok {
		t.Error("a file without a frame has a quality")
	}
}

// A table that differs in three entries from the standard one is near it and not exact.
func TestQualityOfAnotherTable(t *testing.T) {
	b := sample(t)
	i := bytes.Index(b, []byte("\xff\xdb"))
	b[i+5] += 4
	b[i+6] += 4
	b[i+7] -= 4
	got, _ := parse(t, b).Quality()
	if got.Standard() || got.Luma.Exact() || got.Luma.Quality != 80 || got.Luma.Error != 12./64 {
		t.Errorf("%+v", got)
	}
}

func TestExif(t *testing.T) {
	b := with(sample(t), segment(jpeg.APP1, "Exif\x00\x00II*\x00rest"))
	exif, at, ok := parse(t, b).Exif()
	if !ok || string(exif) != "II*\x00rest" || !bytes.HasPrefix(b[at:], exif) {
		t.Errorf("%q at %d, %v", exif, at, ok)
	}
	if _, _, ok := parse(t, sample(t)).Exif(); ok {
		t.Error("found EXIF where there is none")
	}
}

func TestPackets(t *testing.T) {
	const xmp, extension = "http://ns.adobe.com/xap/1.0/\x00", "http://ns.adobe.com/xmp/extension/\x00"
	digest := strings.Repeat("d", 32)
	jumbf := func(number, part, data string) string {
		return segment(jpeg.APP11, "JP"+number+part+"\x00\x00\x00\x10jumb"+data)
	}
	b := with(sample(t), segment(jpeg.APP1, xmp+"main")+
		segment(jpeg.APP1, extension+digest+"\x00\x00\x00\x06\x00\x00\x00\x03def")+
		segment(jpeg.APP1, extension+digest+"\x00\x00\x00\x06\x00\x00\x00\x00abc")+
		jumbf("\x00\x01", "\x00\x00\x00\x01", "one")+jumbf("\x00\x02", "\x00\x00\x00\x01", "other")+jumbf("\x00\x01", "\x00\x00\x00\x02", "two"))
	f := parse(t, b)
	var got []string
	for _, p := range append(f.XMP(), f.JUMBF()...) {
		got = append(got, string(p.Data))
		for i := range p.Data {
			if at, n := p.Span(i, i+1); b[at] != p.Data[i] || n != 1 {
				t.Errorf("byte %d of %q is not at %d", i, p.Data, at)
			}
		}
	}
	if want := "main|abcdef|\x00\x00\x00\x10jumbonetwo|\x00\x00\x00\x10jumbother"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}

func hostile() map[string][]byte {
	const n = 16 << 20
	fill := func(s string) []byte { return append([]byte("\xff\xd8"), bytes.Repeat([]byte(s), n/len(s))...) }
	return map[string][]byte{
		"fill bytes": fill("\xff"), "stuffing": fill("\xff\x00"), "empty segments": fill("\xff\xe1\x00\x02"),
		"tables": fill(segment(jpeg.DQT, strings.Repeat("\x00"+strings.Repeat("\x01", 64), 1000))),
		"JUMBF":  fill(segment(jpeg.APP11, "JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x10jumb")),
		"zeros":  fill("\x00"),
	}
}

func TestHostileFilesCostLittle(t *testing.T) {
	for name, b := range hostile() {
		start := cost.Now()
		f := parse(t, b)
		f.XMP()
		f.JUMBF()
		t.Logf("%-15s %v for 16 MB", name, cost.Since(start))
		if name == "empty segments" && !f.Beyond {
			t.Error("it is not said that segments were left out")
		}
		if d := cost.Since(start); d > cost.Most {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func FuzzParse(f *testing.F) {
	whole := sample(f)
	f.Add(whole)
	f.Add(with(whole, segment(jpeg.APP1, "Exif\x00\x00II*\x00")+segment(jpeg.APP11, "JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x10jumb")+
		segment(jpeg.APP1, "http://ns.adobe.com/xmp/extension/\x00"+strings.Repeat("d", 32)+"\x00\x00\x00\x03\x00\x00\x00\x00abc")))
	f.Add(encoded(f, image.NewGray(image.Rect(0, 0, 8, 8)), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := jpeg.Parse(b)
		if err != nil {
			return
		}
		if file.End < 2 || file.End > len(b) {
			t.Fatalf("end %d of %d", file.End, len(b))
		}
		for _, s := range file.Segments {
			if s.Offset+4+len(s.Payload) > len(b) && s.Payload != nil {
				t.Fatalf("segment %+v", s)
			}
		}
		if q, ok := file.Quality(); ok && (q.Luma.Quality < 1 || q.Luma.Quality > 100) {
			t.Fatalf("%+v", q)
		}
		if exif, at, ok := file.Exif(); ok && !bytes.HasPrefix(b[at:], exif) {
			t.Fatal("EXIF is not where it should be")
		}
		for _, p := range append(file.XMP(), file.JUMBF()...) {
			if at, n := p.Span(0, len(p.Data)); at < 0 || at+n > len(b) || n < len(p.Data) && len(p.Data) == 0 {
				t.Fatalf("packet at %d, %d bytes", at, n)
			}
			if len(p.Data) > len(b) {
				t.Fatal("more came out than went in")
			}
		}
	})
}
