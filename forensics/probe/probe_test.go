package probe

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/linear"
	"unmask/models"
)

func TestContract(t *testing.T) {
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	detectortest.Run(t, Detector, env,
		detectortest.Case{Name: "no face", Sample: detectortest.Load(t, plain(320, 240)), Clean: true},
		detectortest.Case{Name: "a face", Sample: detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")})
}

func plain(w, h int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil)
	return b.Bytes()
}

func TestWithoutModels(t *testing.T) {
	env := forensics.Env{Models: models.Folder(t.TempDir())}
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	err = run(forensics.NewPass(detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg"), env))
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte("unmask models fetch")) {
		t.Errorf("%v", err)
	}
}

// The mean over the places of what they add, less the score, is the same for every view: the map shows what was weighed.
func TestHeatIsWhatWasWeighed(t *testing.T) {
	maps := make([][]float32, layers)
	w := make([]float32, perView)
	for i := range w {
		w[i] = float32(i%7) - 3
	}
	for l := range maps {
		maps[l] = make([]float32, face.InnerChannels*cells)
		for i := range maps[l] {
			maps[l][i] = float32((i*i+l)%23) / 7
		}
	}
	want := 0.
	for i, v := range pooled(maps) {
		want += float64(w[i]) * v
	}
	got, mean := spread(w, maps), 0.
	for _, v := range got {
		mean += v / cells
	}
	if math.Abs(mean-want) > 1e-6*math.Abs(want) {
		t.Errorf("the places add %v, the model %v", mean, want)
	}
	if v := at([]float64(got), 0, 0); v != got[0] {
		t.Errorf("%v at the first place, %v there", v, got[0])
	}
}

// The same picture and its mirror image get the same score.
func TestMirrorImage(t *testing.T) {
	folder := detectortest.Models(t, face.Networks()...)
	s := detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")
	portrait, err := face.PortraitOf(forensics.NewPass(s, forensics.Env{Models: folder}))
	if err != nil {
		t.Fatal(err)
	}
	m, err := linear.Load(recipe, weights)
	if err != nil {
		t.Fatal(err)
	}
	score := func(p face.Portrait) float64 {
		d, ok, err := describe(folder, p)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if img := panel(m, d); img.Rect.Dx() != len(views)*tile || img.NRGBAAt(tile/2, tile/2) == (color.NRGBA{}) {
			t.Errorf("panel of %v", img.Rect)
		}
		v, err := m.Score(d.numbers)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	straight := score(portrait)
	mirrored, w := portrait, portrait.Frame.Width
	mirrored.Frame.Pix = make([]byte, len(portrait.Frame.Pix))
	for i := range w * portrait.Frame.Height {
		copy(mirrored.Frame.Pix[3*(i/w*w+w-1-i%w):], portrait.Frame.Pix[3*i:3*i+3])
	}
	for i, k := range [5]int{1, 0, 2, 4, 3} {
		mirrored.Marks[i] = forensics.Point{float64(w) - portrait.Marks[k][0], portrait.Marks[k][1]}
	}
	if v := score(mirrored); math.Abs(v-straight) > .2 {
		t.Errorf("%v, mirrored %v", straight, v)
	}
}

func BenchmarkDetector(b *testing.B) {
	env := forensics.Env{Models: detectortest.Models(b, face.Networks()...)}
	s := detectortest.Module(b, "github.com/esimov/pigo", "testdata/sample.jpg")
	for b.Loop() {
		portrait, err := face.PortraitOf(forensics.NewPass(s, env))
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := describe(env.Models, portrait); err != nil {
			b.Fatal(err)
		}
	}
}
