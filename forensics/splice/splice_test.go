package splice

import (
	"image"
	"math/rand/v2"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// grainy is a picture of soft shapes with fine grain; inside a rectangle the grain is that of a picture enlarged four times.
func grainy(seed uint64, w, h int, other image.Rectangle) *media.Sample {
	rnd := rand.New(rand.NewPCG(seed, 1))
	f := media.Frame{Width: w, Height: h}
	const tile = 37
	var tiles [100][100]float64
	for i := range tiles {
		for j := range tiles[i] {
			tiles[i][j] = 60 + 130*rnd.Float64()
		}
	}
	grain := make([]float64, w*h)
	for i := range grain {
		grain[i] = 3 * rnd.NormFloat64()
	}
	for i := range w * h {
		x, y := i%w, i/w
		g := grain[i]
		if image.Pt(x, y).In(other) {
			g = grain[y/4*4*w+x/4*4]
		}
		l := uint8(min(max(tiles[y/tile%100][x/tile%100]+g, 0), 255))
		f.Pix = append(f.Pix, l, l, l)
	}
	return &media.Sample{Info: media.Info{Kind: media.Image, Format: "png", Width: w, Height: h}, Frames: []media.Frame{f}}
}

var patch = image.Rect(200, 120, 360, 240)

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "even", Sample: grainy(1, 640, 480, image.Rectangle{}), Clean: true},
		detectortest.Case{Name: "small", Sample: grainy(1, 90, 60, image.Rectangle{}), Clean: true},
		detectortest.Case{Name: "pasted", Sample: grainy(1, 640, 480, patch)},
		detectortest.Case{Name: "large", Sample: grainy(2, 2000, 1500, image.Rect(700, 500, 1200, 900))})
}

func TestTheOtherGrainIsFoundWhereItIs(t *testing.T) {
	for seed := range uint64(4) {
		mask, ok := Mask(forensics.NewPass(grainy(seed, 480, 360, patch), forensics.Env{}))
		if !ok {
			t.Fatal("nothing to compare")
		}
		if f1 := detectortest.Agreement(mask, detectortest.White(480, 360, patch)); f1 < .6 { // squares that touch the part are marked
			t.Errorf("seed %d: F1 %.2f", seed, f1)
		}
	}
	f, mask := detectortest.Masked(t, Detector, forensics.Env{}, grainy(1, 640, 480, patch))
	if f1 := detectortest.Agreement(mask, detectortest.White(640, 480, patch)); f1 < .6 || f.Where.Share > .15 {
		t.Errorf("as reported: F1 %.2f, share %.2f", f1, f.Where.Share)
	}
}

func TestClassesAreSymmetric(t *testing.T) {
	of, n := classes()
	seen := map[uint8]bool{}
	for s := range symbols {
		a, b, c, d := s/27, s/9%3, s/3%3, s%3
		if of[s] != of[27*d+9*c+3*b+a] || of[s] != of[symbols-1-s] {
			t.Errorf("combination %d differs from its mirror image or negative", s)
		}
		seen[of[s]] = true
	}
	if len(seen) != n {
		t.Errorf("%d classes, said to be %d", len(seen), n)
	}
}

func BenchmarkDetector(b *testing.B) {
	s := grainy(1, 1632, 1224, patch)
	for b.Loop() {
		if _, err := forensics.NewPass(s, forensics.Env{}).Detect(&Detector, run); err != nil {
			b.Fatal(err)
		}
	}
}
