package face

import (
	"bytes"
	"encoding/csv"
	"image"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// TestMeasure prints in how many pictures of each source pigo finds at least one face, and how many faces it finds in pictures without any.
// Run it with -v. Files that Go does not decode are left out.
func TestMeasure(t *testing.T) {
	measure(t, func(f *media.Frame) ([]forensics.Face, error) { return finder(t).Find(f), nil })
}

// TestMeasureYunet prints the same of YuNet.
func TestMeasureYunet(t *testing.T) {
	e, err := engineOf(networks(t).Models)
	if err != nil {
		t.Fatal(err)
	}
	measure(t, e.finder.faces)
}

func measure(t *testing.T, find func(*media.Frame) ([]forensics.Face, error)) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	file, err := os.Open(detectortest.Corpus(t, "SOURCES.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type count struct{ pictures, hit, faces int }
	groups := map[string]*count{}
	for _, row := range rows[1:] {
		name, kind := row[0], row[4]
		top, _, _ := strings.Cut(name, "/")
		if top != "faces_real" && top != "faces_synthetic" && top != "identities" || !slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(path.Ext(name))) {
			continue
		}
		data, err := os.ReadFile(detectortest.Corpus(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
			t.Logf("left out: %s: %v", name, err)
			continue
		}
		s := detectortest.Load(t, data)
		found, err := find(&s.Frames[0])
		if err != nil {
			t.Fatal(err)
		}
		g := groups[top+" "+kind]
		if g == nil {
			g = &count{}
			groups[top+" "+kind] = g
		}
		g.pictures++
		g.faces += len(found)
		if len(found) > 0 {
			g.hit++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		g := groups[name]
		t.Logf("%-48s %4d pictures, faces in %4d (%.3f), %4d faces", name, g.pictures, g.hit, float64(g.hit)/float64(g.pictures), g.faces)
	}
}
