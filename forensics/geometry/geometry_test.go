package geometry

import (
	"math"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
)

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "portrait", Sample: detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg"), Clean: true},
		detectortest.Case{Name: "person", Sample: detectortest.Module(t, "gocv.io/x/gocv", "images/face.jpg"), Clean: true},
		detectortest.Case{Name: "noface", Sample: detectortest.Module(t, "gocv.io/x/gocv", "images/space_shuttle.jpg"), Clean: true},
	)
}

func TestGeneratedPortraitIsFound(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "stylegan", Sample: detectortest.File(t, stylegan(t))})
}

// stylegan is the path of a picture by StyleGAN2: a face of nobody.
func stylegan(t testing.TB) string {
	t.Helper()
	return detectortest.Corpus(t, "faces_synthetic/realorfake/data/fake/fake_10.jpg")
}

// ideal returns landmarks for which the recipe of FFHQ cuts out a square with a given centre, side and angle.
func ideal(x, y, side, degrees float64) map[string]forensics.Point {
	// Eyes and mouth as far apart as in FFHQ: 1.8 times eyes to mouth is twice the eyes' distance, a quarter of the side.
	const across, down = .25, .25 * 2 / 1.8
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	at := func(u, v float64) forensics.Point {
		v -= .1 * down
		return forensics.Point{x + side*(u*cos-v*sin), y + side*(u*sin+v*cos)}
	}
	return map[string]forensics.Point{face.RightEye: at(-across/2, 0), face.LeftEye: at(across/2, 0),
		face.RightMouth: at(-.1, down), face.LeftMouth: at(.1, down), face.Nose: at(0, down/2)}
}

func TestRecipe(t *testing.T) {
	for _, want := range []crop{{512, 512, 1024, 0}, {300, 200, 400, 12}, {100, 90, 50, -25}} {
		got := cropOf(ideal(want.x, want.y, want.side, want.roll))
		for _, d := range []float64{got.x - want.x, got.y - want.y, got.side - want.side, got.roll - want.roll} {
			if math.Abs(d) > 1e-9 {
				t.Errorf("crop %+v, want %+v", got, want)
				break
			}
		}
	}
}

func TestScore(t *testing.T) {
	for _, c := range []struct {
		name          string
		crop          crop
		width, height int
		aligned       bool
	}{
		{"as a generator puts it", crop{512, 510, 1020, .3}, 1024, 1024, true},
		{"on bars at both sides", crop{960, 540, 1080, 0}, 1920, 1080, true},
		{"bars above and below", crop{540, 960, 1080, 0}, 1080, 1920, true},
		{"sides cropped off", crop{410, 512, 1024, 0}, 820, 1024, true},
		{"5 % to the right", crop{563, 512, 1024, 0}, 1024, 1024, false},
		{"5 % lower", crop{512, 563, 1024, 0}, 1024, 1024, false},
		{"15 % larger", crop{512, 512, 1178, 0}, 1024, 1024, false},
		{"head tilted 5 degrees", crop{512, 512, 1024, 5}, 1024, 1024, false},
	} {
		score := misfitOf(c.crop, c.width, c.height).score()
		if (score >= .5) != c.aligned {
			t.Errorf("%s: score %.3f, aligned should be %v", c.name, score, c.aligned)
		}
	}
}

func TestOneDominantFaceIsNeeded(t *testing.T) {
	of := func(eyes ...float64) (out []forensics.Face) {
		for i, d := range eyes {
			out = append(out, forensics.Face{Score: float64(i), Quality: map[string]float64{"inter_eye": d}})
		}
		return out
	}
	for _, c := range []struct {
		name  string
		faces []forensics.Face
		want  float64 // distance of the pupils; 0: not applicable
	}{
		{"none", nil, 0},
		{"one", of(80), 80},
		{"one beside a small one", of(30, 80, 20), 80},
		{"two", of(80, 70), 0},
		{"one too small", of(10), 0},
	} {
		f, err := portrait(c.faces)
		if (err == nil) != (c.want > 0) || f.Quality["inter_eye"] != c.want {
			t.Errorf("%s: got %v, %v", c.name, f, err)
		}
	}
}

func BenchmarkDetector(b *testing.B) {
	run, err := Detector.New(forensics.Env{})
	if err != nil {
		b.Fatal(err)
	}
	s := detectortest.File(b, stylegan(b)) // 1 megapixel, with a finding and its picture
	for b.Loop() {
		p := forensics.NewPass(s, forensics.Env{})
		if _, err := p.Detect(&Detector, run); err != nil {
			b.Fatal(err)
		}
	}
}
