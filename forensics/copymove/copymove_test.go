package copymove

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// textured is a picture of soft random shapes that depends on the seed only and holds nothing twice.
func textured(seed uint64, w, h int) *image.NRGBA {
	rnd := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 120
	}
	for range w * h / 60 {
		x, y, r := rnd.IntN(w), rnd.IntN(h), 2+rnd.IntN(8)
		c := color.NRGBA{uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), 255}
		for v := -r; v <= r; v++ {
			for u := -r; u <= r; u++ {
				if u*u+v*v <= r*r {
					img.SetNRGBA(x+u, y+v, c)
				}
			}
		}
	}
	return imaging.Blur(img, .8)
}

// cloned has the part at from pasted at to, turned by degrees.
func cloned(img *image.NRGBA, from image.Rectangle, to image.Point, degrees float64) *image.NRGBA {
	part := imaging.Crop(img, from)
	if degrees != 0 {
		turned := imaging.Rotate(part, degrees, color.Transparent)
		part = imaging.CropCenter(turned, from.Dx()*7/10, from.Dy()*7/10)
	}
	return imaging.Paste(img, part, to)
}

func sample(t testing.TB, img image.Image, quality int) *media.Sample {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return detectortest.Load(t, b.Bytes())
}

var (
	part  = image.Rect(40, 50, 190, 200)
	place = image.Pt(300, 200)
)

func TestContract(t *testing.T) {
	clean := textured(1, 480, 360)
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "clean", Sample: sample(t, clean, 90), Clean: true},
		detectortest.Case{Name: "plain", Sample: sample(t, image.NewGray(image.Rect(0, 0, 200, 200)), 90), Clean: true},
		detectortest.Case{Name: "small", Sample: sample(t, textured(2, 60, 200), 90), Clean: true},
		detectortest.Case{Name: "cloned", Sample: sample(t, cloned(clean, part, place, 0), 90)},
		detectortest.Case{Name: "large", Sample: sample(t, imaging.Resize(cloned(clean, part, place, 0), 1200, 900, imaging.Linear), 90)})
}

func TestCopiesAreFoundWhereTheyAre(t *testing.T) {
	for _, c := range []struct {
		degrees float64
		quality int
	}{{0, 95}, {0, 75}, {0, 50}, {10, 90}, {30, 90}} {
		for seed := range uint64(3) {
			img := cloned(textured(seed, 480, 360), part, place, c.degrees)
			p := forensics.NewPass(sample(t, img, c.quality), forensics.Env{})
			if _, err := p.Detect(&Detector, run); err != nil {
				t.Fatal(err)
			}
			if len(p.Findings()) != 1 {
				t.Errorf("turned by %v, quality %d: %d findings", c.degrees, c.quality, len(p.Findings()))
				continue
			}
			b := p.Findings()[0].Where.Box
			box := image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3])
			if !box.Overlaps(part) && !box.Overlaps(part.Sub(part.Min).Add(place)) {
				t.Errorf("turned by %v: found at %v", c.degrees, box)
			}
		}
	}
}

func TestRefineFindsTheExactShift(t *testing.T) {
	img := cloned(textured(5, 300, 300), image.Rect(30, 30, 110, 110), image.Pt(170, 150), 0)
	found := clones(img)
	if len(found) == 0 {
		t.Fatal("nothing found")
	}
	m := found[0].to
	if math.Abs(m[0]-1) > .002 || math.Abs(m[4]-1) > .002 || math.Abs(m[1]) > .002 || math.Abs(m[3]) > .002 || found[0].residual > .01 {
		t.Errorf("%v, residual %v", m, found[0].residual)
	}
}

func BenchmarkDetector(b *testing.B) {
	s := sample(b, textured(1, 1632, 1224), 90)
	for b.Loop() {
		if _, err := forensics.NewPass(s, forensics.Env{}).Detect(&Detector, run); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTheMaskHasBothPlaces(t *testing.T) {
	img := cloned(textured(1, 480, 360), part, place, 0)
	f, mask := detectortest.Masked(t, Detector, forensics.Env{}, sample(t, img, 90))
	truth := detectortest.White(480, 360, part, part.Sub(part.Min).Add(place))
	if f1 := detectortest.Agreement(mask, truth); f1 < .9 || math.Abs(f.Where.Share-.26) > .03 {
		t.Errorf("F1 %.2f, share %.2f", f1, f.Where.Share)
	}
}
