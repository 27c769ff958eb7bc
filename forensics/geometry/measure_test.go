package geometry

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// handlings are what is done to every picture of both classes before it is measured.
var handlings = []struct {
	name string
	of   func(image.Image) image.Image
}{
	{"found", func(m image.Image) image.Image { return m }},
	{"J", func(m image.Image) image.Image { return reencoded(m, 512, 75) }},
	{"L", func(m image.Image) image.Image { return reencoded(m, 256, 70) }},
	{"square", func(m image.Image) image.Image {
		s := min(m.Bounds().Dx(), m.Bounds().Dy())
		return imaging.CropCenter(m, s, s)
	}},
	{"bars 16:9", func(m image.Image) image.Image {
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		return imaging.PasteCenter(imaging.New(max(w, (h*16+8)/9), max(h, (w*9+8)/16), color.Black), m)
	}},
	{"crop 4:5", func(m image.Image) image.Image {
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		return imaging.CropCenter(m, min(w, h*4/5), min(h, w*5/4))
	}},
	{"crop 10 % at the left", func(m image.Image) image.Image {
		b := m.Bounds()
		return imaging.Crop(m, image.Rect(b.Min.X+b.Dx()/10, b.Min.Y, b.Max.X, b.Max.Y))
	}},
}

func reencoded(m image.Image, side, quality int) image.Image {
	m = imaging.Fit(m, side, side, imaging.Lanczos)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	m, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return m
}

// aligned names the source of genuine pictures that were cropped by the recipe of FFHQ.
const aligned = "realorfake:real"

// TestMeasure prints what validation.json holds. Run it with -v; it takes some minutes. A pair counts the pictures that the detector
// applies to. "wild" are genuine pictures of every source but the aligned one.
func TestMeasure(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	labelled := labels(t)
	for _, h := range handlings {
		scores, applied := map[string][]float64{}, map[string][2]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		queue := make(chan entry)
		for range 2 {
			wg.Go(func() {
				for e := range queue {
					score, ok := measure(env, run, h.of(e.picture(t)))
					mu.Lock()
					n := applied[e.source]
					n[1]++
					if ok {
						n[0]++
						scores[e.source] = append(scores[e.source], score)
						if !e.generated && e.source != aligned {
							scores["wild"] = append(scores["wild"], score)
						}
					}
					applied[e.source] = n
					mu.Unlock()
				}
			})
		}
		for _, e := range labelled {
			queue <- e
		}
		close(queue)
		wg.Wait()
		if h.name == "found" {
			for source, n := range applied {
				fired := share(scores[source])
				t.Logf("%-50s applies to %3d of %3d, finding in %.3f", source, n[0], n[1], fired)
			}
		}
		for _, positive := range []string{"realorfake:gan_stylegan2_tpdne", "generated-faces:gan_generated_photos", "ecuadorian-political-deepfak:diffusion_flux_lora_identity"} {
			for _, negative := range []string{"wild", aligned, "ecuadorian-political-deepfak:politician_real"} {
				p, n := scores[positive], scores[negative]
				low, high := bootstrap(p, n)
				t.Logf(`{"what": "%s against %s", "condition": "%s", "positives": %d, "negatives": %d, "auc": %.3f, "ci95": [%.3f, %.3f], "recall": %.3f, "fpr": %.3f},`,
					positive, negative, h.name, len(p), len(n), auc(p, n), low, high, share(p), share(n))
			}
		}
	}
}

// TestMeasureProfileCrops prints how often genuine portraits raise the finding once they are cropped to a square around the face, as profile
// pictures are: twelve crops of each, of 1.2 to 2.2 times the size of the face's box, with the face up to 15 % of the side off centre.
func TestMeasureProfileCrops(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1))
	pictures, crops, fired := 0, 0, 0
	for _, e := range labels(t) {
		if e.generated || e.source == aligned {
			continue
		}
		m := e.picture(t)
		p := forensics.NewPass(sample(m), env)
		if res, _ := p.Detect(&Detector, run); res.Status != forensics.Done {
			continue
		}
		f, _ := portrait(p.Faces)
		used := false
		for range 12 {
			side := float64(max(f.Box[2], f.Box[3])) * (1.2 + random.Float64())
			x := float64(f.Box[0]) + float64(f.Box[2])/2 + side*.3*(random.Float64()-.5)
			y := float64(f.Box[1]) + float64(f.Box[3])/2 + side*.3*(random.Float64()-.5)
			r := image.Rect(int(x-side/2), int(y-side/2), int(x+side/2), int(y+side/2))
			if !r.In(m.Bounds()) {
				continue
			}
			if score, ok := measure(env, run, imaging.Crop(m, r)); ok {
				used = true
				crops++
				if score >= .5 {
					fired++
				}
			}
		}
		if used {
			pictures++
		}
	}
	t.Logf("%d crops of %d portraits, finding in %d (%.3f)", crops, pictures, fired, float64(fired)/float64(crops))
}

// entry is one labelled picture.
type entry struct {
	path, source string
	generated    bool
}

func (e entry) picture(t testing.TB) image.Image {
	m, err := imaging.Open(e.path)
	if err != nil {
		t.Error(err)
		return image.NewGray(image.Rect(0, 0, 1, 1))
	}
	return m
}

// labels lists the pictures labelled as generated or genuine that Go decodes, each once.
func labels(t testing.TB) []entry {
	var out []entry
	seen := map[string]bool{}
	for _, r := range detectortest.Rows(t) {
		identity := r[1] == "identity"
		if seen[r[0]] || !identity && r[1] != "synthetic" || strings.HasPrefix(r[0], "videos/") {
			continue
		}
		e := entry{detectortest.Corpus(t, r[0]), r[3], r[2] == "1" && !identity || r[4] == "generated"}
		seen[r[0]] = true
		if _, err := imaging.Open(e.path); err == nil {
			out = append(out, e)
		}
	}
	return out
}

func measure(env forensics.Env, run forensics.Run, m image.Image) (score float64, ok bool) {
	res, _ := forensics.NewPass(sample(m), env).Detect(&Detector, run)
	return res.Features["score"], res.Status == forensics.Done
}

func sample(m image.Image) *media.Sample {
	rgba := imaging.Clone(m)
	f := media.Frame{Width: rgba.Rect.Dx(), Height: rgba.Rect.Dy()}
	for i := 0; i < len(rgba.Pix); i += 4 {
		f.Pix = append(f.Pix, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return &media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{f}}
}

// share of the scores that raise the finding.
func share(scores []float64) float64 {
	n := 0.
	for _, s := range scores {
		if s >= .5 {
			n++
		}
	}
	return n / float64(max(1, len(scores)))
}

// auc is the chance that a positive scores above a negative.
func auc(positives, negatives []float64) float64 {
	above := 0.
	for _, p := range positives {
		for _, n := range negatives {
			switch {
			case p > n:
				above++
			case p == n:
				above += .5
			}
		}
	}
	return above / float64(len(positives)*len(negatives))
}

// bootstrap returns the 95 % interval of the AUC over resampled pictures.
func bootstrap(positives, negatives []float64) (low, high float64) {
	random := rand.New(rand.NewPCG(2026, 1))
	positives, negatives = slices.Sorted(slices.Values(positives)), slices.Sorted(slices.Values(negatives)) // workers end in any order
	draw := func(from []float64) []float64 {
		out := make([]float64, len(from))
		for i := range out {
			out[i] = from[random.IntN(len(from))]
		}
		return out
	}
	const times = 1000
	var all [times]float64
	for i := range all {
		all[i] = auc(draw(positives), draw(negatives))
	}
	slices.Sort(all[:])
	return all[times*25/1000], all[times*975/1000-1]
}
