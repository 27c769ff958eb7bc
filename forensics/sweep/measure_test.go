package sweep

import (
	"image"
	"image/draw"
	_ "image/jpeg" // corpus pictures
	_ "image/png"  // corpus pictures
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"unmask/forensics/detectortest"
	"unmask/forensics/pdq"
)

// transform hashes a part of a picture: what is cut away of each side, in shares.
func transform(img image.Image, left, top, right, bottom float64) *pdq.Picture {
	b := img.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	r := image.Rect(b.Min.X+int(left*w), b.Min.Y+int(top*h), b.Max.X-int(right*w), b.Max.Y-int(bottom*h))
	rgba := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	draw.Draw(rgba, rgba.Bounds(), img, r.Min, draw.Src)
	bgr := make([]byte, 0, 3*r.Dx()*r.Dy())
	for i := 0; i < len(rgba.Pix); i += 4 {
		bgr = append(bgr, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return pdq.Of(bgr, r.Dx(), r.Dy())
}

// photographs decodes every so-many-th JPEG or PNG picture of the corpus.
func photographs(t *testing.T, every int) (out []image.Image) {
	seen := 0
	err := filepath.WalkDir(detectortest.Corpus(t, ""), func(path string, e fs.DirEntry, err error) error {
		if !slices.Contains([]string{".jpg", ".png"}, filepath.Ext(path)) {
			return err
		}
		if seen++; seen%every != 0 {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if c, _, err := image.DecodeConfig(f); err != nil || c.Width*c.Height > 4<<20 {
			return nil
		}
		f.Seek(0, 0)
		if img, _, err := image.Decode(f); err == nil {
			out = append(out, img)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func share(t *testing.T, what string, d []int) {
	slices.Sort(d)
	at := func(q float64) int { return d[int(q*float64(len(d)-1))] }
	over := len(d) - func() int { i, _ := slices.BinarySearch(d, different+1); return i }()
	t.Logf("%-36s %7d pairs: least %3d, 1%% %3d, median %3d, 99%% %3d, most %3d; beyond %d: %.4f", what, len(d), d[0], at(.01), at(.5), at(.99), d[len(d)-1], different, float64(over)/float64(len(d)))
}

// What the thresholds rest on: how far apart different pictures are, and the same ones cut, under any symmetry.
func TestMeasureDistances(t *testing.T) {
	var whole []*pdq.Picture
	cuts := map[string][4]float64{"5 % cut off each side": {.05, .05, .05, .05}, "10 % cut off each side": {.1, .1, .1, .1}, "20 % cut off one side": {.2, 0, 0, 0},
		"25 % cut off two sides (to square)": {.125, 0, .125, 0}, "20 % cut off each side": {.2, .2, .2, .2}}
	cut := map[string][]int{}
	var derived []int
	for _, img := range photographs(t, 5) {
		p := transform(img, 0, 0, 0, 0)
		if !p.Comparable() {
			continue
		}
		whole = append(whole, p)
		all := allTurned(p.Hash())
		for s, h := range p.All() {
			derived = append(derived, all[s].Distance(h))
		}
		for name, c := range cuts {
			if q := transform(img, c[0], c[1], c[2], c[3]); q.Comparable() {
				cut[name] = append(cut[name], apart(&all, q.Hash()))
			}
		}
	}
	share(t, "hash derived against computed", derived)
	for name, d := range cut {
		share(t, name, d)
	}
	var other []int
	for i, p := range whole {
		all := allTurned(p.Hash())
		for _, q := range whole[:i] {
			other = append(other, apart(&all, q.Hash()))
		}
	}
	share(t, "different files", other)
}
