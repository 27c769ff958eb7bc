package visible

import (
	"image"

	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// reader skips where tesseract is not installed.
func reader(t testing.TB) *tesseract {
	t.Helper()
	r, _, err := find()
	if err != nil {
		t.Skip(err)
	}
	return r
}

// examine returns what is found in a sample whose file carries the given claims.
func examine(t testing.TB, s *media.Sample, carried ...forensics.Claim) *forensics.Pass {
	t.Helper()
	p := forensics.NewPass(s, forensics.Env{})
	for _, c := range carried {
		p.Claim(c)
	}
	r := reader(t)
	if res, err := p.Detect(&Detector, func(p *forensics.Pass) error { return run(p, r) }); err != nil || res.Status == forensics.Broken {
		t.Fatal(res, err)
	}
	return p
}

func codes(p *forensics.Pass) string {
	var out []string
	for _, f := range p.Findings() {
		out = append(out, strings.TrimPrefix(f.Code, "label."))
	}
	return strings.Join(out, " ")
}

func TestContract(t *testing.T) {
	reader(t)
	var cases []detectortest.Case
	for _, name := range []string{"corner", "small", "middle", "vendor", "clean"} {
		cases = append(cases, detectortest.Case{Name: name, Sample: detectortest.File(t, "testdata/"+name+".png"), Clean: name == "clean"})
	}
	detectortest.Run(t, Detector, forensics.Env{}, cases...)
}

func TestLabels(t *testing.T) {
	for name, want := range map[string]string{
		"corner": "visible.present aigc.missing", "small": "visible.present visible.small aigc.missing", "middle": "visible.present visible.position aigc.missing",
		"vendor": "visible.partial", "clean": "",
	} {
		p := examine(t, detectortest.File(t, "testdata/"+name+".png"))
		if got := codes(p); got != want {
			t.Errorf("%s: %s, claims %+v", name, got, p.Claims())
		}
	}
	p := examine(t, detectortest.File(t, "testdata/corner.png"))
	c := p.Claims()[0]
	if !strings.HasPrefix(c.Field("Text"), "内") || !strings.HasSuffix(c.Field("Text"), "生成") || c.Origin != forensics.MadeByAI || c.Place != "the pixels, in the bottom right corner" {
		t.Errorf("%+v", c)
	}
	if box, drawn := p.Findings()[0].Where.Box, image.Rect(271, 319, 455, 346); image.Rect(box[0], box[1], box[0]+box[2], box[1]+box[3]).Intersect(drawn).Dx() < 150 {
		t.Errorf("the label is not at %v", box)
	}
}

// The standard wants an implicit and a visible label; one without the other is a finding.
func TestPairs(t *testing.T) {
	offset, length := int64(40), int64(200)
	implicit := forensics.Claim{Kind: "aigc", Origin: forensics.MadeByAI, Place: "a PNG tEXt chunk", Offset: &offset, Length: &length}
	for _, c := range []struct{ name, want string }{{"corner", "visible.present"}, {"clean", "visible.missing"}, {"vendor", "visible.partial visible.missing"}} {
		if got := codes(examine(t, detectortest.File(t, "testdata/"+c.name+".png"), implicit)); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestVideos(t *testing.T) {
	labelled, plain := detectortest.File(t, "testdata/corner.png").Frames[0], detectortest.File(t, "testdata/clean.png").Frames[0]
	type span struct{ from, to float64 } // seconds in which the label is shown
	video := func(length float64, shown span) *media.Sample {
		s := &media.Sample{Info: media.Info{Kind: media.Video, Format: "mp4", Duration: length}}
		frame := func(index int) media.Frame {
			f := plain
			if at := float64(index) / 25; at >= shown.from && at < shown.to {
				f = labelled
			}
			f.Index, f.Time = index, time.Duration(index)*40*time.Millisecond
			return f
		}
		for _, i := range []int{0, 13, 25, 38, 49} {
			if float64(i) < 25*length {
				s.Opening = append(s.Opening, frame(i))
			}
		}
		for i := range 8 {
			s.Frames = append(s.Frames, frame(int(25*length)*(2*i+1)/16))
		}
		return s
	}
	broken := video(10, span{0, 10})
	broken.Partial, broken.Opening, broken.Frames = media.Failf("decode.truncated", "cut"), broken.Opening[:3], broken.Opening[:3]
	for name, c := range map[string]struct {
		sample            *media.Sample
		found             string
		t0, t1            float64
		opening, duration string
	}{
		"all the time":           {video(10, span{0, 10}), "", 0, 9.36, "passed", "passed: it was seen in each of the 13 frames looked at from 0 to 9.36 s"},
		"two seconds and a half": {video(10, span{0, 2.5}), "", 0, 1.96, "passed", "passed: it was seen in each of the 7 frames looked at from 0 to 1.96 s, and not any more at 3.12 s"},
		"two seconds":            {video(2, span{0, 2}), "", 0, 1.96, "passed", "passed: "},
		"one second":             {video(10, span{0, 1}), "brief", 0, .6, "passed", "failed: it was seen up to 0.60 s, and not any more at 1.00 s"},
		"later":                  {video(10, span{3, 6}), "late", 3.12, 5.6, "failed", "not_checked: it was not seen at the opening, but from 3.12 to 5.60 s"},
		"a short video":          {video(1.5, span{0, 1.5}), "", 0, 1.36, "passed", "not_checked: the video lasts 1.50 s only"},
		"cut off":                {broken, "", 0, 1, "passed", "not_checked: no frame after 1.00 s was looked at"},
	} {
		p := examine(t, c.sample)
		want := strings.TrimSpace("visible.present visible." + c.found + " aigc.missing")
		if got := codes(p); got != strings.Replace(want, "visible. ", "", 1) {
			t.Errorf("%s: %s", name, got)
			continue
		}
		if r := p.Findings()[0].Range; r == nil || r.T0 != c.t0 || r.T1 != c.t1 {
			t.Errorf("%s: %+v", name, r)
		}
		for _, k := range p.Claims()[0].Checks {
			if k.What == "opening frame" && string(k.Result) != c.opening || k.What == "shown for two seconds" && !strings.HasPrefix(string(k.Result)+": "+k.Detail, c.duration) {
				t.Errorf("%s: %+v", name, k)
			}
		}
	}
	if got := codes(examine(t, video(10, span{}))); got != "" {
		t.Errorf("no label: %s", got)
	}
}

func TestWording(t *testing.T) {
	for text, want := range map[string]kind{
		"AI生成": full, "内容由 AI 生成": full, "豆包Al 生成": full, "人工智能合成": full, "AI-generated": full, "Generated by AI": full, "Made with AI": full,
		"凡生成": full, "由人生成": full, "豆包AI生赠": full, "Contenuti generati dall'AI": full,
		"即梦AI": partial, "豆包Al": partial, "AI": nothing, "AIRBUS": nothing, "Alberto generated": nothing, "generated": nothing, "生成": nothing, "人生": nothing,
		"人工": nothing, "CHAIR": nothing, "Al Gore": nothing, "": nothing, "AI generated pictures are the subject of this long paragraph": nothing,
	} {
		if got := classify(text, 90); got != want {
			t.Errorf("%q is %d, not %d", text, got, want)
		}
		if classify(text, 20) != nothing {
			t.Errorf("%q counts although nobody could read it", text)
		}
	}
}

func TestWithoutTesseract(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if v := Version(); v != "none" {
		t.Errorf("version %q", v)
	}
	read, err := Detector.New(forensics.Env{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := forensics.NewPass(detectortest.File(t, "testdata/corner.png"), forensics.Env{}).Detect(&Detector, read)
	if err != nil || res.Status != forensics.NotApplied || !strings.Contains(res.Reason, install) {
		t.Errorf("%+v %v", res, err)
	}
}

func TestHostilePicturesCostLittle(t *testing.T) {
	for name, at := range map[string]func(x, y int) uint8{
		"noise":        func(x, y int) uint8 { return uint8((x*7919 ^ y*104729) * 2654435761 >> 13) },
		"chequerboard": func(x, y int) uint8 { return uint8((x/4 + y/4) % 2 * 255) },
		"bars":         func(x, y int) uint8 { return uint8(x / 3 % 2 * 255) },
		"dots":         func(x, y int) uint8 { return uint8(255 * (1 - min(1, x%9/4+y%14/6))) },
	} {
		f := media.Frame{Width: 1600, Height: 1200, Pix: make([]byte, 3*1600*1200)}
		for i := range f.Pix {
			f.Pix[i] = at(i/3%1600, i/3/1600)
		}
		start := time.Now()
		small := reduced(&f)
		rows, err := small.lines()
		if d := time.Since(start); err != nil || d > 3*time.Second {
			t.Errorf("%s took %v: %v", name, d, err)
		} else {
			t.Logf("%-12s %v, %d rows", name, d.Round(time.Millisecond), len(rows))
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("level\tpage_num\n5\t1\t1\t1\t1\t1\t12\t20\t120\t40\t96.1\tAI\n5\t2\t1\t1\t1\t1\t12\t20\t1\t4\t6\t生成\n", 2)
	f.Add("5\t-1\t1\t1\t1\t1\t12\t20\t99999999999\t40\tNaN\tAI", 1)
	f.Fuzz(func(t *testing.T, tsv string, pages int) {
		pages = max(0, min(pages, 12))
		for _, ws := range words(tsv, pages) {
			text, confidence := joined(ws)
			classify(text, confidence)
			for _, w := range ws {
				if w.text == "" || !(w.confidence >= 0 && w.confidence <= 100) || w.box.Dx() < 0 {
					t.Fatalf("%+v", w)
				}
			}
		}
	})
}
