package face

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// portrait is pigo's own sample: one man's face, in the module cache.
func portrait(t testing.TB) *media.Sample {
	return detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")
}

func finder(t testing.TB) *Finder {
	t.Helper()
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPortraitHasOneFaceWithPlausibleLandmarks(t *testing.T) {
	s := portrait(t)
	faces := finder(t).Find(&s.Frames[0])
	if len(faces) != 1 {
		t.Fatalf("found %d faces: %+v", len(faces), faces)
	}
	f := faces[0]
	p := f.Landmarks
	if !(p[RightEye][0] < p[Nose][0] && p[Nose][0] < p[LeftEye][0] && p[RightMouth][0] < p[LeftMouth][0]) {
		t.Errorf("right and left are mixed up: %v", p)
	}
	if !(p[RightEye][1] < p[Nose][1] && p[Nose][1] < p[RightMouth][1] && p[Nose][1] < p[LeftMouth][1]) {
		t.Errorf("above and below are mixed up: %v", p)
	}
	for name, at := range p {
		if at[0] < float64(f.Box[0]) || at[0] > float64(f.Box[0]+f.Box[2]) || at[1] < float64(f.Box[1]) || at[1] > float64(f.Box[1]+f.Box[3]) {
			t.Errorf("%s at %v is outside the box %v", name, at, f.Box)
		}
	}
	if apart := math.Hypot(p[LeftEye][0]-p[RightEye][0], p[LeftEye][1]-p[RightEye][1]); math.Abs(apart-f.Quality["inter_eye"]) > .05 {
		t.Errorf("inter_eye is %v, the pupils are %v apart", f.Quality["inter_eye"], apart)
	}
}

func TestSamePictureSameFaces(t *testing.T) {
	s := portrait(t)
	first := finder(t).Find(&s.Frames[0])
	for range 20 {
		if again := finder(t).Find(&s.Frames[0]); !reflect.DeepEqual(first, again) {
			t.Fatalf("differs:\n%+v\n%+v", first, again)
		}
	}
}

func TestLandmarksMoveWithThePicture(t *testing.T) {
	s := portrait(t)
	plain := finder(t).Find(&s.Frames[0])[0]
	for _, c := range []struct {
		name string
		make func(*media.Frame) media.Frame
		to   func(name string) (string, forensics.Point)
	}{
		{"mirrored", mirrored, func(name string) (string, forensics.Point) {
			p := plain.Landmarks[name]
			swap := strings.NewReplacer("right", "left", "left", "right").Replace(name)
			return swap, forensics.Point{float64(s.Frames[0].Width) - p[0], p[1]}
		}},
		{"three times as large", func(f *media.Frame) media.Frame { return enlarged(f, 3) }, func(name string) (string, forensics.Point) {
			p := plain.Landmarks[name]
			return name, forensics.Point{3 * p[0], 3 * p[1]}
		}},
	} {
		frame := c.make(&s.Frames[0])
		faces := finder(t).Find(&frame)
		if len(faces) != 1 {
			t.Fatalf("%s: %d faces", c.name, len(faces))
		}
		tolerance := .08 * faces[0].Quality["inter_eye"]
		for name := range plain.Landmarks {
			want, at := c.to(name)
			got := faces[0].Landmarks[want]
			if d := math.Hypot(got[0]-at[0], got[1]-at[1]); d > tolerance {
				t.Errorf("%s: %s at %v, want %v (off by %.1f, at most %.1f)", c.name, want, got, at, d, tolerance)
			}
		}
	}
}

func mirrored(f *media.Frame) media.Frame {
	out := media.Frame{Width: f.Width, Height: f.Height, Pix: make([]byte, len(f.Pix))}
	for y := range f.Height {
		for x := range f.Width {
			copy(out.Pix[3*(y*f.Width+f.Width-1-x):], f.Pix[3*(y*f.Width+x):][:3])
		}
	}
	return out
}

func enlarged(f *media.Frame, times int) media.Frame {
	out := media.Frame{Width: times * f.Width, Height: times * f.Height}
	for y := range out.Height {
		for x := range out.Width {
			out.Pix = append(out.Pix, f.Pix[3*(y/times*f.Width+x/times):][:3]...)
		}
	}
	return out
}

func TestNothingInPicturesWithoutFaces(t *testing.T) {
	for _, name := range []string{"images/space_shuttle.jpg", "images/circles.jpg", "images/toy.jpg"} {
		s := detectortest.Module(t, "gocv.io/x/gocv", name)
		if faces := finder(t).Find(&s.Frames[0]); len(faces) > 0 {
			t.Errorf("%s: %+v", name, faces)
		}
	}
}

func TestOddShapes(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4000}, {4000, 1}, {33, 33}, {2000, 40}} {
		f := media.Frame{Width: size[0], Height: size[1], Pix: bytes.Repeat([]byte{7, 90, 200}, size[0]*size[1])}
		if faces := finder(t).Find(&f); len(faces) > 0 {
			t.Errorf("%v: %+v", size, faces)
		}
	}
}

func TestOfLooksAtTheFirstFrameOfEachBurst(t *testing.T) {
	one := portrait(t).Frames[0]
	frames := make([]media.Frame, 4)
	for i, burst := range []int{0, 0, 1, 1} {
		frames[i] = one
		frames[i].Index, frames[i].Burst = 10*i, burst
	}
	p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Video}, Frames: frames}, forensics.Env{})
	faces, err := Of(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(faces) != 2 || faces[0].Frame != 0 || faces[1].Frame != 20 {
		t.Errorf("got %+v", faces)
	}
	if !reflect.DeepEqual(p.Faces, faces) {
		t.Error("the pass does not carry the faces")
	}
	if again, _ := Of(p); &again[0] != &faces[0] {
		t.Error("computed twice")
	}
}

func TestSurestKeepsTheOrder(t *testing.T) {
	var faces []forensics.Face
	for i := range 3 * most {
		faces = append(faces, forensics.Face{Frame: i, Score: float64(i * 7919 % (3 * most))})
	}
	got := surest(faces)
	if len(got) != most {
		t.Fatalf("%d faces", len(got))
	}
	for i, f := range got {
		if f.Score < 2*most {
			t.Errorf("kept score %v", f.Score)
		}
		if i > 0 && f.Frame < got[i-1].Frame {
			t.Error("order lost")
		}
	}
}

func TestDamagedCascadesAreRefused(t *testing.T) {
	data, err := cascades.ReadFile("cascade/lp93")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseRegressor(data); err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 15, 16, len(data) / 2, len(data) - 1} {
		if _, err := parseRegressor(data[:n]); err == nil {
			t.Errorf("%d bytes of %d were accepted", n, len(data))
		}
	}
}

func FuzzParseRegressor(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 63, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	g := grey{make([]byte, 12), 4, 3}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := parseRegressor(data); err == nil {
			r.locate(&g, spot{2, 1, 3}, upright)
		}
	})
}

// BenchmarkFind searches a picture of 2 megapixels: pigo's sample, four times as large.
func BenchmarkFind(b *testing.B) {
	s := portrait(b)
	f := enlarged(&s.Frames[0], 4)
	find := finder(b)
	for b.Loop() {
		find.Find(&f)
	}
}
