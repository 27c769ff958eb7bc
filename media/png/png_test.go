package png_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	stdpng "image/png"
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/png"

	"github.com/google/go-cmp/cmp"
)

const signature = "\x89PNG\r\n\x1a\n"

func chunk(kind, data string) string {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

const header, end = "\x00\x00\x00\x20\x00\x00\x00\x10\x08\x06\x00\x00\x01", ""

// file is a PNG of 32x16 pixels with other chunks in it.
func file(chunks ...string) string {
	return signature + chunk("IHDR", header) + strings.Join(chunks, "") + chunk("IEND", end)
}

func parse(t testing.TB, b string) *png.File {
	t.Helper()
	f, err := png.Parse([]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAFileOfGosEncoder(t *testing.T) {
	var b bytes.Buffer
	if err := stdpng.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	f := parse(t, b.String()+"trailer")
	if f.Width != 30 || f.Height != 20 || f.BitDepth != 8 || f.ColorType != 0 || f.Interlaced || !f.Complete || f.End != b.Len() {
		t.Errorf("%+v", f)
	}
	for _, c := range f.Chunks {
		if !c.Valid || b.String()[c.DataOffset()-4:c.DataOffset()] != c.Type {
			t.Errorf("%s at %d: valid %v", c.Type, c.Offset, c.Valid)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		name, chunk string
		want        png.Text // without its offset
		stored      string
	}{
		{"tEXt", chunk("tEXt", "AIGC\x00{}"), png.Text{Chunk: "tEXt", Keyword: "AIGC", Text: "{}"}, "{}"},
		{"empty", chunk("tEXt", "AIGC\x00"), png.Text{Chunk: "tEXt", Keyword: "AIGC"}, ""},
		{"Latin-1", chunk("tEXt", "k\x00\xe9"), png.Text{Chunk: "tEXt", Keyword: "k", Text: "é"}, "\xe9"},
		{"UTF-8 where Latin-1 belongs", chunk("tEXt", "k\x00中"), png.Text{Chunk: "tEXt", Keyword: "k", Text: "中"}, "中"},
		{"zTXt", chunk("zTXt", "k\x00\x00"+deflated("abc")), png.Text{Chunk: "zTXt", Keyword: "k", Text: "abc", Compressed: true}, deflated("abc")},
		{"iTXt", chunk("iTXt", "k\x00\x00\x00en\x00kk\x00中"), png.Text{Chunk: "iTXt", Keyword: "k", Text: "中"}, "中"},
		{"iTXt, compressed", chunk("iTXt", "k\x00\x01\x00\x00\x00"+deflated("中")), png.Text{Chunk: "iTXt", Keyword: "k", Text: "中", Compressed: true}, deflated("中")},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := file(c.chunk)
			f := parse(t, b)
			if len(f.Texts) != 1 || f.Unread != 0 {
				t.Fatalf("%+v", f)
			}
			got := f.Texts[0]
			if b[got.Offset:got.Offset+got.Length] != c.stored {
				t.Errorf("stored as %q", b[got.Offset:got.Offset+got.Length])
			}
			got.Offset, got.Length = 0, 0
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTextsThatCannotBeReadAreCounted(t *testing.T) {
	for name, c := range map[string]string{
		"no keyword": chunk("tEXt", "\x00x"), "no separator": chunk("tEXt", "abc"), "unknown compression": chunk("zTXt", "k\x00\x01"+deflated("a")),
		"cut": chunk("zTXt", "k\x00\x00"+deflated("abcdef")[:8]), "no language": chunk("iTXt", "k\x00\x00\x00en"),
		"bomb": chunk("zTXt", "k\x00\x00"+deflated(strings.Repeat("a", 5<<20))), "long": chunk("tEXt", "k\x00"+strings.Repeat("a", 5<<20)),
	} {
		if f := parse(t, file(c)); f.Unread != 1 || len(f.Texts) != 0 || !f.Complete {
			t.Errorf("%s: unread %d, texts %d, complete %v", name, f.Unread, len(f.Texts), f.Complete)
		}
	}
}

// A text that is too long hides none that stands there as it is.
func TestABombHidesNoPlainText(t *testing.T) {
	f := parse(t, file(chunk("zTXt", "k\x00\x00"+deflated(strings.Repeat("a", 5<<20))), chunk("tEXt", "AIGC\x00{}")))
	if len(f.Texts) != 1 || f.Texts[0].Keyword != "AIGC" {
		t.Errorf("%+v", f.Texts)
	}
}

func TestDamage(t *testing.T) {
	for _, b := range []string{"", signature[:7], "\xff\xd8\xff"} {
		if _, err := png.Parse([]byte(b)); !errors.Is(err, png.ErrFormat) {
			t.Errorf("%q: %v", b, err)
		}
	}
	whole := file(chunk("tEXt", "AIGC\x00{}"))
	for n := len(signature); n < len(whole); n++ {
		if f := parse(t, whole[:n]); f.Complete || f.End > n {
			t.Errorf("cut to %d: %+v", n, f)
		}
	}
	changed := strings.Replace(whole, "{}", "[]", 1)
	if f := parse(t, changed); f.Chunks[1].Valid || !f.Chunks[0].Valid || f.Texts[0].Text != "[]" || !f.Complete {
		t.Errorf("%+v", f)
	}
}

func hostile() map[string]string {
	const n = 8 << 20
	bomb := chunk("zTXt", "k\x00\x00"+deflated(strings.Repeat("a", 1<<20)))
	return map[string]string{
		"bombs":        file(strings.Repeat(bomb, n/len(bomb))),
		"empty chunks": file(strings.Repeat(chunk("aaaa", ""), n/12)),
		"small texts":  file(strings.Repeat(chunk("tEXt", "k\x00a"), n/15)),
		"small zTXt":   file(strings.Repeat(chunk("zTXt", "k\x00\x00"+deflated("a")), n/24)),
		"Latin-1":      file(chunk("tEXt", "k\x00"+strings.Repeat("\xe9", 4<<20-1))),
	}
}

func TestHostileFilesCostLittle(t *testing.T) {
	for name, b := range hostile() {
		start := cost.Now()
		f := parse(t, b)
		t.Logf("%-12s %8v, %d chunks, %d texts, %d unread", name, cost.Since(start), len(f.Chunks), len(f.Texts), f.Unread)
		if name != "Latin-1" && f.Unread == 0 {
			t.Errorf("%s: it is not said that a part was left out", name)
		}
		if d := cost.Since(start); d > cost.Most {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				png.Parse([]byte(text))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(file(chunk("tEXt", "AIGC\x00{}"), chunk("zTXt", "k\x00\x00"+deflated("abc")))))
	f.Add([]byte(file(chunk("iTXt", "k\x00\x01\x00\x00\x00"+deflated("abc")), chunk("eXIf", "II*\x00"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := png.Parse(b)
		if err != nil {
			return
		}
		if file.End < 8 || file.End > len(b) {
			t.Fatalf("end %d of %d", file.End, len(b))
		}
		for _, x := range file.Texts {
			if x.Offset < 0 || x.Length < 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
