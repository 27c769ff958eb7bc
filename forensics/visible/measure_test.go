package visible

import (
	"bytes"
	"image"
	"image/draw"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/calibration"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// photos are the pictures of folders of the corpus that Go decodes and that are large enough, in a fixed order that mixes them.
func photos(t *testing.T, folders ...string) []string {
	var out []string
	for _, folder := range folders {
		err := filepath.WalkDir(detectortest.Corpus(t, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			if r, err := os.Open(path); err == nil {
				c, _, err := image.DecodeConfig(r)
				r.Close()
				if err == nil && min(c.Width, c.Height) >= 320 && max(c.Width, c.Height) <= 3000 {
					out = append(out, path)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// TestMeasureFalseLabels counts labels that are reported of pictures without one, and what looking costs.
func TestMeasureFalseLabels(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("measures for minutes: run it with -v")
	}
	r := reader(t)
	type tally struct {
		labels, partial int
		with, without   []time.Duration // what pictures with and without rows to read cost
	}
	kinds := map[string]*tally{}
	for _, path := range photos(t, "faces_real", "identities", "manipulated") {
		s, ok := load(path)
		if !ok {
			continue
		}
		k := group(path)
		if kinds[k] == nil {
			kinds[k] = &tally{}
		}
		p := forensics.NewPass(s, forensics.Env{})
		start := time.Now()
		res, err := p.Detect(&Detector, func(p *forensics.Pass) error { return run(p, r) })
		if err != nil || res.Status == forensics.Broken {
			t.Fatal(path, res, err)
		}
		if cost := time.Since(start); res.Features["rows_frame_0"] > 0 {
			kinds[k].with = append(kinds[k].with, cost)
		} else {
			kinds[k].without = append(kinds[k].without, cost)
		}
		for _, f := range p.Findings() {
			t.Logf("%s: %s %s", path, f.Code, f.Text)
			switch f.Code {
			case "label.visible.present":
				kinds[k].labels++
			case "label.visible.partial":
				kinds[k].partial++
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		n := len(k.with) + len(k.without)
		slices.Sort(k.with)
		slices.Sort(k.without)
		_, high := calibration.Wilson(k.labels+k.partial, n)
		t.Logf("%s: %d pictures, %d labels, %d partial, which proves less than %.2f %%; with rows to read %d, median %v; without %d, median %v",
			name, n, k.labels, k.partial, 100*high, len(k.with), median(k.with), len(k.without), median(k.without))
	}
}

// group tells apart the pictures of the corpus: the folder, and whether those of manipulated are.
func group(path string) string {
	switch {
	case strings.Contains(path, "/faces_real/"):
		return "faces_real"
	case strings.Contains(path, "/identities/"):
		return "identities"
	case strings.Contains(path, "/authentic/"), strings.Contains(path, "/orig/"), strings.Contains(path, "/original/"), strings.Contains(path, "metadata-extractor-images"):
		return "manipulated, genuine"
	}
	return "manipulated, edited"
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return d[len(d)/2].Round(time.Millisecond)
}

func load(path string) (*media.Sample, bool) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	return asSample(img), true
}

func asSample(img image.Image) *media.Sample {
	b := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Bounds(), img, b.Min, draw.Src)
	f := media.Frame{Width: b.Dx(), Height: b.Dy(), Pix: make([]byte, 0, 3*b.Dx()*b.Dy())}
	for i := 0; i < len(rgba.Pix); i += 4 {
		f.Pix = append(f.Pix, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return &media.Sample{Info: media.Info{Kind: media.Image, Format: "jpeg", Width: f.Width, Height: f.Height}, Frames: []media.Frame{f}}
}

// TestMeasureVendorMarks reads the marks that three services put on pictures of one shade.
func TestMeasureVendorMarks(t *testing.T) {
	const folder = "provenance/remove-ai-watermarks/wiltodelta_remove-ai-watermarks/data/calibration/"
	for file, want := range map[string]string{
		"doubao/doubao_gray_1x1_1.png": "visible.present visible.small aigc.missing",
		"jimeng/jimeng_cap_A.png":      "visible.partial",
		"samsung/samsung_gray_1.png":   "visible.present visible.small aigc.missing",
	} {
		p := examine(t, detectortest.File(t, detectortest.Corpus(t, folder+file)))
		if got := codes(p); got != want {
			t.Errorf("%s: %s", file, got)
		}
		for _, f := range p.Findings() {
			t.Logf("%s: %s", file, f.Text)
		}
	}
}
