package watermark

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// scene is a picture with soft colours, edges and grain, the same every time.
func scene(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			grain := float64(seed>>24)/32 - 4
			at := func(f, phase float64) uint8 {
				v := 120 + 60*math.Sin(f*float64(x)/90+phase) + 40*math.Cos(f*float64(y)/70-phase) + grain
				if (x/97+y/83)%5 == 0 {
					v += 25
				}
				return uint8(max(0, min(255, v)))
			}
			img.SetNRGBA(x, y, color.NRGBA{at(1, 0), at(1.3, 1), at(.7, 2), 255})
		}
	}
	return img
}

// embed writes a message as EmbedMaxDct.encode does, with colours as integers around 128, or in floating point around 0.5.
func embed(src image.Image, bits []byte, floating bool) *image.NRGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	yuv := make([][3]float64, w*h)
	centre := 128.
	if floating {
		centre = .5
	}
	whole := func(v float64) float64 {
		if floating {
			return v
		}
		return max(0, min(255, math.Round(v)))
	}
	for y := range h {
		for x := range w {
			c := color.NRGBAModel.Convert(src.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			luma := whole(.299*float64(c.R) + .587*float64(c.G) + .114*float64(c.B))
			yuv[y*w+x] = [3]float64{luma, whole(.492*(float64(c.B)-luma) + centre), whole(.877*(float64(c.R)-luma) + centre)}
		}
	}
	num := 0
	for by := range h / side {
		for bx := range w / side {
			ll := func(k int) float64 {
				x, y := bx*side+k%4*2, by*side+k/4*2
				return (yuv[y*w+x][1] + yuv[y*w+x+1][1] + yuv[(y+1)*w+x][1] + yuv[(y+1)*w+x+1][1]) / 2
			}
			at := 1
			for k := 2; k < 16; k++ {
				if math.Abs(ll(k)) > math.Abs(ll(at)) {
					at = k
				}
			}
			old := ll(at)
			v := (math.Floor(math.Abs(old)/36) + .25 + .5*float64(bits[num%len(bits)])) * 36
			if old < 0 {
				v = -v
			}
			for d := range 4 {
				p := &yuv[(by*side+at/4*2+d/2)*w+bx*side+at%4*2+d%2][1]
				*p = whole(*p + (v-old)/2)
			}
			num++
		}
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	byteOf := func(v float64) uint8 { return uint8(max(0, min(255, math.Round(v)))) }
	for i, p := range yuv {
		u, v := p[1]-centre, p[2]-centre
		out.Set(i%w, i/w, color.NRGBA{byteOf(p[0] + 1.140*v), byteOf(p[0] - .395*u - .581*v), byteOf(p[0] + 2.032*u), 255})
	}
	return out
}

func pngOf(t testing.TB, img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func examine(t testing.TB, file []byte) *forensics.Pass {
	p := forensics.NewPass(detectortest.Load(t, file), forensics.Env{})
	if res, err := p.Detect(&Detector, run); err != nil || res.Status != forensics.Done {
		t.Fatal(err, res.Reason)
	}
	return p
}

// Every message is read, alone, in both forms, and that of SDXL after JPEG, too.
func TestMessages(t *testing.T) {
	src := scene(1024, 768)
	for _, m := range messages {
		for _, floating := range []bool{false, true} {
			marked := embed(src, m.bits, floating)
			files := map[string][]byte{"png": pngOf(t, marked)}
			if m.code == "sdxl" { // how many of the others outlast JPEG, TestMeasureRecall tells
				files["q95"] = jpegOf(t, marked, 95)
			}
			for name, file := range files {
				p := examine(t, file)
				if f := p.Findings(); len(f) != 1 || f[0].Code != "generator."+m.code {
					t.Errorf("%s, floating %v, %s: %+v", m.name, floating, name, f)
				}
				if c := p.Claims(); len(c) != 1 || c[0].Kind != "watermark" || c[0].Origin != forensics.MadeByAI || c[0].Field("Bits") == "" {
					t.Errorf("%s, floating %v, %s: claims %+v", m.name, floating, name, c)
				}
			}
		}
	}
}

// Neither flat colours nor another message are taken for one.
func TestNoMessage(t *testing.T) {
	other := bytes.Repeat([]byte{1, 0, 0, 1, 1, 0}, 8)
	for name, img := range map[string]image.Image{"scene": scene(768, 512), "other message": embed(scene(768, 512), other, false)} {
		if f := examine(t, pngOf(t, img)).Findings(); len(f) != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for v := 0; v < 256; v += 5 {
		flat := image.NewUniform(color.NRGBA{uint8(v), uint8(255 - v), 200, 255})
		img := image.NewNRGBA(image.Rect(0, 0, 256, 256))
		for i := range 256 * 256 {
			img.Set(i%256, i/256, flat.C)
		}
		if f := examine(t, pngOf(t, img)).Findings(); len(f) != 0 {
			t.Errorf("flat %d: %+v", v, f)
		}
	}
}

func TestTail(t *testing.T) {
	for _, c := range []struct {
		n, k int
		want float64
	}{{48, 0, 1}, {48, 44, 7.57e-10}, {46, 43, 2.31e-10}, {32, 32, 2.33e-10}} {
		if got := tail(c.n, c.k); math.Abs(got/c.want-1) > .01 {
			t.Errorf("%d of %d: %g, not %g", c.k, c.n, got, c.want)
		}
	}
}

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "clean", Sample: detectortest.Load(t, pngOf(t, scene(512, 384))), Clean: true},
		detectortest.Case{Name: "sdxl", Sample: detectortest.Load(t, pngOf(t, embed(scene(512, 384), messages[0].bits, true)))})
}

func BenchmarkMegapixel(b *testing.B) {
	s := detectortest.Load(b, pngOf(b, scene(1024, 1024)))
	for b.Loop() {
		p := forensics.NewPass(s, forensics.Env{})
		if _, err := p.Detect(&Detector, run); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/1.048576, "ms/MP")
}
