package asf

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

func le16(v ...int) (out string) {
	for _, n := range v {
		out += string(binary.LittleEndian.AppendUint16(nil, uint16(n)))
	}
	return out
}

func wide(s string) string {
	out := ""
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		out += le16(int(u))
	}
	return out
}

func object(kind, content string) string {
	return kind + string(binary.LittleEndian.AppendUint64(nil, uint64(headSize+len(content)))) + content
}

func file() []byte {
	long := func(name string, kind int, value string) string {
		return le16(0, 0, len(wide(name)), kind, len(value), 0) + wide(name) + value
	}
	return []byte(object(header, "\x00\x00\x00\x00\x01\x02"+
		object(description, le16(len(wide("title")), 0, 0, len(wide("about")), 0)+wide("title")+wide("about"))+
		object(extended, le16(2, len(wide("number")))+wide("number")+le16(3, 4, 1, 0, len(wide("AIGC")))+wide("AIGC")+le16(0, len(wide("{}")))+wide("{}"))+
		object(extension, strings.Repeat("\x00", 22)+object(library, le16(2)+long("bytes", 1, "xyz")+long("k", 0, wide("v"))))) +
		object(strings.Repeat("d", 16), "packets") + object(xmp, "<x/>"))
}

func TestTexts(t *testing.T) {
	b := file()
	m, err := Read(bytes.NewReader(b), int64(len(b)))
	if err != nil || m.Unread != 0 || len(m.XMP) != 1 || string(m.XMP[0].Data) != "<x/>" {
		t.Fatalf("%+v, %v", m, err)
	}
	var got []string
	for _, x := range m.Texts {
		got = append(got, x.Name+"="+x.Text)
		if string(b[x.Offset:x.Offset+x.Length]) != wide(x.Text) {
			t.Errorf("%+v does not stand there", x)
		}
	}
	if want := "Title=title|Description=about|AIGC={}|k=v"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, x := range m.Texts {
			if x.Offset < 0 || x.Length < 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
