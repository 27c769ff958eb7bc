package match

import (
	"bytes"
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

// handlings are what happens to a picture on its way, with the JPEG quality it is saved at after and the least recall.
var handlings = []struct {
	name    string
	quality int
	least   float64
	do      func(*image.NRGBA) image.Image
}{
	{"JPEG q30", 30, .98, func(m *image.NRGBA) image.Image { return m }},
	{"half size", 75, .98, func(m *image.NRGBA) image.Image { return imaging.Resize(m, m.Rect.Dx()/2, 0, imaging.Box) }},
	{"mirrored", 80, .98, func(m *image.NRGBA) image.Image { return imaging.FlipH(m) }},
	{"rotated 90 degrees", 80, .98, func(m *image.NRGBA) image.Image { return imaging.Rotate90(m) }},
	{"brighter by 30 %", 80, .98, func(m *image.NRGBA) image.Image {
		return imaging.AdjustFunc(m, func(c color.NRGBA) color.NRGBA {
			up := func(v uint8) uint8 { return uint8(min(255, int(v)*13/10)) }
			return color.NRGBA{up(c.R), up(c.G), up(c.B), 255}
		})
	}},
	{"cropped 5 % a side", 85, .95, crop(.05, .05, .05, .05)},
	{"cropped 10 % a side", 85, .95, crop(.1, .1, .1, .1)},
	{"cropped 25 % a side", 85, .8, crop(.25, .25, .25, .25)},
	{"cropped 12 % at one side", 85, .95, crop(.12, 0, 0, 0)},
	{"letterboxed", 85, .98, pad(0, 1./6, color.Black)},
	{"white border 5 %", 85, .98, pad(.05, .05, color.White)},
	{"rotated 2 degrees", 85, .95, func(m *image.NRGBA) image.Image {
		return imaging.CropCenter(imaging.Rotate(m, 2, color.Black), m.Rect.Dx(), m.Rect.Dy())
	}},
	{"caption over 15 %", 85, .95, func(m *image.NRGBA) image.Image {
		out := imaging.Clone(m)
		draw.Draw(out, image.Rect(0, out.Rect.Dy()*85/100, out.Rect.Dx(), out.Rect.Dy()), image.Black, image.Point{}, draw.Src)
		return out
	}},
	{"screenshot with chrome", 85, .95, screenshot},
	{"mirrored, cropped, letterboxed", 70, .8, func(m *image.NRGBA) image.Image {
		return pad(0, 1./6, color.Black)(imaging.Clone(crop(.15, .05, 0, .1)(imaging.FlipH(m))))
	}},
}

// screenshot puts the picture on a page with a bar and lines of something like text above and below it.
func screenshot(m *image.NRGBA) image.Image {
	w, h := m.Rect.Dx()*5/4, m.Rect.Dy()*13/8
	out := imaging.New(w, h, color.NRGBA{250, 250, 250, 255})
	draw.Draw(out, image.Rect(0, 0, w, h/14), image.NewUniform(color.NRGBA{30, 60, 90, 255}), image.Point{}, draw.Src)
	for line := range 4 {
		for x := w / 10; x < w*8/10; x += 9 {
			y := h*(82+4*line)/100 + x*7%5
			draw.Draw(out, image.Rect(x, y, x+3+x*5%4, y+h/80), image.NewUniform(color.NRGBA{40, 40, 40, 255}), image.Point{}, draw.Src)
		}
	}
	return imaging.Paste(out, m, image.Pt(w/10, h/8))
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

// related pictures of the corpus show each other, as seen by eye: the second is protected, the first shows it.
var related = map[[2]string]bool{
	{"aflw-test.jpg", "aflw-test-grid3x3.jpg"}: true, {"aflw-test-grid3x3.jpg", "aflw-test.jpg"}: true, // the same nine times over
	{"distortion.jpg", "distortion-correct.jpg"}: true, {"distortion-correct.jpg", "distortion.jpg"}: true, // a lens corrected
}

// Measures recall after each handling, and false matches among unrelated pictures: run with -v for the figures in validation.json.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	most := 40
	if testing.Verbose() {
		most = 120
	}
	pictures, files := distinct(t, most)
	var entries []reference.Entry
	protected := pictures[:len(pictures)/2]
	for i, img := range protected {
		entries = append(entries, describe(t, sample(t, img, 92), "protected", files[i])...)
	}
	refs := reference.NewSet(entries)
	for _, h := range handlings {
		found, wrong, false_ := 0, 0, 0
		worst := 1.
		for i, img := range pictures {
			p := forensics.NewPass(sample(t, h.do(img), h.quality), forensics.Env{})
			sightings, _, err := look(p, 0, refs, image.Rectangle{})
			if err != nil {
				t.Fatal(err)
			}
			right := false
			for _, s := range sightings {
				switch {
				case s.entry.Name == files[i]:
					right, worst = true, min(worst, s.agree)
				case s.code() == "match.part" || related[[2]string{files[i], s.entry.Name}]:
				case i < len(protected):
					wrong++
				default:
					false_++
				}
				if s.entry.Name != files[i] {
					t.Logf("%s: %s taken for %s%s: %s", h.name, files[i], s.entry.Name, s.handling(), s.grounds())
				}
			}
			if right {
				found++
			} else if i < len(protected) {
				t.Logf("%s: %s missed", h.name, files[i])
			}
		}
		t.Logf("%-26s recall %.3f (%d of %d), correlation at least %.2f, wrong %d, false %d of %d", h.name, float64(found)/float64(len(protected)), found, len(protected),
			worst, wrong, false_, len(pictures)-len(protected))
		if false_+wrong > 0 {
			t.Errorf("%s: unrelated pictures match", h.name)
		}
		if float64(found) < h.least*float64(len(protected)) {
			t.Errorf("%s: recall fell to %d of %d", h.name, found, len(protected))
		}
	}
}

// distinct returns pictures of the corpus with both sides of 300 pixels or more, reduced to 1024, evenly picked, no two of which are near
// duplicates of each other.
func distinct(t *testing.T, most int) (out []*image.NRGBA, names []string) {
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
			hashes, out, names = append(hashes, p.Hash()), append(out, small), append(names, filepath.Base(paths[i]))
		}
	}
	return out, names
}
