package face

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
	"unmask/media/cv"

	"github.com/disintegration/imaging"
)

func TestDecode(t *testing.T) {
	cls, obj, box, kps := make([]float32, 6), make([]float32, 6), make([]float32, 24), make([]float32, 60)
	cls[4], obj[4] = .81, 1.2 // second row, second column of three; clipped to 1
	box[16], box[17], box[18], box[19] = .5, .25, float32(math.Log(2)), float32(math.Log(3))
	kps[40], kps[41], kps[48], kps[49] = -.5, 0, 1, 2
	cls[0], obj[0] = float32(math.NaN()), 1
	got := decode(cls, obj, box, kps, 3, 16)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	f := got[0]
	want := spotted{x0: 8, y0: -4, x1: 40, y1: 44, score: .9, marks: f.marks}
	for _, d := range []float64{f.x0 - want.x0, f.y0 - want.y0, f.x1 - want.x1, f.y1 - want.y1, f.score - want.score,
		f.marks[0][0] - 8, f.marks[0][1] - 16, f.marks[4][0] - 32, f.marks[4][1] - 48} {
		if math.Abs(d) > 1e-5 {
			t.Errorf("%+v, want %+v", f, want)
		}
	}
}

func TestYunetOnAPortrait(t *testing.T) {
	p := forensics.NewPass(portrait(t), networks(t))
	faces, err := Of(p)
	if err != nil || len(faces) != 1 || len(p.Faces) != 1 {
		t.Fatalf("%v %+v", err, faces)
	}
	f := faces[0]
	golden := map[string]forensics.Point{RightEye: {118, 183}, LeftEye: {206, 182}, Nose: {164.5, 237.5}, RightMouth: {126, 277}, LeftMouth: {200.5, 276}}
	for name, want := range golden {
		if got := f.Landmarks[name]; math.Hypot(got[0]-want[0], got[1]-want[1]) > 3 {
			t.Errorf("%s at %v, want %v", name, got, want)
		}
	}
	if f.Detector != finderModel || f.Score < .85 || math.Abs(f.Quality["yaw"]) > .3 || math.Abs(f.Quality["roll"]) > 5 || f.Quality["sharpness"] < minSharp {
		t.Errorf("%+v", f)
	}
	again, err := Of(forensics.NewPass(portrait(t), networks(t)))
	if err != nil || fmt.Sprint(again) != fmt.Sprint(faces) {
		t.Errorf("the second time: %+v", again)
	}
}

func TestYunetSeesNothingWhereThereIsNothing(t *testing.T) {
	e, err := engineOf(networks(t).Models)
	if err != nil {
		t.Fatal(err)
	}
	frames := []media.Frame{{Width: 1, Height: 1, Pix: make([]byte, 3)}, {Width: 5000, Height: 1, Pix: make([]byte, 15000)}, {Width: 1, Height: 5000, Pix: make([]byte, 15000)}}
	for _, name := range []string{"images/space_shuttle.jpg", "images/circles.jpg", "images/toy.jpg"} {
		frames = append(frames, detectortest.Module(t, "gocv.io/x/gocv", name).Frames[0])
	}
	for _, f := range frames {
		if faces, err := e.finder.faces(&f); err != nil || len(faces) > 0 {
			t.Errorf("%dx%d: %v %+v", f.Width, f.Height, err, faces)
		}
	}
}

func TestWhatTheNetSawBeforeDoesNotMatter(t *testing.T) {
	data, err := networks(t).Models.Read(finderModel)
	if err != nil {
		t.Fatal(err)
	}
	used, err := loadYunet(data)
	if err != nil {
		t.Fatal(err)
	}
	s := portrait(t)
	for _, size := range [][2]int{{640, 1}, {1, 640}, {640, 15}, {17, 640}, {300, 300}, {33, 65}, {640, 33}, {640, 480}} {
		pix, err := cv.Resize(s.Frames[0].Pix, s.Frames[0].Width, s.Frames[0].Height, size[0], size[1])
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := loadYunet(data)
		if err != nil {
			t.Fatal(err)
		}
		f := &media.Frame{Width: size[0], Height: size[1], Pix: pix}
		var all [3][]forensics.Face
		for i, y := range []*yunet{used, fresh, used} {
			if all[i], err = y.faces(f); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(all[0], all[1]) || !reflect.DeepEqual(all[0], all[2]) {
			t.Errorf("%v: %+v", size, all)
		}
	}
}

// A large group picture: the same portrait at several sizes, the smallest of which only a larger look finds.
func TestSmallFacesInALargePicture(t *testing.T) {
	img := imaging.New(3000, 2000, color.NRGBA{120, 130, 140, 255})
	s := portrait(t)
	face := s.Frames[0].Crop(image.Rect(0, 0, s.Frames[0].Width, s.Frames[0].Height))
	x := 50
	for _, w := range []int{900, 400, 200} {
		img = imaging.Paste(img, imaging.Resize(face, w, 0, imaging.Box), image.Pt(x, 100))
		x += w + 100
	}
	faces, err := InPicture(networks(t), img)
	if err != nil || len(faces) != 3 {
		t.Fatalf("%v, %d faces", err, len(faces))
	}
	for _, f := range faces[1:] {
		if c := faces[0].Vector.Dot(f.Vector); c < .8 {
			t.Errorf("%v: cosine %.2f to the largest", f.Face.Box, c)
		}
	}
}
