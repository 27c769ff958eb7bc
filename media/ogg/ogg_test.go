package ogg

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

func le(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func text(s string) string { return le(len(s)) + s }

// pages puts packets of one stream into pages of few segments, so that long packets go over several.
func pages(serial int, packets ...string) (out []string) {
	var table, body []byte
	flush := func() {
		out = append(out, "OggS\x00\x00"+strings.Repeat("\x00", 8)+le(serial)+le(len(out))+le(0)+string([]byte{byte(len(table))})+string(table)+string(body))
		table, body = nil, nil
	}
	for _, p := range packets {
		for {
			n := min(255, len(p))
			table, body, p = append(table, byte(n)), append(body, p[:n]...), p[n:]
			if len(table) == 2 {
				flush()
			}
			if n < 255 {
				break
			}
		}
	}
	if table != nil {
		flush()
	}
	return out
}

func file() []byte {
	long := strings.Repeat("l", 2000)
	a := pages(1, "\x80theora", "\x81theora"+text("vendor")+le(2)+text("AIGC={}")+text("LONG="+long), "\x82theora", "frame")
	b := pages(2, "\x01vorbis", "\x03vorbis"+text("")+le(2)+text("no name")+text("k=v=w"))
	return []byte(a[0] + b[0] + strings.Join(a[1:], "") + strings.Join(b[1:], ""))
}

func TestComments(t *testing.T) {
	b := file()
	m, err := ReadComments(bytes.NewReader(b), int64(len(b)))
	if err != nil || m.Unread != 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	var got []string
	for _, x := range m.Texts {
		got = append(got, x.Name+"="+x.Text[:min(len(x.Text), 10)])
		if at := string(b[x.Offset : x.Offset+x.Length]); at != x.Text && x.Name != "LONG" || at[:1] != x.Text[:1] {
			t.Errorf("%+v does not stand there", x)
		}
	}
	if want := "k=v=w|vendor=vendor|AIGC={}|LONG=llllllllll"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}

func FuzzReadComments(f *testing.F) {
	f.Add(file())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, _ := ReadComments(bytes.NewReader(b), int64(len(b)))
		for _, x := range m.Texts {
			if x.Offset < 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
