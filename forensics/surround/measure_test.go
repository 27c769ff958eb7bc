package surround

import (
	"bytes"
	"image"
	"image/jpeg"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/media"
	"unmask/media/decode"

	"github.com/disintegration/imaging"
)

// conditions are the three in which figures are reported; J and L as in scripts/train/conditions.py, but with Go's resizer and encoder.
var conditions = []struct {
	name          string
	side, quality int
}{{"found", 0, 0}, {"J", 512, 75}, {"L", 256, 70}}

// pairs are sources of swaps with their genuine halves.
var pairs = [][2]string{
	{"real-fake-face:photoshop_composite_ciplab_crop", "real-fake-face:real_ciplab_crop"},
	{"image-forgery-scanner:gan_faceswap_openforensics_256", "image-forgery-scanner:real_openforensics_256"},
	{"deepfaceforgerydetection:deepfake_ffpp", "deepfaceforgerydetection:real_ffpp"},
	{"deepfake-detect:deepfake_dfdc", "deepfake-detect:real_dfdc"},
	{"faceswap:faceswap_classic", "faceswap:real_source"},
}

// TestMeasure prints how often genuine pictures raise the finding, and how the shipped model tells the labelled swaps, which it was
// trained on too: the figures of validation.json on left-out sources come from scripts/train/swap.py fit. Run it with -v.
func TestMeasure(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	e := env(t)
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range conditions {
		scores := map[string][]float64{}
		refused, fired, genuine := 0, 0, 0
		for _, r := range labelled(t) {
			score, ok := scored(t, m, e, r, c.side, c.quality)
			if !ok {
				refused++
				continue
			}
			scores[r.source] = append(scores[r.source], score)
			if r.genuine {
				genuine++
				if score >= m.Threshold {
					fired++
				}
			}
		}
		t.Logf("%s: findings in %d of %d genuine pictures, in sample; %d pictures without a face of %d pixels", c.name, fired, genuine, refused, smallest)
		for _, pair := range pairs {
			p, n := scores[pair[0]], scores[pair[1]]
			if len(p) == 0 || len(n) == 0 {
				continue
			}
			t.Logf("%s: %s AUC %.3f (%d/%d), in sample", c.name, pair[0], auc(p, n), len(p), len(n))
		}
	}
}

type row struct {
	path, source string
	genuine      bool
}

// labelled lists the labelled swaps with their genuine halves, and the genuine pictures of people.
func labelled(t *testing.T) (out []row) {
	seen := map[string]bool{}
	for _, r := range detectortest.Rows(t) {
		people := strings.HasPrefix(r[0], "faces_real/") || strings.HasPrefix(r[0], "identities/")
		if (r[1] == "face_swap" || people) && !strings.HasPrefix(r[0], "videos/") && !seen[r[0]] {
			seen[r[0]] = true
			out = append(out, row{r[0], r[3], people || r[2] == "0"})
		}
	}
	return out
}

// scored returns the score of the worst face, false where none is large enough.
func scored(t *testing.T, m *model, e forensics.Env, r row, side, quality int) (float64, bool) {
	path, err := filepath.Abs(detectortest.Corpus(t, r.path))
	if err != nil {
		t.Fatal(err)
	}
	s, err := decode.Open(media.Item{Path: media.Path(path)}, media.Plan{Bursts: 1, Length: 1, MaxPixels: 50e6, MaxBytes: 64 << 20})
	if err != nil {
		t.Fatal(r.path, err)
	}
	if side > 0 {
		f := &s.Frames[0]
		var b bytes.Buffer
		if err := jpeg.Encode(&b, imaging.Fit(f.Crop(image.Rect(0, 0, f.Width, f.Height)), side, side, imaging.Lanczos), &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		s = detectortest.Load(t, b.Bytes())
	}
	faces, err := face.Of(forensics.NewPass(s, e))
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := m.worst(&s.Frames[0], faces)
	if err != nil {
		return 0, false
	}
	return l.score, true
}

func auc(positive, negative []float64) float64 {
	var sum float64
	for _, p := range positive {
		for _, n := range negative {
			if p > n {
				sum++
			} else if p == n {
				sum += .5
			}
		}
	}
	return sum / float64(max(1, len(positive)*len(negative)))
}

func TestAUC(t *testing.T) {
	if got := auc([]float64{2, 3}, slices.Repeat([]float64{1, 3}, 2)); got != .625 {
		t.Error(got)
	}
}
