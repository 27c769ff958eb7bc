package noise

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// noisy is a picture of tiles of random brightness with noise of a standard deviation, and of another inside a rectangle.
func noisy(seed uint64, w, h int, sigma, inside float64, r image.Rectangle) *media.Sample {
	rnd := rand.New(rand.NewPCG(seed, 1))
	f := media.Frame{Width: w, Height: h}
	const tile = 9
	var tiles [100][100]float64
	for i := range tiles {
		for j := range tiles[i] {
			tiles[i][j] = 60 + 130*rnd.Float64()
		}
	}
	for i := range w * h {
		x, y := i%w, i/w
		s := sigma
		if image.Pt(x, y).In(r) {
			s = inside
		}
		v := tiles[y/tile%100][x/tile%100] + s*rnd.NormFloat64()
		l := uint8(min(max(v, 0), 255))
		f.Pix = append(f.Pix, l, l, l)
	}
	return &media.Sample{Info: media.Info{Kind: media.Image, Format: "png", Width: w, Height: h}, Frames: []media.Frame{f}}
}

var patch = image.Rect(160, 96, 320, 224)

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "even", Sample: noisy(1, 480, 320, 3, 3, patch), Clean: true},
		detectortest.Case{Name: "small", Sample: noisy(1, 90, 60, 3, 3, patch), Clean: true},
		detectortest.Case{Name: "smoothed", Sample: noisy(1, 480, 320, 4, 1, patch)},
		detectortest.Case{Name: "noisier", Sample: noisy(2, 480, 320, 2, 5, patch)})
}

func TestTheOddPartIsFound(t *testing.T) {
	for seed := range uint64(4) {
		for _, levels := range [][2]float64{{4, 1}, {2, 5}} {
			p := forensics.NewPass(noisy(seed, 480, 320, levels[0], levels[1], patch), forensics.Env{})
			if _, err := p.Detect(&Detector, run); err != nil {
				t.Fatal(err)
			}
			if len(p.Findings()) != 1 {
				t.Errorf("seed %d, %v: %d findings", seed, levels, len(p.Findings()))
				continue
			}
			b := p.Findings()[0].Where.Box
			if box := image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3]); !box.In(patch.Inset(-block)) {
				t.Errorf("seed %d, %v: found at %v", seed, levels, box)
			}
		}
	}
}

func TestResidualOfWhiteNoise(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, 200*200)
	for i := range v {
		v[i] = 3 * rnd.NormFloat64()
	}
	square := 0.
	for y := 1; y < 199; y++ {
		for x := 1; x < 199; x++ {
			r := laplacian(v, 200, 200, x, y)
			square += r * r
		}
	}
	if sigma := math.Sqrt(square / 198 / 198); math.Abs(sigma-3) > .1 {
		t.Errorf("standard deviation %.2f, want 3", sigma)
	}
}

func BenchmarkDetector(b *testing.B) {
	s := noisy(1, 1632, 1224, 3, 3, patch)
	for b.Loop() {
		if _, err := forensics.NewPass(s, forensics.Env{}).Detect(&Detector, run); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTheMaskHasTheOddPart(t *testing.T) {
	for _, levels := range [][2]float64{{4, 1}, {2, 5}} {
		_, mask := detectortest.Masked(t, Detector, forensics.Env{}, noisy(1, 480, 320, levels[0], levels[1], patch))
		if f1 := detectortest.Agreement(mask, detectortest.White(480, 320, patch)); f1 < .8 {
			t.Errorf("%v: F1 %.2f", levels, f1)
		}
	}
}
