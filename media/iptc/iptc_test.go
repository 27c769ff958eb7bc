package iptc_test

import (
	"testing"
	"unicode/utf8"

	"unmask/media/extract"
	"unmask/media/iptc"
)

func FuzzParse(f *testing.F) {
	f.Add([]byte("\x1c\x01\x5a\x00\x03\x1b%G\x1c\x02\x6e\x00\x04made\x1c\x02\x78\x80\x04\x00\x00\x00\x02by"))
	f.Fuzz(func(t *testing.T, b []byte) {
		texts, unread := iptc.Parse(extract.Whole(b, 0))
		for _, x := range texts {
			if x.Offset < 0 || x.Offset+x.Length > len(b) || !utf8.ValidString(x.Text) {
				t.Fatalf("%+v lies outside %d bytes, or is no text", x, len(b))
			}
		}
		if unread < 0 || unread > 1 || len(texts) > 4096 {
			t.Fatalf("%d texts, %d unread", len(texts), unread)
		}
	})
}
