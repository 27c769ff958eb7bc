package flv

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"unmask/media/cost"
)

func str(s string) string { return string(binary.BigEndian.AppendUint16(nil, uint16(len(s)))) + s }

func be(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }

func tag(kind byte, data string) string {
	return string(rune(kind)) + be(len(data))[1:] + be(0) + "\x00\x00\x00" + data + be(len(data)+11)
}

func file(tags ...string) []byte {
	return []byte("FLV\x01\x05" + be(9) + be(0) + strings.Join(tags, ""))
}

func read(t testing.TB, b []byte) Metadata {
	t.Helper()
	m, err := ReadScripts(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// every holds a value of every type.
func every() []byte {
	return file(tag(9, "frame"), tag(18, "\x02"+str("onMetaData")+"\x08"+be(99)+
		str("number")+"\x00"+strings.Repeat("\x01", 8)+str("boolean")+"\x01\x01"+str("text")+"\x02"+str("value")+str("null")+"\x05"+
		str("object")+"\x03"+str("a")+"\x02"+str("1")+"\x00\x00\x09"+str("array")+"\x0a"+be(2)+"\x02"+str("x")+"\x02"+str("y")+
		str("date")+"\x0b"+strings.Repeat("\x02", 10)+str("long")+"\x0c"+be(4)+"text"+str("typed")+"\x10"+str("Class")+str("b")+"\x0f"+be(4)+"<x/>"+"\x00\x00\x09"+
		"\x00\x00\x09"), tag(18, "\x02"+str("onXMPData")+"\x03"+str("liveXML")+"\x02"+str("<x/>")+"\x00\x00\x09"))
}

func TestValues(t *testing.T) {
	b := every()
	m := read(t, b)
	var got []string
	for _, x := range m.Texts {
		got = append(got, x.Name+"="+x.Text)
		if string(b[x.Offset:x.Offset+x.Length]) != x.Text {
			t.Errorf("%+v does not stand there", x)
		}
	}
	if want := "onMetaData.text=value|onMetaData.object.a=1|onMetaData.array[0]=x|onMetaData.array[1]=y|onMetaData.long=text|onMetaData.typed.b=<x/>|onXMPData.liveXML=<x/>"; strings.Join(got, "|") != want || m.Unread != 0 {
		t.Errorf("%q, unread %d", got, m.Unread)
	}
	if _, err := ReadScripts(strings.NewReader("no film"), 7); err == nil {
		t.Error("accepted")
	}
}

func TestHostileScriptsCostLittle(t *testing.T) {
	for name, b := range map[string][]byte{
		"nested a thousand deep": file(tag(18, "\x02"+str("x")+strings.Repeat("\x03"+str("a"), 1000))),
		"an array of 2^32":       file(tag(18, "\x02"+str("x")+"\x0a\xff\xff\xff\xff"+strings.Repeat("\x05", 1<<20))),
		"long names":             file(tag(18, "\x02"+str("x")+strings.Repeat("\x03"+str(strings.Repeat("n", 60000)), 60))),
		"a million tags":         file(strings.Repeat(tag(9, ""), 1<<20)),
		"a text of 2^32":         file(tag(18, "\x02"+str("x")+"\x0c\xff\xff\xff\xff")),
	} {
		start := cost.Now()
		m := read(t, b)
		d := cost.Since(start)
		t.Logf("%-24s %6v, %d texts, unread %d", name, d, len(m.Texts), m.Unread)
		if d > cost.Most || m.Unread == 0 {
			t.Errorf("%s took %v, unread %d", name, d, m.Unread)
		}
	}
}

func FuzzReadScripts(f *testing.F) {
	f.Add(every())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, _ := ReadScripts(bytes.NewReader(b), int64(len(b)))
		for _, x := range m.Texts {
			if x.Offset < 0 || x.Length <= 0 || x.Offset+x.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
