package matroska

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"unmask/media/cost"
)

func tag(name, value string, inner ...[]byte) []byte {
	return el(idSimpleTag, append([][]byte{el(idTagName, []byte(name)), el(idTagString, []byte(value))}, inner...)...)
}

func tagged(segment, cluster func(uint32, ...[]byte) []byte) []byte {
	return slices.Concat(el(0x1a45dfa3, []byte{1}), segment(idSegment,
		el(idInfo, el(idTitle, []byte("title")), el(idMuxingApp, []byte("mux")), el(idWritingApp, []byte("write"))),
		cluster(idCluster, el(idTimestamp, []byte{0}), el(idSimpleBlock, make([]byte, 5000))),
		segment(idTags, el(idTag, el(0x63c0), tag("A", "1", tag("B", "2", tag("C", "3"))), tag("D", "4")))))
}

func TestTags(t *testing.T) {
	for _, b := range [][]byte{tagged(el, el), tagged(endless, endless), tagged(el, endless)} {
		m := ReadTags(bytes.NewReader(b), int64(len(b)))
		var got []string
		for _, x := range m.Texts {
			got = append(got, x.Element+" "+x.Name+"="+x.Text)
			if string(b[x.Offset:x.Offset+x.Length]) != x.Text {
				t.Errorf("%+v does not stand there", x)
			}
		}
		if want := "Title =title|MuxingApp =mux|WritingApp =write|SimpleTag A=1|SimpleTag A/B=2|SimpleTag A/B/C=3|SimpleTag D=4"; strings.Join(got, "|") != want || m.Unread != 0 {
			t.Errorf("%q, unread %d", got, m.Unread)
		}
	}
}

func TestHostileTagsCostLittle(t *testing.T) {
	nested := []byte{}
	for range 1000 {
		nested = el(idSimpleTag, el(idTagName, bytes.Repeat([]byte("n"), 1000)), el(idTagString, []byte("v")), nested)
	}
	for name, b := range map[string][]byte{
		"nested a thousand deep": el(idTags, el(idTag, nested)),
		"millions of elements":   append(endless(idSegment), bytes.Repeat([]byte{0xec, 0x80}, 4<<20)...),
		"many values":            el(idTags, el(idTag, el(idSimpleTag, bytes.Repeat(el(idTagString, []byte("v")), 1<<19)))),
		"of 2^56 bytes":          append(name(idTags), 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe),
	} {
		start := cost.Now()
		m := ReadTags(bytes.NewReader(b), int64(len(b)))
		d := cost.Since(start)
		t.Logf("%-24s %6v, %d texts, unread %d", name, d, len(m.Texts), m.Unread)
		if d > cost.Most {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func FuzzReadTags(f *testing.F) {
	f.Add(tagged(el, el))
	f.Add(tagged(endless, endless))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, x := range ReadTags(bytes.NewReader(b), int64(len(b))).Texts {
			if x.Offset < 0 || x.Length <= 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
