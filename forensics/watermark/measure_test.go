package watermark

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// pictures returns those of folders of the corpus that Go decodes and that are large enough, none of more than 12 megapixels.
func pictures(t *testing.T, folders ...string) (out []string) {
	for _, folder := range folders {
		err := filepath.WalkDir(detectortest.Corpus(t, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			if c, _, err := image.DecodeConfig(f); err == nil && c.Width*c.Height >= leastPixels && c.Width*c.Height <= 12e6 {
				out = append(out, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestMeasureGenuine counts watermarks in pictures that are not known to carry one.
func TestMeasureGenuine(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("measures for minutes: run it with -v")
	}
	for _, folder := range []string{"faces_real", "identities", "manipulated", "faceswap", "faces_synthetic", "provenance"} {
		n, found, most := 0, 0, 0.
		for _, path := range pictures(t, folder) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := image.Decode(bytes.NewReader(raw)); err != nil {
				continue
			}
			n++
			p := forensics.NewPass(detectortest.Load(t, raw), forensics.Env{})
			res, err := p.Detect(&Detector, run)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range res.Features {
				most = max(most, v)
			}
			for _, f := range p.Findings() {
				found++
				t.Logf("%s: %s", path, f.Text)
			}
		}
		t.Logf("%s: %d pictures, %d findings, highest share of matching bits %.2f", folder, n, found, most)
	}
}

// TestMeasureRecall embeds messages into genuine photographs, every eighth of the corpus, and counts those that are read.
func TestMeasureRecall(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("measures for minutes: run it with -v")
	}
	type kind struct {
		message, form, file string
	}
	read, n := map[kind]int{}, 0
	for i, path := range pictures(t, "faces_real", "identities") {
		if i%8 != 0 {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		src, _, err := image.Decode(bytes.NewReader(raw))
		if err != nil || src.Bounds().Dx()*src.Bounds().Dy() > 2e6 {
			continue
		}
		n++
		for _, m := range messages {
			for form, floating := range map[string]bool{"integer": false, "floating": true} {
				marked := embed(src, m.bits, floating)
				for file, data := range map[string][]byte{"png": pngOf(t, marked), "q95": jpegOf(t, marked, 95), "q75": jpegOf(t, marked, 75)} {
					k := kind{m.feature, form, file}
					if f := examine(t, data).Findings(); len(f) > 0 && f[0].Code == "generator."+m.code {
						read[k]++
					} else {
						read[k] += 0
					}
				}
			}
		}
	}
	var keys []kind
	for k := range read {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b kind) int { return strings.Compare(a.message+a.form+a.file, b.message+b.form+b.file) })
	for _, k := range keys {
		t.Logf("%s, %s, %s: %d of %d", k.message, k.form, k.file, read[k], n)
	}
}
