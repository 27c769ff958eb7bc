package grid

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

	"github.com/disintegration/imaging"
)

// textured is a picture of soft noise and shapes that depends on the seed only.
func textured(seed uint64, w, h int) *image.NRGBA {
	rnd := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		x, y := i%w, i/w
		v := 128 + 60*math.Sin(float64(x)/23+float64(seed))*math.Cos(float64(y)/31) + 22*rnd.NormFloat64()
		img.SetNRGBA(x, y, color.NRGBA{uint8(min(max(v, 0), 255)), uint8(min(max(v+8, 0), 255)), uint8(min(max(v-8, 0), 255)), 255})
	}
	return imaging.Blur(img, .7)
}

func encode(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func decode(file []byte) image.Image {
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		panic(err)
	}
	return img
}

var patch = image.Rect(160, 96, 288, 208)

// retouched is a picture that was saved, got a patch that was never saved, and was saved again.
func retouched(seed uint64) []byte {
	once := decode(encode(textured(seed, 448, 320), 60))
	return encode(imaging.Paste(once, imaging.Crop(textured(seed+50, 448, 320), patch), patch.Min), 90)
}

func TestContract(t *testing.T) {
	picture := textured(1, 448, 320)
	foreign := imaging.Paste(picture, imaging.Crop(decode(encode(textured(2, 448, 320), 70)), image.Rect(3, 5, 163, 165)), image.Pt(200, 100))
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "saved once", Sample: detectortest.Load(t, encode(picture, 90)), Clean: true},
		detectortest.Case{Name: "saved twice", Sample: detectortest.Load(t, encode(decode(encode(picture, 60)), 90)), Clean: true},
		detectortest.Case{Name: "saved finely", Sample: detectortest.Load(t, encode(decode(encode(picture, 60)), 98)), Clean: true},
		detectortest.Case{Name: "small", Sample: detectortest.Load(t, encode(textured(1, 60, 60), 90)), Clean: true},
		detectortest.Case{Name: "patch saved once", Sample: detectortest.Load(t, retouched(3))},
		detectortest.Case{Name: "patch with a grid", Sample: detectortest.Load(t, encode(foreign, 99))})
}

func examine(t *testing.T, file []byte) []forensics.Finding {
	t.Helper()
	p := forensics.NewPass(detectortest.Load(t, file), forensics.Env{})
	if _, err := p.Detect(&Detector, run); err != nil {
		t.Fatal(err)
	}
	return p.Findings()
}

func TestTheRetouchedPartIsFound(t *testing.T) {
	for seed := range uint64(4) {
		found := examine(t, retouched(seed))
		if len(found) != 1 || found[0].Code != "edit.doublejpeg" {
			t.Errorf("seed %d: %+v", seed, found)
			continue
		}
		b := found[0].Where.Box
		got := image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3])
		both, either := got.Intersect(patch), got.Union(patch)
		if float64(both.Dx()*both.Dy()) < .6*float64(either.Dx()*either.Dy()) {
			t.Errorf("seed %d: found %v, the part is %v", seed, got, patch)
		}
	}
}

// What a picture went through as a whole says nothing of a local edit.
func TestSavingAgainIsNoEdit(t *testing.T) {
	for _, before := range []int{50, 75, 92} {
		for _, after := range []int{60, 85, 95} {
			picture := imaging.Crop(decode(encode(textured(7, 480, 360), before)), image.Rect(0, 0, 440, 320))
			if found := examine(t, encode(picture, after)); len(found) > 0 {
				t.Errorf("%d then %d: %s", before, after, found[0].Text)
			}
			if found := examine(t, encode(imaging.Crop(picture, image.Rect(3, 2, 440, 320)), after)); len(found) > 0 {
				t.Errorf("%d, cropped, then %d: %s", before, after, found[0].Text)
			}
		}
	}
}

func TestAlongIsOrthonormal(t *testing.T) {
	for k := range 8 {
		var v, out [8]float32
		v[k] = 1
		along(v[:], out[:])
		back(&out)
		for i := range out {
			want := 0.
			if i == k {
				want = 1
			}
			if math.Abs(float64(out[i])-want) > 1e-6 {
				t.Errorf("unit %d: %v", k, out)
			}
		}
	}
}

func TestPlacesOfTurnedPictures(t *testing.T) {
	r := image.Rect(10, 20, 30, 25) // of a stored picture of 100x60
	for o, want := range map[int]image.Rectangle{1: r, 2: image.Rect(70, 20, 90, 25), 3: image.Rect(70, 35, 90, 40), 4: image.Rect(10, 35, 30, 40),
		5: image.Rect(20, 10, 25, 30), 6: image.Rect(35, 10, 40, 30), 7: image.Rect(35, 70, 40, 90), 8: image.Rect(20, 70, 25, 90)} {
		if got := (place{o, 100, 60}).shown(r); got != want {
			t.Errorf("orientation %d: %v, want %v", o, got, want)
		}
	}
}

func BenchmarkDetector(b *testing.B) {
	for name, quality := range map[string]int{"q90": 90, "q98": 98} {
		s := detectortest.Load(b, encode(textured(1, 1632, 1224), quality))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := forensics.NewPass(s, forensics.Env{}).Detect(&Detector, run); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestTheMaskHasTheRetouchedPart(t *testing.T) {
	_, mask := detectortest.Masked(t, Detector, forensics.Env{}, detectortest.Load(t, retouched(3)))
	if f1 := detectortest.Agreement(mask, detectortest.White(448, 320, patch)); f1 < .75 {
		t.Errorf("F1 %.2f", f1)
	}
}
