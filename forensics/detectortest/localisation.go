package detectortest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/draw"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// MeasureLocalisation logs for the pictures of the corpus that have a mask how well locate finds what was changed: F1 over pixels, by picture as
// found, and its mean by source and over all, as found and at J. Locate returns a mask, nil for none, whatever the threshold of a finding.
func MeasureLocalisation(t *testing.T, name string, locate func(*forensics.Pass) *image.Gray) {
	t.Helper()
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	for _, condition := range Conditions[:2] {
		sums, counts := map[string]float64{}, map[string]float64{}
		for _, l := range EditedPictures(t) {
			if l.Mask == "" {
				continue
			}
			s, ok := l.Sample(t, condition)
			if !ok {
				t.Fatalf("cannot read %s", l.Path)
			}
			f1, want := 0., truth(t, l)
			if f := s.Frames[0]; (want.Rect.Dx() > want.Rect.Dy()) != (f.Width > f.Height) {
				t.Fatalf("%s and its mask are turned against each other", l.Path)
			}
			if mask := locate(forensics.NewPass(s, forensics.Env{})); mask != nil {
				f1 = Agreement(mask, want)
			}
			t.Logf("%s: F1 %.3f, %s", condition, f1, filepath.Base(l.Path))
			for _, of := range [2]string{l.Source[strings.Index(l.Source, ":")+1:], "all"} {
				sums[of], counts[of] = sums[of]+f1, counts[of]+1
			}
		}
		for _, of := range [...]string{"copymove", "spliced_or_inpainted", "all"} {
			t.Logf(`{"what": "F1 of the mask by %s: %s", "condition": "%s", "positives": %.0f, "negatives": 0, "f1": %.3f},`, name, of, condition, counts[of], sums[of]/counts[of])
		}
	}
}

// truth is the mask of a labelled picture, white where it was changed, in the size and orientation of the file.
func truth(t *testing.T, l Labelled) *image.Gray {
	t.Helper()
	img, err := imaging.Open(l.Mask)
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewGray(img.Bounds())
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

// Agreement is the F1 over pixels of a mask, enlarged or reduced to the size of the true one.
func Agreement(mask, truth *image.Gray) float64 {
	w, h := truth.Rect.Dx(), truth.Rect.Dy()
	both, either := 0., 0. // either counts what is in both twice
	for i := range w * h {
		x, y := i%w, i/w
		m := mask.GrayAt(x*mask.Rect.Dx()/w, y*mask.Rect.Dy()/h).Y > 127
		changed := truth.GrayAt(x, y).Y > 127
		if m && changed {
			both++
		}
		if m {
			either++
		}
		if changed {
			either++
		}
	}
	return 2 * both / max(either, 1)
}

// Masked examines a sample and returns its first finding with the mask that it carries as its last evidence picture.
func Masked(t testing.TB, d forensics.Detector, env forensics.Env, s *media.Sample) (forensics.Finding, *image.Gray) {
	t.Helper()
	kept := map[forensics.Ref][]byte{}
	env.Store = func(_ string, data []byte) (forensics.Ref, error) {
		sum := sha256.Sum256(data)
		ref := forensics.Ref(hex.EncodeToString(sum[:]))
		kept[ref] = data
		return ref, nil
	}
	run, err := d.New(env)
	if err != nil {
		t.Fatal(err)
	}
	p := forensics.NewPass(s, env)
	if res, err := p.Detect(&d, run); err != nil || len(p.Findings()) == 0 {
		t.Fatalf("nothing found: %s %s %v", res.Status, res.Reason, err)
	}
	f := p.Findings()[0]
	img, err := png.Decode(bytes.NewReader(kept[f.Evidence[len(f.Evidence)-1]]))
	if err != nil {
		t.Fatal(err)
	}
	mask, ok := img.(*image.Gray)
	if !ok || f.Where == nil || f.Where.Share <= 0 || f.Where.Share > 1 || f.Where.Box == nil {
		t.Fatalf("the last evidence picture is %T, the region %+v", img, f.Where)
	}
	return f, mask
}

// White returns the true mask of a made picture of a size of which parts were changed.
func White(w, h int, parts ...image.Rectangle) *image.Gray {
	mask := image.NewGray(image.Rect(0, 0, w, h))
	for _, part := range parts {
		draw.Draw(mask, part, image.White, image.Point{}, draw.Src)
	}
	return mask
}
