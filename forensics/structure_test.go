package forensics_test

import (
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/extract"
)

func TestStructureIsReadOnce(t *testing.T) {
	p := forensics.NewPass(&media.Sample{Raw: []byte("\x89PNG\r\n\x1a\n")}, forensics.Env{})
	a, err1 := p.PNG()
	b, err2 := p.PNG()
	if a == nil || a != b || err1 != nil || err2 != nil {
		t.Errorf("%p %p, %v %v", a, b, err1, err2)
	}
	if _, err := p.JPEG(); err == nil {
		t.Error("a PNG is read as a JPEG")
	}
	gone := forensics.NewPass(&media.Sample{Item: media.Item{Path: "/nonexistent/a"}}, forensics.Env{})
	if _, err := gone.PNG(); err == nil {
		t.Error("a file that cannot be opened is read")
	}
	if _, err := gone.Boxes(); err == nil {
		t.Error("a file that cannot be opened is read")
	}
}

// One bound is for all packets of a file, and one packet counts once.
func TestPacketsOfAFileShareABound(t *testing.T) {
	packet := func(name string) extract.Packet {
		return extract.Whole([]byte("<a xmlns='x'><"+name+">"+strings.Repeat("abc ", 10_000)+"</"+name+"></a>"), 0)
	}
	p := forensics.NewPass(&media.Sample{}, forensics.Env{})
	for range 1000 {
		if all, err := p.XMP(packet("same")); err != nil || len(all) != 1 {
			t.Fatal(len(all), err)
		}
	}
	for i := range 100 {
		if _, err := p.XMP(packet("n" + strings.Repeat("o", i))); err != nil {
			return
		}
	}
	t.Error("four megabytes of packets were read")
}
