package surround

import (
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/media"
)

func env(t testing.TB) forensics.Env {
	t.Helper()
	return forensics.Env{Models: detectortest.Models(t, face.Networks()[0])}
}

func TestContract(t *testing.T) {
	detectortest.Run(t, Detector, env(t),
		detectortest.Case{Name: "portrait", Sample: detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg"), Clean: true},
		detectortest.Case{Name: "person", Sample: detectortest.Module(t, "gocv.io/x/gocv", "images/face.jpg"), Clean: true},
		detectortest.Case{Name: "noface", Sample: detectortest.Module(t, "gocv.io/x/gocv", "images/space_shuttle.jpg"), Clean: true},
	)
}

func TestPigoFindsTheFaceWithoutModelFiles(t *testing.T) {
	res := examine(t, forensics.Env{}, detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg"))
	if res.Status != forensics.Done || res.Features["faces"] != 1 {
		t.Errorf("%+v", res)
	}
}

func examine(t testing.TB, env forensics.Env, s *media.Sample) forensics.Result {
	t.Helper()
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	res, err := forensics.NewPass(s, env).Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// drawn is a frame with a striped oval on another pattern, and the landmarks of a face that fills the oval.
func drawn(side int, inside, outside func(x, y int) byte) (*media.Frame, forensics.Face) {
	c, unit := float64(side)/2, float64(side)/5
	marks := map[string]forensics.Point{face.RightEye: {c - unit/2, c - .55*unit}, face.LeftEye: {c + unit/2, c - .55*unit}, face.Nose: {c, c},
		face.RightMouth: {c - unit/3, c + .45*unit}, face.LeftMouth: {c + unit/3, c + .45*unit}}
	f := forensics.Face{Box: [4]int{side / 4, side / 4, side / 2, side / 2}, Landmarks: marks}
	h, _ := of(f)
	frame := &media.Frame{Width: side, Height: side, Pix: make([]byte, 0, 3*side*side)}
	for y := range side {
		for x := range side {
			v := outside(x, y)
			if r, _ := h.radius(float64(x)+.5, float64(y)+.5); r < 1 {
				v = inside(x, y)
			}
			frame.Pix = append(frame.Pix, v, v, v)
		}
	}
	return frame, f
}

func grain(size int) func(x, y int) byte {
	return func(x, y int) byte { return byte(128 + (x*7919+y*104729+x*y*31)%(2*size+1) - size) }
}

func TestDifferencesPointTheRightWay(t *testing.T) {
	for _, c := range []struct {
		name            string
		inside, outside func(x, y int) byte
		feature         string
		sign            float64
	}{
		{"more noise inside", grain(20), grain(3), "noise_luma", 1},
		{"less noise inside", grain(3), grain(20), "noise_luma", -1},
		{"the same noise", grain(9), grain(9), "noise_luma", 0},
		{"more detail inside", grain(20), grain(3), "sharp_level", 1},
		{"detail grows at the oval", grain(3), grain(30), "edge_step", 1},
		{"doubled pixels inside are alike", func(x, y int) byte { return grain(20)(x/2, y/2) }, grain(20), "resampled_1", 1},
	} {
		frame, f := drawn(400, c.inside, c.outside)
		h, ok := of(f)
		if !ok {
			t.Fatal("no hull")
		}
		p, err := cut(frame, h)
		if err != nil {
			t.Fatal(err)
		}
		m, err := measure(p)
		if err != nil {
			t.Fatal(err)
		}
		got := m.value(c.feature)
		if c.sign == 0 && math.Abs(got) > .1 || c.sign != 0 && got*c.sign < .1 {
			t.Errorf("%s: %s is %.3f", c.name, c.feature, got)
		}
	}
}

func TestForeignFaceScoresHigher(t *testing.T) {
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	score := func(inside, outside func(x, y int) byte) float64 {
		frame, f := drawn(400, inside, outside)
		l, _, err := m.worst(frame, []forensics.Face{f})
		if err != nil {
			t.Fatal(err)
		}
		return l.score
	}
	if same, foreign := score(grain(6), grain(6)), score(grain(25), grain(2)); foreign < same+.5 {
		t.Errorf("one texture throughout scores %.2f, a face of another %.2f", same, foreign)
	}
}

func TestSmallFacesAreRefusedOneByOne(t *testing.T) {
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	frame, f := drawn(400, grain(5), grain(5))
	small := f
	small.Box = [4]int{0, 0, 60, 63}
	_, _, err = m.worst(frame, []forensics.Face{small, small})
	if !errors.Is(err, forensics.ErrNotApplicable) || !strings.Contains(err.Error(), "face 2 has 63 pixels, 64 are needed") {
		t.Error(err)
	}
	if l, seen, err := m.worst(frame, []forensics.Face{small, f}); err != nil || seen != 1 || l.face.Box != f.Box {
		t.Error(seen, err)
	}
	if _, _, err := m.worst(frame, nil); !errors.Is(err, forensics.ErrNotApplicable) {
		t.Error(err)
	}
}

func TestOddFacesAreRefusedNotFatal(t *testing.T) {
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	frame, good := drawn(400, grain(5), grain(5))
	for _, marks := range [][5]forensics.Point{{}, {{-9e6, 0}, {9e6, 0}}, {{math.NaN(), 1}, {2, 3}},
		{{-900, -900}, {-800, -900}, {-850, -850}, {-890, -800}, {-810, -800}}, {{399, 200}, {401, 200}, {400, 201}, {399, 202}, {401, 202}}} {
		f := good
		f.Landmarks = map[string]forensics.Point{face.RightEye: marks[0], face.LeftEye: marks[1], face.Nose: marks[2],
			face.RightMouth: marks[3], face.LeftMouth: marks[4]}
		if _, _, err := m.worst(frame, []forensics.Face{f}); !errors.Is(err, forensics.ErrNotApplicable) {
			t.Errorf("%v: %v", marks, err)
		}
	}
}

func TestLargeFacesAreReduced(t *testing.T) {
	frame, f := drawn(2000, grain(20), grain(20))
	h, _ := of(f)
	p, err := cut(frame, h)
	if err != nil {
		t.Fatal(err)
	}
	if max(p.hull.rx, p.hull.ry) > largest+2 || p.scale >= 1 || len(p.pix) != 3*p.w*p.h {
		t.Errorf("half axes %.0f and %.0f at scale %.3f, %d bytes for %dx%d", p.hull.rx, p.hull.ry, p.scale, len(p.pix), p.w, p.h)
	}
}

func TestTheModelWantsWhatIsMeasured(t *testing.T) {
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	frame, f := drawn(300, grain(5), grain(5))
	h, _ := of(f)
	p, err := cut(frame, h)
	if err != nil {
		t.Fatal(err)
	}
	got, err := measure(p)
	if err != nil {
		t.Fatal(err)
	}
	_, parts, err := m.score(got.vector)
	if err != nil || len(m.Inputs) < 50 {
		t.Fatal(len(m.Inputs), err)
	}
	for _, c := range cues {
		if _, ok := parts[c.name]; !ok {
			t.Errorf("cue %s has no input", c.name)
		}
	}
	if len(parts) != len(cues) {
		t.Errorf("cues in the model: %v", parts)
	}
}

func TestFigure(t *testing.T) {
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	frame, f := drawn(400, grain(25), grain(2))
	l, _, err := m.worst(frame, []forensics.Face{f})
	if err != nil {
		t.Fatal(err)
	}
	img := m.figure(l)
	seen := map[color.NRGBA]int{}
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			seen[img.NRGBAAt(x, y)]++
		}
	}
	for name, c := range map[string]color.NRGBA{"oval": oval, "ring": brim, "course": course, "band": usual, "text": ink} {
		if seen[c] < 50 {
			t.Errorf("%s is not drawn", name)
		}
	}
	if img.Rect != image.Rect(0, 0, 2*panelSide+3*panelGap, 2*panelSide+3*panelGap) {
		t.Error(img.Rect)
	}
}

func TestTheMaskIsTheOval(t *testing.T) {
	frame, f := drawn(1024, grain(6), grain(6))
	p := forensics.NewPass(&media.Sample{Frames: []media.Frame{*frame}}, forensics.Env{})
	mask := ovalMask(p, f)
	h, _ := of(f)
	where, _, err := p.Marked(0, mask)
	if want := math.Pi * h.rx * h.ry / 1024 / 1024; err != nil || math.Abs(where.Share-want) > .02*want {
		t.Errorf("share %v, want %v, %v", where.Share, want, err)
	}
	if x, y := int(h.x)/2, int(h.y)/2; mask.GrayAt(x, y).Y != 255 || mask.GrayAt(2, 2).Y != 0 {
		t.Error("the middle of the face is black, or a corner white")
	}
}
