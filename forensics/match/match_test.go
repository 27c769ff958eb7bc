package match

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// waves draws a picture with enough detail for a hash.
func waves(seed float64) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			u, v := float64(x)/320, float64(y)/240
			s := math.Sin(seed*u*35+v*v*50) + math.Cos(v*55-seed*u*u*20) + math.Sin((u+v)*18*seed)
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = uint8(128+40*s), uint8(128-40*s), uint8(255*u), 255
		}
	}
	return img
}

func sample(t testing.TB, img image.Image, quality int) *media.Sample {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return detectortest.Load(t, b.Bytes())
}

func describe(t testing.TB, s *media.Sample, identity, name string) []reference.Entry {
	t.Helper()
	entries, err := Describe(forensics.NewPass(s, forensics.Env{}), identity, name)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func env(t testing.TB) forensics.Env {
	return forensics.Env{References: reference.NewSet(describe(t, sample(t, waves(1), 95), "someone", "portrait.jpg"))}
}

func TestContract(t *testing.T) {
	plain := imaging.New(200, 200, image.White)
	detectortest.Run(t, Detector, env(t),
		detectortest.Case{Name: "mirrored", Sample: sample(t, imaging.FlipH(waves(1)), 60)},
		detectortest.Case{Name: "cropped", Sample: sample(t, imaging.CropCenter(waves(1), 290, 216), 80)},
		detectortest.Case{Name: "another", Sample: sample(t, waves(1.7), 90), Clean: true},
		detectortest.Case{Name: "plain", Sample: sample(t, plain, 90), Clean: true},
	)
}

func TestNoReferencesStillHashes(t *testing.T) {
	p := forensics.NewPass(sample(t, waves(1), 90), forensics.Env{})
	if err := run(p, nil); err != nil || p.Hashes == nil || len(p.Hashes.Perceptual) != 16 || len(p.Hashes.PDQ.Hash) != 64 {
		t.Errorf("%v, %+v", err, p.Hashes)
	}
}

// film makes a video sample of the given frames, one a second.
func film(t testing.TB, frames ...image.Image) *media.Sample {
	s := &media.Sample{Info: media.Info{Kind: media.Video, Format: "mp4"}}
	for i, img := range frames {
		f := sample(t, img, 85).Frames[0]
		f.Index, f.Time = 25*i, time.Duration(i)*time.Second
		s.Frames = append(s.Frames, f)
	}
	return s
}

func TestAClipThatOnlyGlancesShow(t *testing.T) {
	refs := reference.NewSet(describe(t, film(t, waves(1), waves(2), waves(3)), "someone", "clip.mp4"))
	s := film(t, waves(7), waves(8), waves(1), waves(2), waves(9))
	for _, i := range []int{2, 3} {
		s.Glances = append(s.Glances, s.Frames[i].Reduced(200))
	}
	s.Info.Width, s.Info.Duration = s.Frames[0].Width, 9
	s.Frames = slices.Delete(s.Frames, 2, 4)
	p := forensics.NewPass(s, forensics.Env{References: refs})
	res, err := p.Detect(&Detector, func(p *forensics.Pass) error { return run(p, refs) })
	if err != nil || res.Features["apart_s"] != 5 {
		t.Fatal(res, err)
	}
	f := p.Findings()
	if len(f) != 1 || f[0].Range.T0 != 2 || f[0].Range.T1 != 3 || *f[0].Where.Frame != 50 && *f[0].Where.Frame != 75 || len(p.Placed) != 0 || !strings.Contains(f[0].Text, "2 of 5 frames") {
		t.Fatalf("%+v", f)
	}
	if b := f[0].Where.Box; b[2] < s.Info.Width*9/10 || b[2] > s.Info.Width {
		t.Errorf("box %v in a frame %d wide", *b, s.Info.Width)
	}
}

func TestAClipInsideAClip(t *testing.T) {
	protected := film(t, waves(1), waves(2), waves(3))
	refs := reference.NewSet(describe(t, protected, "someone", "clip.mp4"))
	p := forensics.NewPass(film(t, waves(7), waves(8), waves(1), waves(2), waves(3)), forensics.Env{References: refs})
	if res, err := p.Detect(&Detector, func(p *forensics.Pass) error { return run(p, refs) }); err != nil || res.Status != forensics.Done {
		t.Fatal(res, err)
	}
	f := p.Findings()
	if len(f) != 1 || f[0].Range.T0 != 2 || f[0].Range.T1 != 4 || f[0].Subject != "someone" || !strings.Contains(f[0].Text, "0.0 to 2.0 s of the protected video") {
		t.Errorf("%+v", f)
	}
}
