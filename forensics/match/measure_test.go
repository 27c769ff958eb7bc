package match

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/png" // pictures of the corpus
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"

	"github.com/disintegration/imaging"
)

// handlings are what happens to a picture on its way, with the JPEG quality it is saved at after.
var handlings = []struct {
	name    string
	quality int
	do      func(*image.NRGBA) image.Image
}{
	{"JPEG q30", 30, func(m *image.NRGBA) image.Image { return m }},
	{"half size", 75, func(m *image.NRGBA) image.Image { return imaging.Resize(m, m.Rect.Dx()/2, 0, imaging.Box) }},
	{"mirrored", 80, func(m *image.NRGBA) image.Image { return imaging.FlipH(m) }},
	{"rotated 90 degrees", 80, func(m *image.NRGBA) image.Image { return imaging.Rotate90(m) }},
	{"brighter by 30 %", 80, func(m *image.NRGBA) image.Image { return imaging.AdjustBrightness(m, 15) }},
	{"cropped 5 % a side", 85, crop(.05, .05, .05, .05)},
	{"cropped 10 % a side", 85, crop(.1, .1, .1, .1)},
	{"cropped 12 % at one side", 85, crop(.12, 0, 0, 0)},
	{"letterboxed", 85, pad(0, 1./6, color.Black)},
	{"white border 5 %", 85, pad(.05, .05, color.White)},
	{"rotated 2 degrees", 85, func(m *image.NRGBA) image.Image {
		return imaging.CropCenter(imaging.Rotate(m, 2, color.Black), m.Rect.Dx(), m.Rect.Dy())
	}},
	{"caption over 15 %", 85, func(m *image.NRGBA) image.Image {
		out := imaging.Clone(m)
		draw.Draw(out, image.Rect(0, out.Rect.Dy()*85/100, out.Rect.Dx(), out.Rect.Dy()), image.Black, image.Point{}, draw.Src)
		return out
	}},
}

func crop(left, top, right, bottom float64) func(*image.NRGBA) image.Image {
	return func(m *image.NRGBA) image.Image {
		w, h := float64(m.Rect.Dx()), float64(m.Rect.Dy())
		return imaging.Crop(m, image.Rect(int(left*w), int(top*h), int(w-right*w), int(h-bottom*h)))
	}
}

func pad(x, y float64, c color.Color) func(*image.NRGBA) image.Image {
	return func(m *image.NRGBA) image.Image {
		w, h := m.Rect.Dx(), m.Rect.Dy()
		return imaging.PasteCenter(imaging.New(w+2*int(x*float64(w)), h+2*int(y*float64(h)), c), m)
	}
}

// Measures recall after each handling, and false matches among unrelated pictures: run with -v for the figures in validation.json.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	pictures := distinct(t, 120)
	var entries []reference.Entry
	protected, unrelated := pictures[:len(pictures)/2], pictures[len(pictures)/2:]
	for i, img := range protected {
		entries = append(entries, describe(t, sample(t, img, 92), "protected", fmt.Sprintf("%03d", i))...)
	}
	refs := reference.NewSet(entries)
	for _, h := range handlings {
		found, false_ := 0, 0
		for i, img := range pictures {
			names := look(t, refs, sample(t, h.do(img), h.quality).Frames[0].Pix, h.do(img).Bounds())
			switch {
			case i < len(protected) && slices.Contains(names, fmt.Sprintf("%03d", i)):
				found++
			case i >= len(protected) && len(names) > 0:
				false_++
			}
		}
		t.Logf("%-26s recall %.3f (%d of %d), false %d of %d", h.name, float64(found)/float64(len(protected)), found, len(protected), false_, len(unrelated))
		if false_ > 0 {
			t.Errorf("%s: unrelated pictures match", h.name)
		}
		if strings.Contains("JPEG q30, half size, mirrored, rotated 90 degrees, cropped 5 % a side", h.name) && found*100 < 95*len(protected) {
			t.Errorf("%s: recall fell to %d of %d", h.name, found, len(protected))
		}
	}
}

func look(t *testing.T, refs *reference.Set, pix []byte, b image.Rectangle) (names []string) {
	all := pdq.Of(pix, b.Dx(), b.Dy()).All()
	for _, m := range refs.Search(&all, pdq.MatchDistance) {
		names = append(names, m.Entry.Name)
	}
	return names
}

// distinct returns pictures of the corpus with both sides of 300 pixels or more, reduced to 1024, evenly picked, no two of which are near
// duplicates of each other.
func distinct(t *testing.T, most int) (out []*image.NRGBA) {
	var paths []string
	for _, dir := range []string{"faces_real", "identities"} {
		_ = filepath.WalkDir(detectortest.Corpus(t, dir), func(path string, e fs.DirEntry, err error) error {
			if slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(path))) {
				paths = append(paths, path)
			}
			return err
		})
	}
	var hashes []pdq.Hash
	for i := 0; i < len(paths) && len(out) < most; i += max(1, len(paths)/(4*most)) {
		img, err := imaging.Open(paths[i], imaging.AutoOrientation(true))
		if err != nil || min(img.Bounds().Dx(), img.Bounds().Dy()) < 300 {
			continue
		}
		small := imaging.Fit(img, 1024, 1024, imaging.Box)
		var b bytes.Buffer
		if imaging.Encode(&b, small, imaging.PNG) != nil {
			continue
		}
		p := forensics.NewPass(detectortest.Load(t, b.Bytes()), forensics.Env{}).PDQ(0)
		if p.Comparable() && !slices.ContainsFunc(hashes, func(h pdq.Hash) bool { return h.Distance(p.Hash()) < 60 }) {
			hashes, out = append(hashes, p.Hash()), append(out, small)
		}
	}
	return out
}
