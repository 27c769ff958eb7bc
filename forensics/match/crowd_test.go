package match

import (
	"fmt"
	"hash/fnv"
	"image"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"

	"github.com/disintegration/imaging"
)

// TestMeasureCrowd looks for pictures of half of the corpus's sources among 100,000 references: random parts of pictures of the other half, known by
// their hashes alone, so that no pixels can refute a chance likeness, and 200 whole pictures of that half as a pack has them. With -v it takes twenty
// minutes and prints the figures of validation.json; otherwise it looks among a hundredth of that.
func TestMeasureCrowd(t *testing.T) {
	references, whole := 1000, 10
	protected, others := halves(t)
	if testing.Verbose() {
		references, whole = 100_000, 200
	} else {
		others = others[:min(len(others), 20)]
	}
	random := rand.New(rand.NewPCG(5, 5))
	start := time.Now()
	var entries []reference.Entry
	plain := 0
	for i := 0; len(entries) < references; i++ {
		path := protected[i%len(protected)]
		img := opened(t, path)
		for range 25 {
			f := &sample(t, piece(random, img, .3, .7), 95).Frames[0]
			p := pdq.Of(f.Pix, f.Width, f.Height)
			if !p.Comparable() {
				plain++
				continue
			}
			name := fmt.Sprintf("%s#%d", path, len(entries))
			entries = append(entries, reference.Entry{Identity: "crowd", Name: name, SHA256: name, Quality: p.Quality, Width: f.Width, Height: f.Height, Views: []reference.View{{PDQ: p.Hash()}}})
		}
	}
	for i := range whole {
		path := protected[i*len(protected)/whole]
		entries = append(entries, describe(t, sample(t, opened(t, path), 90), "whole", path)...)
	}
	t.Logf("%d entries of %d pictures in %v, %d too plain", len(entries), len(protected), time.Since(start).Round(time.Second), plain)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start = time.Now()
	refs := reference.NewSet(entries)
	took := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("indexed in %v, %d MB", took.Round(time.Millisecond), (after.HeapAlloc-before.HeapAlloc)>>20)
	found := func(img image.Image, quality int) []sighting {
		p := forensics.NewPass(sample(t, img, quality), forensics.Env{})
		out, _, err := look(p, 0, refs, image.Rectangle{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	start = time.Now()
	probes, false_ := 0, 0
	for _, path := range others {
		img := opened(t, path)
		for _, probe := range []image.Image{img, piece(random, img, .5, .8), piece(random, img, .5, .8)} {
			probes++
			if s := found(probe, 85); len(s) > 0 {
				false_++
				t.Logf("%s is taken for %s: %s", path, s[0].entry.Name, s[0].grounds())
			}
		}
	}
	t.Logf("%d of %d pictures and parts of %d other files match, %v each", false_, probes, len(others), (time.Since(start) / time.Duration(max(1, probes))).Round(time.Millisecond))
	if false_ > 0 {
		t.Errorf("%d false matches", false_)
	}
	right, tried := 0, 0
	for _, e := range entries {
		if e.Identity != "whole" {
			continue
		}
		tried++
		for _, s := range found(crop(.1, .1, .1, .1)(opened(t, e.Name)), 50) {
			if s.entry.Name == e.Name && s.verified() {
				right++
				break
			}
		}
	}
	t.Logf("%d of %d pictures that are in the pack are found after a crop of 10 %% a side and JPEG q50", right, tried)
	if tried == 0 || right*20 < tried*19 {
		t.Errorf("only %d of %d are found", right, tried)
	}
}

// halves are the genuine pictures of the corpus, of 200 pixels a side or more, apart by the project that they come from.
func halves(t *testing.T) (protected, others []string) {
	for _, l := range detectortest.GenuinePictures(t) {
		file, err := os.Open(l.Path)
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := image.DecodeConfig(file)
		file.Close()
		if err != nil || min(c.Width, c.Height) < 200 {
			continue
		}
		project, _, _ := strings.Cut(l.Source, ":")
		h := fnv.New32a()
		h.Write([]byte(project))
		if h.Sum32()>>16&1 == 0 {
			protected = append(protected, l.Path)
		} else {
			others = append(others, l.Path)
		}
	}
	return protected, others
}

// opened is a picture reduced to 1024 pixels.
func opened(t *testing.T, path string) *image.NRGBA {
	img, err := imaging.Open(path, imaging.AutoOrientation(true))
	if err != nil {
		t.Fatal(err)
	}
	return imaging.Clone(imaging.Fit(img, 1024, 1024, imaging.Box))
}

// piece is a random part of a picture, of shares of its sides between two bounds, reduced to 400 pixels.
func piece(random *rand.Rand, img *image.NRGBA, from, to float64) image.Image {
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	dx, dy := w*(from+(to-from)*random.Float64()), h*(from+(to-from)*random.Float64())
	x, y := (w-dx)*random.Float64(), (h-dy)*random.Float64()
	return imaging.Fit(imaging.Crop(img, image.Rect(int(x), int(y), int(x+dx), int(y+dy))), 400, 400, imaging.Box)
}
