package tiff_test

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"unmask/media/cost"
	"unmask/media/tiff"
)

// order is what both byte orders of Go can do.
type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// field is one entry of a directory that a test writes; value is in the byte order of the file.
type field struct {
	tag, kind uint16
	count     uint32
	value     string
}

func ascii(tag uint16, s string) field { return field{tag, 2, uint32(len(s) + 1), s + "\x00"} }

func undefined(tag uint16, s string) field { return field{tag, 7, uint32(len(s)), s} }

func short(o order, tag, v uint16) field { return field{tag, 3, 1, string(o.AppendUint16(nil, v))} }

func long(o order, tag uint16, v uint32) field {
	return field{tag, 4, 1, string(o.AppendUint32(nil, v))}
}

func wide(o order, s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = o.AppendUint16(b, u)
	}
	return string(b)
}

// build writes a TIFF structure of up to three directories. Where exif is given the first directory points to it.
func build(o order, ifd0, ifd1, exif []field) []byte {
	b := o.AppendUint32(o.AppendUint16([]byte("II"), 42), 8)
	if o == order(binary.BigEndian) {
		copy(b, "MM")
	}
	if exif != nil {
		ifd0 = append(ifd0, long(o, tiff.ExifIFD, 0))
	}
	var links [3]int // where the offset of each directory goes
	for i, fields := range [][]field{ifd0, ifd1, exif} {
		if i > 0 && fields == nil {
			continue
		}
		if i > 0 {
			o.PutUint32(b[links[i]:], uint32(len(b)))
		}
		end := len(b) + 2 + 12*len(fields)
		b = o.AppendUint16(b, uint16(len(fields)))
		values := ""
		for _, x := range fields {
			b = o.AppendUint32(o.AppendUint16(o.AppendUint16(b, x.tag), x.kind), x.count)
			if x.tag == tiff.ExifIFD {
				links[2] = len(b)
			}
			if len(x.value) <= 4 {
				b = append(b, (x.value + "\x00\x00\x00\x00")[:4]...)
			} else {
				b = o.AppendUint32(b, uint32(end+4+len(values)))
				values += x.value
			}
		}
		if i == 0 {
			links[1] = end
		}
		b = append(o.AppendUint32(b, 0), values...)
	}
	return b
}

var orders = map[string]order{"little": binary.LittleEndian, "big": binary.BigEndian}

func parse(t testing.TB, b []byte) *tiff.File {
	t.Helper()
	f, err := tiff.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFields(t *testing.T) {
	for name, o := range orders {
		t.Run(name, func(t *testing.T) {
			b := build(o, []field{ascii(tiff.Make, "Maker"), short(o, tiff.Orientation, 6), long(o, tiff.ImageWidth, 70000), ascii(tiff.Software, "abc")},
				nil, []field{undefined(tiff.UserComment, "ASCII\x00\x00\x00hello \x00")})
			f := parse(t, b)
			if f.Text(tiff.Make) != "Maker" || f.Text(tiff.Software) != "abc" || f.Text(tiff.Artist) != "" {
				t.Errorf("texts %q %q", f.Text(tiff.Make), f.Text(tiff.Software))
			}
			if f.Orientation() != 6 || f.Number(tiff.ImageWidth) != 70000 || f.Number(tiff.Make) != 0 {
				t.Errorf("orientation %d, width %d", f.Orientation(), f.Number(tiff.ImageWidth))
			}
			if c, _ := f.Texts(tiff.UserComment); len(c) != 1 || c[0].Text != "hello" || !strings.HasPrefix(string(b[c[0].Offset:]), "hello") || c[0].Length != 7 {
				t.Errorf("comment %+v", c)
			}
		})
	}
}

func TestOrientationIsOneWhereItMakesNoSense(t *testing.T) {
	o := order(binary.LittleEndian)
	for _, ifd0 := range [][]field{nil, {short(o, tiff.Orientation, 0)}, {short(o, tiff.Orientation, 9)}, {ascii(tiff.Orientation, "6")}} {
		if got := parse(t, build(o, ifd0, nil, nil)).Orientation(); got != 1 {
			t.Errorf("%+v: %d", ifd0, got)
		}
	}
}

func TestUserComment(t *testing.T) {
	le, be := order(binary.LittleEndian), order(binary.BigEndian)
	const text = `{"AIGC":{}}`
	for _, c := range []struct{ name, value, want string }{
		{"ASCII", "ASCII\x00\x00\x00" + text, text},
		{"no code", "\x00\x00\x00\x00\x00\x00\x00\x00" + text, text},
		{"code left out", text, text},
		{"UTF-16 in the order of the file", "UNICODE\x00" + wide(le, text), text},
		{"UTF-16 in the other order", "UNICODE\x00" + wide(be, text), text},
		{"UTF-16 in the other order, ASCII at the end", "UNICODE\x00" + wide(be, "最高画质, 一个女孩\nSteps: 20"), "最高画质, 一个女孩\nSteps: 20"},
		{"UTF-16 with zeros of its own", "UNICODE\x00" + wide(le, "新闻图片：一位候选人在首都的广场上讲话"), "新闻图片：一位候选人在首都的广场上讲话"},
		{"UTF-16 with a mark", "UNICODE\x00" + wide(be, "\ufeff中文"), "中文"},
		{"UTF-16 of an odd length", "UNICODE\x00" + wide(le, text) + "x", text},
	} {
		for name, ifd := range map[string]func([]field) []byte{
			"main directory": func(x []field) []byte { return build(le, x, nil, nil) },
			"EXIF directory": func(x []field) []byte { return build(le, nil, nil, x) },
		} {
			if got := parse(t, ifd([]field{undefined(tiff.UserComment, c.value)})).Text(tiff.UserComment); got != c.want {
				t.Errorf("%s in the %s: %q", c.name, name, got)
			}
		}
	}
	jis := build(le, nil, nil, []field{undefined(tiff.UserComment, "JIS\x00\x00\x00\x00\x00abc")})
	if got, _ := parse(t, jis).Texts(tiff.UserComment); got != nil {
		t.Errorf("JIS: %+v", got)
	}
	both := build(le, []field{undefined(tiff.UserComment, "first")}, nil, []field{undefined(tiff.UserComment, "second")})
	if got, _ := parse(t, both).Texts(tiff.UserComment); len(got) != 2 || got[0].Text != "first" || got[1].Text != "second" {
		t.Errorf("in both directories: %+v", got)
	}
}

func TestThumbnail(t *testing.T) {
	for name, o := range orders {
		plain := build(o, []field{short(o, tiff.Orientation, 1)}, []field{long(o, tiff.ThumbnailOffset, 0), long(o, tiff.ThumbnailLength, 0)}, nil)
		at := uint32(len(plain))
		for _, c := range []struct {
			offset, length uint32
			want           string
		}{{at, 6, "\xff\xd8abcd"}, {at, 7, ""}, {at, 0, ""}, {at, 1<<32 - 1, ""}, {1<<32 - 1, 6, ""}} {
			b := build(o, []field{short(o, tiff.Orientation, 1)}, []field{long(o, tiff.ThumbnailOffset, c.offset), long(o, tiff.ThumbnailLength, c.length)}, nil)
			got, offset, ok := parse(t, append(b, "\xff\xd8abcd"...)).Thumbnail()
			if string(got) != c.want || ok != (c.want != "") || ok && offset != int(at) {
				t.Errorf("%s, %+v: %q %v", name, c, got, ok)
			}
		}
	}
}

func TestDamage(t *testing.T) {
	o := order(binary.LittleEndian)
	for _, b := range []string{"", "II*\x00", "II+\x00\x08\x00\x00\x00", "MM*\x00\x00\x00\x00\x08"} {
		if _, err := tiff.Parse([]byte(b)); !errors.Is(err, tiff.ErrFormat) {
			t.Errorf("%q: %v", b, err)
		}
	}
	whole := build(o, []field{ascii(tiff.Make, "Maker")}, []field{ascii(tiff.Make, "other")}, []field{undefined(tiff.UserComment, "comment")})
	for n := 8; n < len(whole); n++ {
		parse(t, whole[:n])
	}
	loop := []byte("II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00")
	if f := parse(t, loop); len(f.IFD0) != 1 || f.IFD1 != nil || f.Exif != nil {
		t.Errorf("a directory that points to itself was read again: %+v", f)
	}
}

// overlapping is a directory of as many fields as fit, all of which are the whole file.
func overlapping() []byte {
	b := []byte("II*\x00\x08\x00\x00\x00\xff\xff")
	for range 1 << 16 {
		b = append(b, "\x86\x92\x07\x00\x00\x00\x08\x00\x00\x00\x00\x00"...)
	}
	return append(b, make([]byte, 1<<20)...)
}

func TestFieldsThatLieOnEachOtherCostLittle(t *testing.T) {
	b := overlapping()
	start := cost.Now()
	total := 0
	f := parse(t, b)
	texts, all := f.Texts(tiff.UserComment)
	for _, x := range texts {
		total += x.Length
	}
	if d := cost.Since(start); total > 1<<20 || d > cost.Most || all || !f.Beyond {
		t.Errorf("%d bytes of text in %v, all %v", total, d, all)
	}
}

func FuzzParse(f *testing.F) {
	for _, o := range orders {
		b := build(o, []field{ascii(tiff.Make, "Maker"), short(o, tiff.Orientation, 6)}, []field{long(o, tiff.ThumbnailOffset, 10), long(o, tiff.ThumbnailLength, 8)},
			[]field{undefined(tiff.UserComment, "UNICODE\x00"+wide(o, "text"))})
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := tiff.Parse(b)
		if err != nil {
			return
		}
		if o := file.Orientation(); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		for _, tag := range []uint16{tiff.UserComment, tiff.ImageDescription, tiff.Make} {
			texts, _ := file.Texts(tag)
			for _, x := range texts {
				if x.Offset < 0 || x.Offset+x.Length > len(b) {
					t.Fatalf("%+v lies outside %d bytes", x, len(b))
				}
			}
		}
		file.Thumbnail()
		file.Number(tiff.ImageWidth)
	})
}
