package riff_test

import (
	"bytes"
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/riff"
)

func avi() []byte {
	return []byte(chunk("RIFF", "AVI "+chunk("LIST", "hdrl"+chunk("avih", "0123")+chunk("LIST", "strl"+chunk("strh", "x")))+chunk("LIST", "INFO"+chunk("ISFT", "tool\x00")+chunk("ICMT", "odd"))+
		chunk("LIST", "movi"+chunk("00dc", "frame"))+chunk("_PMX", "<x/>")) + chunk("RIFF", "AVIX"+chunk("LIST", "movi"+chunk("00dc", "frame"))) + chunk("LIST", "INFO"+chunk("AIGC", "{}")) + chunk("C2PA", "store"))
}

func TestMetadata(t *testing.T) {
	b := avi()
	m := riff.ReadMetadata(bytes.NewReader(b), int64(len(b)))
	var got []string
	for _, x := range m.Texts {
		got = append(got, x.List+" "+x.Chunk+"="+x.Text)
		if strings.TrimRight(string(b[x.Offset:x.Offset+x.Length]), "\x00") != x.Text {
			t.Errorf("%+v does not stand there", x)
		}
	}
	if want := "INFO ISFT=tool|INFO ICMT=odd|INFO AIGC={}"; strings.Join(got, "|") != want || m.Unread != 0 {
		t.Errorf("%q, unread %d", got, m.Unread)
	}
	if len(m.XMP) != 1 || string(m.XMP[0].Data) != "<x/>" || len(m.C2PA) != 1 || string(m.C2PA[0].Data) != "store" {
		t.Errorf("%+v", m)
	}
}

func TestHostileListsCostLittle(t *testing.T) {
	for name, b := range map[string][]byte{
		"a million RIFFs":  bytes.Repeat([]byte("RIFF\x00\x00\x00\x00AVI "), 1<<20),
		"a million texts":  []byte("RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\x7fINFO" + strings.Repeat("ICMT\x01\x00\x00\x00a\x00", 1<<20)),
		"a million chunks": []byte("RIFF\xff\xff\xff\xffAVI " + strings.Repeat("JUNK\x00\x00\x00\x00", 1<<20)),
		"lists of nothing": []byte("RIFF\xff\xff\xff\xffAVI " + strings.Repeat("LIST\x00\x00\x00\x00movi", 1<<20)),
	} {
		start := cost.Now()
		m := riff.ReadMetadata(bytes.NewReader(b), int64(len(b)))
		d := cost.Since(start)
		t.Logf("%-16s %6v, %d texts, unread %d", name, d, len(m.Texts), m.Unread)
		if d > cost.Most {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func FuzzReadMetadata(f *testing.F) {
	f.Add(avi())
	f.Fuzz(func(t *testing.T, b []byte) {
		m := riff.ReadMetadata(bytes.NewReader(b), int64(len(b)))
		for _, x := range m.Texts {
			if x.Offset < 0 || x.Length <= 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
		for _, p := range append(m.XMP, m.C2PA...) {
			if at, n := p.Span(0, len(p.Data)); !bytes.Equal(b[at:at+n], p.Data) {
				t.Fatalf("a packet is not at %d", at)
			}
		}
	})
}
