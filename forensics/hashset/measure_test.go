package hashset

import (
	"context"
	"fmt"
	"image"
	"image/color"
	_ "image/png" // pictures of the corpus
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/hashset/compile"
	"unmask/forensics/hashset/setfile"
	"unmask/forensics/pdq"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// compiled makes a set of a text.
func compiled(t *testing.T, name, text string) setfile.Given {
	t.Helper()
	source := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(source, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := compile.File(context.Background(), source, source+".set"); err != nil {
		t.Fatal(err)
	}
	s, err := setfile.Open(source + ".set")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return setfile.Given{Kind: setfile.Alert, Name: name, Set: s}
}

// Measures the lookup by digests: every second file of the corpus is listed, by each digest in turn.
func TestMeasureDigests(t *testing.T) {
	var items []media.Item
	err := filepath.WalkDir(detectortest.Corpus(t, "."), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		it := media.Item{Path: media.Path(path)}
		items = append(items, it)
		return items[len(items)-1].Digest(f)
	})
	if err != nil {
		t.Fatal(err)
	}
	listed, text := map[string]bool{}, strings.Builder{}
	for i, it := range items {
		if i%2 == 0 {
			listed[it.SHA256] = true
			text.WriteString([]string{it.MD5, strings.ToUpper(it.SHA1), it.SHA256}[i/2%3] + "\n")
		}
	}
	s := compiled(t, "every second.txt", text.String())
	var found, positives, wrong, negatives int
	for _, it := range items {
		_, findings := detect(t, &media.Sample{Item: it, Info: media.Info{Kind: media.Other}}, s)
		if listed[it.SHA256] {
			positives++
			found += len(findings)
		} else {
			negatives++
			wrong += len(findings)
		}
	}
	t.Logf("digests: %d of %d listed files found, %d of %d others", found, positives, wrong, negatives)
	if found != positives || wrong != 0 {
		t.Error("a digest decides wrongly")
	}
}

// handlings are what happens to a picture on its way, with the JPEG quality it is saved at after and the least recall.
var handlings = []struct {
	name    string
	quality int
	least   float64
	do      func(*image.NRGBA) image.Image
}{
	{"JPEG q30", 30, .98, func(m *image.NRGBA) image.Image { return m }},
	{"half size", 75, .93, func(m *image.NRGBA) image.Image { return imaging.Resize(m, m.Rect.Dx()/2, 0, imaging.Box) }},
	{"mirrored", 80, .95, func(m *image.NRGBA) image.Image { return imaging.FlipH(m) }},
	{"rotated 90 degrees", 80, .95, func(m *image.NRGBA) image.Image { return imaging.Rotate90(m) }},
	{"brighter by 30 %", 80, .95, func(m *image.NRGBA) image.Image {
		return imaging.AdjustFunc(m, func(c color.NRGBA) color.NRGBA {
			up := func(v uint8) uint8 { return uint8(min(255, int(v)*13/10)) }
			return color.NRGBA{up(c.R), up(c.G), up(c.B), 255}
		})
	}},
	{"cropped 2 % a side", 85, 0, func(m *image.NRGBA) image.Image { return crop(m, .02) }},
	{"cropped 5 % a side", 85, 0, func(m *image.NRGBA) image.Image { return crop(m, .05) }},
}

func crop(m *image.NRGBA, share float64) image.Image {
	return imaging.CropCenter(m, int(float64(m.Rect.Dx())*(1-2*share)), int(float64(m.Rect.Dy())*(1-2*share)))
}

// Measures recall of a PDQ list after each handling, and false matches among unrelated pictures.
func TestMeasurePDQ(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	pictures := distinct(t, 120)
	list := strings.Builder{}
	half := len(pictures) / 2
	for i, img := range pictures[:half] {
		fmt.Fprintf(&list, "%s,100,%d.jpg\n", hash(sample(t, img, 92)), i)
	}
	s := compiled(t, "list.pdq", list.String())
	for _, h := range handlings {
		found, wrong := 0, 0
		for i, img := range pictures {
			_, findings := detect(t, sample(t, h.do(img), h.quality), s)
			if i < half {
				found += len(findings)
			} else {
				wrong += len(findings)
			}
		}
		t.Logf("PDQ list, %-20s recall %.3f (%d of %d), false %d of %d", h.name, float64(found)/float64(half), found, half, wrong, len(pictures)-half)
		if float64(found) < h.least*float64(half) || wrong > 0 {
			t.Errorf("%s: recall fell to %d of %d, or %d unrelated pictures match", h.name, found, half, wrong)
		}
	}
}

// distinct returns pictures of the corpus with both sides of 300 pixels or more, reduced to 512, evenly picked, no two of which are near
// duplicates of each other.
func distinct(t *testing.T, most int) (out []*image.NRGBA) {
	var paths []string
	for _, dir := range []string{"faces_real", "identities"} {
		_ = filepath.WalkDir(detectortest.Corpus(t, dir), func(path string, e fs.DirEntry, err error) error {
			if slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(filepath.Ext(path))) {
				paths = append(paths, path)
			}
			return err
		})
	}
	var hashes []pdq.Hash
	for i := 0; i < len(paths) && len(out) < most; i += max(1, len(paths)/(4*most)) {
		img, err := imaging.Open(paths[i], imaging.AutoOrientation(true))
		if err != nil || min(img.Bounds().Dx(), img.Bounds().Dy()) < 300 {
			continue
		}
		small := imaging.Fit(img, 512, 512, imaging.Box)
		p := forensics.NewPass(sample(t, small, 95), forensics.Env{}).PDQ(0)
		if p.Comparable() && !slices.ContainsFunc(hashes, func(h pdq.Hash) bool { return h.Distance(p.Hash()) < 60 }) {
			hashes, out = append(hashes, p.Hash()), append(out, small)
		}
	}
	return out
}
