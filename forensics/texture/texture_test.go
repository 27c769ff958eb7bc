package texture

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
	"unmask/forensics/face"
)

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "no face", Sample: detectortest.Load(t, noisy(320, 240, 4)), Clean: true},
		detectortest.Case{Name: "a face", Sample: detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")})
}

// noisy is a JPEG with soft shapes and grain.
func noisy(w, h int, grain float64) []byte {
	img, r := image.NewGray(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		x, y := float64(i%w), float64(i/w)
		img.Pix[i] = uint8(128 + 50*math.Sin(x/23+y/41) + grain*r.NormFloat64())
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 98})
	return b.Bytes()
}

// Format, quality and size have no vote: the same picture saved otherwise gives nearly the same numbers, another picture others.
func TestFormatHasNoVote(t *testing.T) {
	numbers := func(data []byte) []float64 {
		c, err := forensics.NewCanonical(&detectortest.Load(t, data).Frames[0])
		if err != nil {
			t.Fatal(err)
		}
		return whole(c.Planes)
	}
	distance := func(a, b []float64) (sum float64) {
		for i := range a {
			sum += (a[i] - b[i]) * (a[i] - b[i])
		}
		return math.Sqrt(sum)
	}
	picture := noisy(480, 360, 6)
	img, _, _ := image.Decode(bytes.NewReader(picture))
	var again bytes.Buffer
	_ = jpeg.Encode(&again, img, &jpeg.Options{Quality: 75})
	saved, other := distance(numbers(picture), numbers(again.Bytes())), distance(numbers(picture), numbers(noisy(480, 360, 2)))
	if saved > other/3 {
		t.Errorf("saved again: %.3f, another grain: %.3f", saved, other)
	}
}

// A mirror image has the same co-occurrences and the same light.
func TestMirrorImagesAreTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const side = 40
	a, b := plane{make([]byte, side*side), side, side, side}, plane{make([]byte, side*side), side, side, side}
	img, mirrored := image.NewNRGBA(image.Rect(0, 0, side, side)), image.NewNRGBA(image.Rect(0, 0, side, side))
	for i := range side * side {
		v := byte(r.IntN(40) + 100)
		j := i/side*side + side - 1 - i%side
		a.pix[i], b.pix[j] = v, v
		img.SetNRGBA(i%side, i/side, color.NRGBA{v, v / 2, 7, 255})
		mirrored.SetNRGBA(j%side, j/side, color.NRGBA{v, v / 2, 7, 255})
	}
	for what, both := range map[string][2][]float64{"co-occurrences": {cooccurrences(a, 2), cooccurrences(b, 2)}, "light": {light(img), light(mirrored)}} {
		for i := range both[0] {
			if math.Abs(both[0][i]-both[1][i]) > 1e-9 {
				t.Fatalf("%s differ at %d: %v %v", what, i, both[0][i], both[1][i])
			}
		}
	}
}

func TestShares(t *testing.T) {
	flat := plane{bytes.Repeat([]byte{77}, 900), 30, 30, 30}
	for _, p := range []plane{flat, {[]byte{1, 2, 3, 4}, 2, 2, 2}} {
		got := cooccurrences(p, 2)
		if len(got) != 5*distinct {
			t.Fatalf("%d numbers, want %d", len(got), 5*distinct)
		}
		for _, v := range got {
			if v < 0 || v > 1 || math.IsNaN(v) {
				t.Fatalf("%v is no root of a share", v)
			}
		}
	}
}

func TestModelFitsTheNumbers(t *testing.T) {
	m, err := load()
	if err != nil {
		t.Fatal(err)
	}
	s := detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")
	portrait, err := face.PortraitOf(forensics.NewPass(s, forensics.Env{}))
	if err != nil {
		t.Fatal(err)
	}
	d := describe(portrait)
	if _, err := m.score(d); err != nil {
		t.Error(err)
	}
	if _, err := m.score(described{whole: d.whole}); err == nil {
		t.Error("a picture without a face has a score")
	}
	if b := m.panel(d).Bounds(); b.Dx() != 2*panelSide || b.Dy() != panelSide {
		t.Errorf("the panel is %v", b)
	}
}

func BenchmarkDetector(b *testing.B) {
	s := detectortest.Module(b, "github.com/esimov/pigo", "testdata/sample.jpg")
	for b.Loop() {
		portrait, err := face.PortraitOf(forensics.NewPass(s, forensics.Env{}))
		if err != nil {
			b.Fatal(err)
		}
		describe(portrait)
	}
}
