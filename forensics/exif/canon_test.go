package exif

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media/tiff"
)

// alone is a TIFF structure of one directory.
func alone(values ...value) string {
	return "MM\x00*\x00\x00\x00\x08" + string(directoryAt(8, 0, values...))
}

// cr3 is a CR3 file with boxes of Canon's.
func cr3(boxes ...string) []byte {
	const user = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"
	return []byte(box("ftyp", "crx \x00\x00\x00\x01crx isom") + box("moov", box("uuid", user, box("CNCV", "CanonCR3_001/00.09.00/00.00.00"), strings.Join(boxes, ""))))
}

// The directories of a CR3 file, which stand in boxes of their own, are one camera's, and every value stands where the claim says.
func TestCR3(t *testing.T) {
	exposed := slices.DeleteFunc(slices.Clone(exposed), func(v value) bool { return v.tag == tiff.MakerNote })
	main, shot, notes, gps := box("CMT1", alone(canon...)), box("CMT2", alone(exposed...)), box("CMT3", alone(ascii(6, "firmware"))), box("CMT4", alone(place...))
	file := cr3(main, shot, notes, gps)
	p := examined(t, sample(file))
	if got := codes(p); got != "exif.camera" || len(p.Claims()) != 1 {
		t.Fatalf("%q, %d claims", got, len(p.Claims()))
	}
	c := p.Claims()[0]
	for name, want := range map[string]string{"Model": "Canon EOS 5D", "ExposureTime": "1/250 s", "ISO": "400", "DateTimeOriginal": "2020:05:01 12:00:00", "BodySerialNumber": "0420",
		"GPSLatitude": "-33.858333", "GPSLongitude": "151.200000"} {
		if got := c.Field(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	at := func(name string) string {
		_, rest, _ := strings.Cut(c.Field("Bytes"), name+" ")
		var offset, length int
		if _, err := fmt.Sscanf(rest, "%d+%d", &offset, &length); err != nil {
			t.Fatal(name, err)
		}
		return string(file[offset : offset+length])
	}
	if got := at("DateTimeOriginal"); got != "2020:05:01 12:00:00\x00" {
		t.Errorf("%q", got)
	}
	if got := at("GPSDateStamp"); got != "2020:05:01\x00" {
		t.Errorf("%q", got)
	}
	if got := at("MakerNote"); !strings.Contains(got, "firmware") {
		t.Errorf("%q", got)
	}
	for name, want := range map[string][]byte{"": cr3(), "exif.camera": cr3(shot, main), " ": cr3(gps, notes)} {
		if got := codes(examined(t, sample(want))); got != strings.TrimSpace(name) {
			t.Errorf("%q, want %q", got, name)
		}
	}
	if n := len(examined(t, sample(cr3(shot))).Claims()); n != 1 {
		t.Errorf("%d claims without the main directory", n)
	}
}

// The one CR3 file of the corpus, exiftool's, of which everything but the metadata was taken out.
func TestCR3OfACamera(t *testing.T) {
	file, err := os.ReadFile(detectortest.Corpus(t, "provenance/exiftool/exiftool_exiftool/t/images/CanonRaw.cr3"))
	if err != nil {
		t.Fatal(err)
	}
	c := examined(t, sample(file)).Claims()
	if len(c) != 1 || c[0].Origin != forensics.Captured {
		t.Fatalf("%+v", c)
	}
	for name, want := range map[string]string{"Make": "Canon", "Model": "Canon EOS M50", "ExposureTime": "1/80 s", "FNumber": "3.5", "ISO": "12800", "DateTimeOriginal": "2018:02:21 12:08:56",
		"FocalLength": "15", "BodySerialNumber": "613040000565", "PixelXDimension": "6000"} {
		if got := c[0].Field(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}
