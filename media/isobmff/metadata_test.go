package isobmff

import (
	"bytes"
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/extract"

	"github.com/andybalholm/brotli"
)

func metadata(b []byte) *Metadata { return ReadMetadata(bytes.NewReader(b), int64(len(b))) }

// Every text stands where it says.
func TestTexts(t *testing.T) {
	data := func(kind int, value string) []byte { return mk("data", words(kind, 0), []byte(value)) }
	b := mk("moov", mk("udta",
		mk("meta", words(0), mk("keys", words(0, 2), mk("mdta", []byte("one")), mk("mdta", []byte("two"))),
			mk("ilst", mk("\x00\x00\x00\x02", data(1, "second")), mk("\x00\x00\x00\x01", data(2, "\x00f\x00i")), mk("\x00\x00\x00\x09", data(1, "unnamed")),
				mk("covr", data(13, "a picture")), mk("\xa9too", data(1, "Lavf")), mk("----", mk("mean", words(0), []byte("x")), mk("name", words(0), []byte("free")), data(1, "form")))),
		mk("\xa9nam", []byte("\x00\x02\x00\x00ab\x00\x01\x15\xc7c"), words(0)), mk("titl", words(0), []byte("\x15\xc7\xfe\xff\x00u\x00v")), mk("name", []byte("plain"))))
	m := metadata(b)
	var got []string
	for _, x := range m.Texts {
		got = append(got, x.Box+" "+x.Name+"="+x.Text)
		if at := string(b[x.Offset : x.Offset+x.Length]); x.Name != "one" && x.Name != "titl" && at != x.Text {
			t.Errorf("%+v is not %q", x, at)
		}
	}
	want := []string{"moov/udta/meta two=second", "moov/udta/meta one=fi", "moov/udta/meta =unnamed", "moov/udta/meta ©too=Lavf", "moov/udta/meta free=form",
		"moov/udta ©nam=ab", "moov/udta ©nam=c", "moov/udta titl=uv", "moov/udta name=plain"}
	if strings.Join(got, "|") != strings.Join(want, "|") || m.Unread != 0 {
		t.Errorf("%q, unread %d", got, m.Unread)
	}
}

// User types, and boxes as C2PA has them.
func TestBoxes(t *testing.T) {
	b := append(mk("ftyp", words(1)), append(mk("uuid", []byte(C2PA), []byte("store")), mk("jumb", []byte("super"))...)...)
	var got []string
	for x := range Boxes(bytes.NewReader(b), 0, int64(len(b))) {
		got = append(got, x.Kind+x.UserType+string(b[x.Start:x.End]))
	}
	if want := "ftyp\x00\x00\x00\x01|uuid" + C2PA + "store|jumbsuper"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
	if m := metadata(b); len(m.JUMBF) != 1 || !bytes.Equal(m.JUMBF[0].Data, mk("jumb", []byte("super"))) {
		t.Errorf("%+v", m)
	}
}

func TestHostileBoxesCostLittle(t *testing.T) {
	nested := []byte{}
	for range 1000 {
		nested = mk("udta", nested)
	}
	long := append(words(0, 0), "moov"...)
	copy(long, "\x00\x00\x00\x01moov\x7f\xff\xff\xff\xff\xff\xff\xff")
	items := func(n int) []byte {
		iinf, iloc := append(words(0), byte(n>>8), byte(n)), append(words(0), 0x44, 0, byte(n>>8), byte(n))
		for i := range n {
			id := []byte{byte(i >> 8), byte(i)}
			iinf = append(iinf, mk("infe", words(2<<24), id, []byte("\x00\x00mime\x00application/rdf+xml\x00"))...)
			iloc = append(append(append(iloc, id...), 0, 0, 0, 1), words(0, 8<<20)...)
		}
		return append(mk("meta", words(0), mk("iinf", iinf), mk("iloc", iloc)), make([]byte, 8<<20)...)
	}
	var zeros bytes.Buffer
	w := brotli.NewWriter(&zeros)
	w.Write(make([]byte, 4<<20))
	w.Close()
	for name, b := range map[string][]byte{
		"compressed zeros":       bytes.Repeat(mk("brob", []byte("xml "), zeros.Bytes()), 1000),
		"nested a thousand deep": nested,
		"of 2^63 bytes":          long,
		"a million empty boxes":  bytes.Repeat(mk("free"), 1<<20),
		"a million texts":        mk("moov", mk("udta", bytes.Repeat(mk("name", []byte("a")), 1<<20))),
		"items on each other":    items(3000),
		"empty texts":            mk("moov", mk("udta", mk("\xa9nam", make([]byte, 8<<20)))),
	} {
		start := cost.Now()
		m := metadata(b)
		d := cost.Since(start)
		t.Logf("%-24s %6v, %d texts, %d XMP, unread %d", name, d, len(m.Texts), len(m.XMP), m.Unread)
		if d > cost.Most || strings.HasPrefix(name, "compressed") && m.Unread != 1000 {
			t.Errorf("%s took %v, unread %d", name, d, m.Unread)
		}
	}
}

func FuzzReadMetadata(f *testing.F) {
	f.Add(mk("moov", mk("udta", mk("meta", words(0), mk("keys", words(0, 1), mk("mdta", []byte("k"))), mk("ilst", mk("\x00\x00\x00\x01", mk("data", words(1, 0), []byte("v")))))), mk("\xa9cmt", []byte("\x00\x01\x00\x00a"))))
	f.Add(mk("meta", words(0), mk("iinf", words(0), []byte{0, 1}, mk("infe", words(2<<24), []byte("\x00\x01\x00\x00mime\x00application/rdf+xml\x00"))),
		mk("iloc", words(1<<24), []byte{0x44, 0x44, 0, 1, 0, 1, 0, 1, 0, 0}, words(0), []byte{0, 1}, words(0, 0, 4)), mk("idat", []byte("<x/>"))))
	f.Add(append(mk("uuid", []byte(XMP), []byte("<x/>")), append(mk("brob", []byte("xml \x0b\x02\x80<x/>\x03")), mk("Exif", words(0), []byte("II*\x00"))...)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := metadata(b)
		for _, x := range m.Texts {
			if x.Offset < 0 || x.Length <= 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
		for _, list := range [][]extract.Packet{m.XMP, m.Exif, m.JUMBF} {
			for _, p := range list {
				for i := 0; i < len(p.Data); i += 1 + len(p.Data)/50 {
					if at, n := p.Span(i, i+1); at < 0 || n < 0 || at+n > len(b) || n == 1 && b[at] != p.Data[i] {
						t.Fatalf("byte %d of a packet is not at %d", i, at)
					}
				}
			}
		}
	})
}
