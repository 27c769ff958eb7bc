package labels

import (
	"fmt"
	"strings"
	"testing"

	"unmask/forensics"
)

// An AI system that is named belongs to the source type that declares AI; without one it is a weaker finding, and no declaration.
func TestAISystems(t *testing.T) {
	const cv, system = "http://cv.iptc.org/newscodes/digitalsourcetype/", "Example Image 2"
	for source, want := range map[string]string{"trainedAlgorithmicMedia": "iptc.ai", "digitalCapture": "iptc.capture iptc.system", "": "iptc.system"} {
		inner := "<Iptc4xmpExt:AISystemUsed>" + system + "</Iptc4xmpExt:AISystemUsed>"
		if source != "" {
			inner += "<Iptc4xmpExt:DigitalSourceType>" + cv + source + "</Iptc4xmpExt:DigitalSourceType>"
		}
		file := jpegWith(segment(0xe1, xmpHead+packet("", inner)))
		p := forensics.NewPass(sample(t, file), forensics.Env{})
		if _, err := p.Detect(&Detector, unregistered); err != nil {
			t.Fatal(err)
		}
		if got := codes(p.Findings()); got != want {
			t.Errorf("%s: %s", source, got)
		}
		claims := p.Claims()
		last := claims[len(claims)-1]
		if last.Field("AISystemUsed") != system || (last.Origin == forensics.MadeByAI) != (want == "iptc.ai") {
			t.Errorf("%s: %+v", source, last)
		}
		standsAt(t, file, last, "AISystemUsed", system)
		if f := p.Findings()[len(p.Findings())-1]; !strings.Contains(f.Text, system) {
			t.Errorf("%s: %s", source, f.Text)
		}
	}
}

// A text that is too long to be read hides none that stands behind it, and is counted.
func TestALongTextHidesNone(t *testing.T) {
	file := pngWith(tEXt("comment", strings.Repeat("x", maxTexts+1)), tEXt("parameters", infotext))
	res, found := examine(t, sample(t, file))
	if codes(found) != "generator.sdwebui" || res.Features["unread"] != 1 {
		t.Errorf("%+v %+v", found, res.Features)
	}
}

// Resources and data sets beyond those that are read are counted.
func TestManyResources(t *testing.T) {
	const set = "\x1c\x02\x6e\x00\x04made"
	resources := func(n int) string { return strings.Repeat(bim(0x405, ""), n) }
	for name, c := range map[string]struct {
		resources string
		unread    float64
	}{
		"resources":      {resources(4096), 0},
		"more resources": {resources(4097), 1},
		"data sets":      {bim(0x404, strings.Repeat(set, 4096)), 0},
		"more data sets": {bim(0x404, strings.Repeat(set, 4097)), 1},
	} {
		if res, _ := examine(t, sample(t, jpegWith(segment(0xed, "Photoshop 3.0\x00"+c.resources)))); res.Features["unread"] != c.unread {
			t.Errorf("%s: %v", name, res.Features)
		}
	}
}

// standsAt checks that the bytes of a field stand where its claim says.
func standsAt(t *testing.T, file []byte, c forensics.Claim, name, want string) {
	t.Helper()
	var offset, length int
	if _, err := fmt.Sscanf(strings.TrimPrefix(c.Field("Bytes"), name), "%d+%d", &offset, &length); err != nil || string(file[offset:offset+length]) != want {
		t.Errorf("%s is not at %q: %v", name, c.Field("Bytes"), err)
	}
}

// The number that IPTC metadata give a picture is shown with a claim of Midjourney, and with no other.
func TestNumberOfAPicture(t *testing.T) {
	const number = "a7421d2f-b262-44f9-977c-ac23e9c7d3e3"
	for description, want := range map[string]string{"example Job ID: " + number: number, "example": ""} {
		file := jpegWith(segment(0xe1, xmpHead+packet(`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" Iptc4xmpExt:DigitalImageGUID="`+number+`"`,
			"<dc:description>"+description+"</dc:description><xmp:CreatorTool>ComfyUI</xmp:CreatorTool>")))
		p := forensics.NewPass(sample(t, file), forensics.Env{})
		if _, err := p.Detect(&Detector, unregistered); err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Claims() {
			is := c.Field("Name") == "Midjourney"
			if got := c.Field("DigitalImageGUID"); is && got != want || !is && got != "" {
				t.Errorf("%q: %+v", description, c)
			}
			if is {
				standsAt(t, file, c, "DigitalImageGUID", number)
			}
		}
		if n := len(p.Claims()); n != 1+len(want)/len(number) {
			t.Errorf("%q: %d claims", description, n)
		}
	}
}
