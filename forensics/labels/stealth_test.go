package labels

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"image"
	"image/color"
	stdpng "image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// hide writes a text behind a magic into the lowest bits of a picture.
func hide(magic, text string, w, h int) []byte {
	body := []byte(text)
	if strings.HasSuffix(magic, "comp") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(body)
		z.Close()
		body = b.Bytes()
	}
	all := append(binary.BigEndian.AppendUint32([]byte(magic), uint32(8*len(body))), body...)
	img, rnd := image.NewNRGBA(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(1, 2))
	n := 0
	next := func(c uint8) uint8 {
		if n < 8*len(all) {
			c = c&^1 | all[n/8]>>(7-n%8)&1
		}
		n++
		return c
	}
	for x := range w {
		for y := range h {
			c := color.NRGBA{uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), 255 - uint8(y&1)}
			if strings.Contains(magic, "rgb") {
				c.R, c.G, c.B = next(c.R), next(c.G), next(c.B)
			} else {
				c.A = next(c.A)
			}
			img.SetNRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := stdpng.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// opaque loads a picture with the colours that it has, whatever its alpha channel says: as OpenCV does, not as Go.
func opaque(t testing.TB, file []byte) *media.Sample {
	s := detectortest.Load(t, file)
	img, err := stdpng.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	s.Frames[0].Pix = nil
	for y := range s.Info.Height {
		for x := range s.Info.Width {
			c := img.(*image.NRGBA).NRGBAAt(x, y)
			s.Frames[0].Pix = append(s.Frames[0].Pix, c.B, c.G, c.R)
		}
	}
	return s
}

func TestHiddenSettings(t *testing.T) {
	nai, err := json.Marshal(map[string]string{"Software": "NovelAI", "Source": "NovelAI Diffusion V3", "Description": "a cat", "Comment": novel})
	if err != nil {
		t.Fatal(err)
	}
	comfy, err := json.Marshal(map[string]string{"prompt": graph, "workflow": workflow})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ magic, text, code, says string }{
		{"stealth_pngcomp", string(nai), "novelai", `model "NovelAI Diffusion V3"`},
		{"stealth_pnginfo", infotext, "sdwebui", `model "realisticVision"`},
		{"stealth_pngcomp", string(comfy), "comfyui", `model "flux1-dev.safetensors"`},
		{"stealth_rgbcomp", infotext, "sdwebui", `The text hidden in the lowest bits of the colours holds`},
		{"stealth_rgbinfo", infotext, "sdwebui", `model "realisticVision"`},
	} {
		p := forensics.NewPass(opaque(t, hide(c.magic, c.text, 140, 130)), forensics.Env{})
		if _, err := p.Detect(&Detector, unregistered); err != nil {
			t.Fatal(err)
		}
		f := p.Findings()
		if len(f) != 1 || f[0].Code != "generator."+c.code || !strings.Contains(f[0].Text, c.says) || f[0].Where.Box == nil {
			t.Errorf("%s: %+v", c.magic, f)
		}
		if claims := p.Claims(); len(claims) == 0 || claims[0].Offset != nil {
			t.Errorf("%s: %+v", c.magic, claims)
		}
	}
	for name, file := range map[string][]byte{
		"another magic": hide("stealth_pngxxxx", infotext, 140, 130), "longer than the picture": hide("stealth_pnginfo", strings.Repeat("x", 1<<14), 40, 130), "no gzip": hide("stealth_pnginfo", infotext, 140, 130)[:200],
	} {
		s := sample(t, pngWith())
		s.Raw = file
		if _, found := examine(t, s); len(found) > 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func FuzzHidden(f *testing.F) {
	for _, magic := range []string{"stealth_pngcomp", "stealth_rgbinfo"} {
		f.Add(hide(magic, infotext, 140, 130))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if c, err := stdpng.DecodeConfig(bytes.NewReader(file)); err == nil && c.Width*c.Height > 1<<20 {
			return
		}
		s := sample(t, pngWith())
		s.Raw = file
		p := forensics.NewPass(s, forensics.Env{})
		if res, err := p.Detect(&Detector, unregistered); err != nil || strings.HasPrefix(res.Reason, "panic") {
			t.Fatal(res, err)
		}
	})
}
