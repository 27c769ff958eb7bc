package jumbf

import (
	"encoding/binary"
	"strings"
	"testing"
)

func box(kind, data string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(data)))) + kind + data
}

func super(kind, label string, content ...string) string {
	return box("jumb", box("jumd", kind+suffix+"\x03"+label+"\x00")+strings.Join(content, ""))
}

func TestParse(t *testing.T) {
	s := super(Store, "c2pa", super(Manifest, "m", super(Assertions, "c2pa.assertions", super(CBOR, "a", box("cbor", "\xa0")))), box("free", "xx"))
	b, err := Parse([]byte(s + "what follows"))
	if err != nil || b.Type != Store || b.Label != "c2pa" || b.Length != len(s) || len(b.Boxes) != 2 {
		t.Fatalf("%+v %v", b, err)
	}
	a := b.Super(Manifest)[0].Super(Assertions)[0].Super(CBOR)[0]
	if a.Label != "a" || string(a.First("cbor")) != "\xa0" || s[a.Offset+4:a.Offset+8] != "jumb" || string(a.Content) != s[a.Offset+8:a.Offset+a.Length] {
		t.Errorf("%+v", a)
	}
}

func TestDamage(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":                  "",
		"another box":              box("free", "x"),
		"no description":           box("jumb", box("cbor", "\xa0")),
		"a description cut off":    box("jumb", box("jumd", "c2pa")),
		"a label without an end":   box("jumb", box("jumd", Store+suffix+"\x03c2pa")),
		"longer than what is here": "\x00\x00\x01\x00jumb" + box("jumd", Store+suffix+"\x00"),
		"shorter than its header":  super(Store, "", "\x00\x00\x00\x04cbor"),
	} {
		if b, err := Parse([]byte(s)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %+v", name, b)
		}
	}
	deep := super(Store, "")
	for range 1000 {
		deep = super(Store, "", deep)
	}
	if _, err := Parse([]byte(deep)); err == nil {
		t.Error("boxes nested a thousand deep are no error")
	}
	if _, err := Parse([]byte(super(Store, "", strings.Repeat(box("free", ""), 2*maxBoxes)))); err == nil {
		t.Error("any number of boxes is read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(super(Store, "c2pa", super(Manifest, "m", box("cbor", "\xa0")))))
	f.Fuzz(func(t *testing.T, b []byte) {
		root, _ := Parse(b)
		var check func(*Box)
		check = func(x *Box) {
			if x.Offset < 0 || x.Offset+x.Length > len(b) || len(x.Content) > x.Length {
				t.Fatalf("%+v lies outside of %d bytes", x, len(b))
			}
			for _, c := range x.Boxes {
				check(c)
			}
		}
		if root != nil {
			check(root)
		}
	})
}
