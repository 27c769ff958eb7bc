package nearest_test

import (
	"image"
	"image/draw"
	_ "image/jpeg" // corpus pictures
	_ "image/png"  // corpus pictures
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"unmask/forensics/detectortest"
	"unmask/forensics/pdq"
)

func random(r *rand.Rand) pdq.Hash { return pdq.Hash{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()} }

// near flips n bits of h.
func near(r *rand.Rand, h pdq.Hash, n int) pdq.Hash {
	for flipped := (pdq.Hash{}); n > 0; {
		b := r.IntN(256)
		if bit := uint64(1) << (b % 64); flipped[b/64]&bit == 0 {
			flipped[b/64] |= bit
			h[b/64] ^= bit
			n--
		}
	}
	return h
}

// mixed returns n hashes: half of them uniform random, half hashes of real pictures with 0..60 bits flipped.
func mixed(real []pdq.Hash, n int, seed uint64) []pdq.Hash {
	r := rand.New(rand.NewPCG(seed, 0))
	out := make([]pdq.Hash, n)
	for i := range out {
		if i%2 == 0 {
			out[i] = random(r)
		} else {
			out[i] = near(r, real[r.IntN(len(real))], r.IntN(61))
		}
	}
	return out
}

// realHashes returns the hashes of every so-many-th JPEG or PNG picture of the corpus, whole and cut in four ways, under all eight symmetries.
func realHashes(tb testing.TB, every int) []pdq.Hash {
	tb.Helper()
	var paths []string
	seen := 0
	err := filepath.WalkDir(detectortest.Corpus(tb, ""), func(path string, e fs.DirEntry, err error) error {
		if slices.Contains([]string{".jpg", ".jpeg", ".png"}, filepath.Ext(path)) {
			if seen++; seen%every == 0 {
				paths = append(paths, path)
			}
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	hashes := make([][]pdq.Hash, len(paths))
	var wg sync.WaitGroup
	for part := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := part; i < len(paths); i += runtime.GOMAXPROCS(0) {
				hashes[i] = hashFile(paths[i])
			}
		})
	}
	wg.Wait()
	return slices.Concat(hashes...)
}

// hashFile returns nothing for a file that Go cannot decode, that is large, or that has too little in it to be compared.
func hashFile(path string) (out []pdq.Hash) {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	if c, _, err := image.DecodeConfig(f); err != nil || c.Width*c.Height > 8<<20 {
		return nil
	}
	f.Seek(0, 0)
	img, _, err := image.Decode(f)
	if err != nil {
		return nil
	}
	b := img.Bounds()
	for _, cut := range []struct{ left, top, right, bottom float64 }{{}, {.05, .05, .05, .05}, {.2, 0, 0, 0}, {0, .2, 0, 0}, {.1, .1, .2, .2}} {
		w, h := float64(b.Dx()), float64(b.Dy())
		r := image.Rect(b.Min.X+int(cut.left*w), b.Min.Y+int(cut.top*h), b.Max.X-int(cut.right*w), b.Max.Y-int(cut.bottom*h))
		if p := hashPart(img, r); p.Comparable() {
			all := p.All()
			out = append(out, all[:]...)
		}
	}
	return out
}

func hashPart(img image.Image, r image.Rectangle) *pdq.Picture {
	rgba := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(rgba, rgba.Bounds(), img, r.Min, draw.Src)
	bgr := make([]byte, 0, 3*r.Dx()*r.Dy())
	for i := 0; i < len(rgba.Pix); i += 4 {
		bgr = append(bgr, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return pdq.Of(bgr, r.Dx(), r.Dy())
}
