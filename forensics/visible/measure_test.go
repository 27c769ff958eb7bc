package visible

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
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

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
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

// TestMeasureDrawnLabels draws labels on photographs of the corpus and counts those that are read. It needs Debian's fonts-noto-cjk.
func TestMeasureDrawnLabels(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("measures for minutes: run it with -v")
	}
	const file = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("apt-get install fonts-noto-cjk: %v", err)
	}
	fonts, err := opentype.ParseCollection(data)
	if err != nil {
		t.Fatal(err)
	}
	chinese, err := fonts.Font(2) // simplified
	if err != nil {
		t.Fatal(err)
	}
	all := photos(t, "faces_real", "manipulated")
	wordings := []string{"AI生成", "内容由AI生成", "由AI生成", "豆包AI生成", "人工智能合成", "AI-generated"}
	styles := []string{"white", "black", "outlined", "half transparent", "banner"}
	sizes := []float64{.03, .04, .05, .06, .08}
	total, read := map[string]int{}, map[string]int{}
	var heights []float64
	const n = 150
	for i := range n {
		s, ok := load(all[i%len(all)])
		if !ok {
			continue
		}
		style, size, place, wording := styles[i%5], sizes[i/5%5], (i+i/25)%5, wordings[i%6]
		img, box := drawn(t, s, chinese, wording, style, size, place)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 75}); err != nil {
			t.Fatal(err)
		}
		p := examine(t, detectortest.Load(t, b.Bytes()))
		for _, key := range []string{style, fmt.Sprint(size), "all"} {
			total[key]++
		}
		for _, f := range p.Findings() {
			if f.Code == "label.visible.present" && image.Rect(f.Where.Box[0], f.Where.Box[1], f.Where.Box[0]+f.Where.Box[2], f.Where.Box[1]+f.Where.Box[3]).Overlaps(box) {
				for _, key := range []string{style, fmt.Sprint(size), "all"} {
					read[key]++
				}
				heights = append(heights, float64(f.Where.Box[3])/float64(box.Dy()))
			}
		}
	}
	for _, key := range append(append([]string{"all"}, styles...), "0.03", "0.04", "0.05", "0.06", "0.08") {
		t.Logf("%-16s %3d of %3d read", key, read[key], total[key])
	}
	slices.Sort(heights)
	t.Logf("measured height for drawn: 5%% %.2f, median %.2f, 95%% %.2f", heights[len(heights)/20], heights[len(heights)/2], heights[len(heights)*19/20])
}

// drawn writes a label onto a picture; box is what its characters cover.
func drawn(t *testing.T, s *media.Sample, f *opentype.Font, wording, style string, size float64, place int) (*image.NRGBA, image.Rectangle) {
	frame := &s.Frames[0]
	img := frame.Crop(image.Rect(0, 0, frame.Width, frame.Height))
	short := float64(min(frame.Width, frame.Height))
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size * short * 1.08, DPI: 72}) // Chinese characters fill .93 of the em
	if err != nil {
		t.Fatal(err)
	}
	bounds, _ := font.BoundString(face, wording)
	r := image.Rect(bounds.Min.X.Floor(), bounds.Min.Y.Floor(), bounds.Max.X.Ceil(), bounds.Max.Y.Ceil())
	room := int(.02 * short)
	x := []int{room, frame.Width - r.Dx() - room, room, frame.Width - r.Dx() - room, (frame.Width - r.Dx()) / 2}[place]
	y := []int{room, room, frame.Height - r.Dy() - room, frame.Height - r.Dy() - room, frame.Height - r.Dy() - room}[place]
	box := image.Rect(x, y, x+r.Dx(), y+r.Dy())
	text := func(dx, dy int, c color.Color) {
		d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x-r.Min.X+dx, y-r.Min.Y+dy)}
		d.DrawString(wording)
	}
	white, black := color.NRGBA{255, 255, 255, 255}, color.NRGBA{0, 0, 0, 255}
	switch style {
	case "white":
		text(0, 0, white)
	case "black":
		text(0, 0, black)
	case "half transparent":
		text(0, 0, color.NRGBA{255, 255, 255, 128})
	case "outlined":
		thick := max(1, r.Dy()/16)
		for dy := -thick; dy <= thick; dy++ {
			for dx := -thick; dx <= thick; dx++ {
				text(dx, dy, black)
			}
		}
		text(0, 0, white)
	case "banner":
		draw.Draw(img, box.Inset(-room/2), image.NewUniform(color.NRGBA{0, 0, 0, 150}), image.Point{}, draw.Over)
		text(0, 0, white)
	}
	return img, box
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
