package gif_test

import (
	"bytes"
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/gif"
)

func blocks(s string) (out string) {
	for len(s) > 0 {
		n := min(255, len(s))
		out, s = out+string([]byte{byte(n)})+s[:n], s[n:]
	}
	return out + "\x00"
}

func trailer() string {
	b := []byte{1}
	for i := 255; i >= 0; i-- {
		b = append(b, byte(i))
	}
	return string(append(b, 0))
}

// sample has a colour table, a picture with one of its own, and extensions on both sides of it.
func sample() []byte {
	return []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00rgbrgb" + "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00" + "\x21\xff\x0bXMP DataXMP<x>" + strings.Repeat("y", 300) + "</x>" + trailer() +
		"\x21\xf9\x04\x00\x00\x00\x00\x00\x2c" + strings.Repeat("\x00", 8) + "\x80rgbrgb\x02" + blocks("pixels") + "\x21\xfe" + blocks(strings.Repeat("c", 300)) + "\x21\xff\x0b" + gif.C2PA + blocks("store") + ";rest")
}

func TestExtensions(t *testing.T) {
	b := sample()
	f, err := gif.Parse(b)
	if err != nil || !f.Complete || string(b[f.End:]) != "rest" || len(f.Comments) != 1 || len(f.Applications) != 3 {
		t.Fatalf("%+v, %v", f, err)
	}
	want := map[string]string{"NETSCAPE2.0": "\x01\x00\x00", gif.XMP: "<x>" + strings.Repeat("y", 300) + "</x>", gif.C2PA: "store"}
	for _, a := range f.Applications {
		if string(a.Data.Data) != want[a.Name] {
			t.Errorf("%q: %q", a.Name, a.Data.Data)
		}
		for i := range a.Data.Data {
			if at, n := a.Data.Span(i, i+1); n != 1 || b[at] != a.Data.Data[i] {
				t.Fatalf("%q: byte %d is not at %d", a.Name, i, at)
			}
		}
	}
	c := f.Comments[0]
	if at, n := c.Span(0, 300); string(c.Data) != strings.Repeat("c", 300) || n != 301 || b[at] != 'c' {
		t.Errorf("%q at %d, %d bytes", c.Data, at, n)
	}
}

func TestHostileBlocksCostLittle(t *testing.T) {
	head := "GIF89a\x01\x00\x01\x00\x00\x00\x00"
	for name, b := range map[string][]byte{
		"empty extensions": []byte(head + strings.Repeat("\x21\xfe\x00", 4<<20)),
		"tiny sub-blocks":  []byte(head + "\x21\xfe" + strings.Repeat("\x01x", 4<<20)),
		"zeros":            append([]byte(head), make([]byte, 16<<20)...),
	} {
		start := cost.Now()
		f, err := gif.Parse(b)
		d := cost.Since(start)
		t.Logf("%-16s %v, %d comments", name, d, len(f.Comments))
		if err != nil || d > cost.Most || f.Unread == 0 {
			t.Errorf("%s took %v, %v", name, d, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample())
	f.Add([]byte("GIF87a\x01\x00\x01\x00\x00\x00\x00\x21\xff\x0bXMP DataXMP\x04<x/>\x00;"))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := gif.Parse(b)
		if err != nil {
			return
		}
		if g.End < 0 || g.End > len(b) {
			t.Fatalf("ends at %d of %d", g.End, len(b))
		}
		for _, a := range g.Applications {
			if at, n := a.Data.Span(0, len(a.Data.Data)); at+n > len(b) || n > 0 && !bytes.HasPrefix(b[at:], a.Data.Data[:1]) {
				t.Fatalf("%q is not at %d", a.Data.Data, at)
			}
		}
	})
}
