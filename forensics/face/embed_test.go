package face

import (
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
	"unmask/models"

	"github.com/disintegration/imaging"
)

func networks(t testing.TB) forensics.Env {
	t.Helper()
	return forensics.Env{Models: detectortest.Models(t, Networks()...)}
}

// marked returns a picture that is grey but for a white dot at each landmark, and the landmarks: the template under a similarity.
func marked(scale, degrees, x, y float64) (*media.Frame, [5]forensics.Point) {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	img := imaging.New(900, 900, color.NRGBA{90, 90, 90, 255})
	var marks [5]forensics.Point
	for k := range marks {
		u, v := scale*place(k)[0], scale*place(k)[1]
		marks[k] = forensics.Point{x + u*cos - v*sin, y + u*sin + v*cos}
		r := int(math.Ceil(scale))
		at := image.Pt(int(marks[k][0]), int(marks[k][1]))
		for dy := -r; dy <= r; dy++ {
			for dx := -r; dx <= r; dx++ {
				img.SetNRGBA(at.X+dx, at.Y+dy, color.NRGBA{255, 255, 255, 255})
			}
		}
	}
	return FrameOf(img), marks
}

func TestAlignPutsLandmarksInTheirPlaces(t *testing.T) {
	for _, c := range []struct{ scale, degrees, x, y float64 }{{1, 0, 200, 300}, {1, 25, 300, 200}, {3.7, -40, 50, 450}, {6, 5, 80, 30}, {.6, 0, 500, 500}} {
		frame, marks := marked(c.scale, c.degrees, c.x, c.y)
		chip, ok := Align(frame, marks)
		if !ok {
			t.Fatal(c)
		}
		for k := range marks {
			if got := chip.NRGBAAt(int(place(k)[0]), int(place(k)[1])); got.R < 200 {
				t.Errorf("%+v: no dot at landmark %d, %v", c, k, got)
			}
		}
		if got := chip.NRGBAAt(56, 30); got.R != 90 {
			t.Errorf("%+v: %v on the forehead", c, got)
		}
	}
}

func TestAlignRefusesOnePoint(t *testing.T) {
	frame, _ := marked(1, 0, 0, 0)
	if _, ok := Align(frame, [5]forensics.Point{}); ok {
		t.Error("five landmarks in one place were aligned")
	}
}

func TestAlignOutsideTheFrameIsBlack(t *testing.T) {
	frame, marks := marked(1, 0, -60, 850)
	chip, ok := Align(frame, marks)
	if got := chip.NRGBAAt(0, 111); !ok || got != (color.NRGBA{0, 0, 0, 255}) {
		t.Errorf("%v %v", ok, got)
	}
}

func TestEmbeddingKnowsTheFaceAgain(t *testing.T) {
	env := networks(t)
	whole := portrait(t)
	img := whole.Frames[0].Crop(image.Rect(0, 0, whole.Frames[0].Width, whole.Frames[0].Height))
	embed := func(m image.Image) Embedded {
		t.Helper()
		faces, err := InPicture(env, m)
		if err != nil || len(faces) != 1 || faces[0].Vector == nil {
			t.Fatalf("%v %+v", err, faces)
		}
		return faces[0]
	}
	first := embed(img).Vector
	if l := math.Sqrt(first.Dot(first)); math.Abs(l-1) > 1e-5 {
		t.Errorf("length %v", l)
	}
	for name, m := range map[string]image.Image{"mirrored": imaging.FlipH(img), "half": imaging.Resize(img, img.Rect.Dx()/2, 0, imaging.Box), "turned": imaging.Rotate(img, 15, color.Black)} {
		if c := embed(m).Vector.Dot(first); c < .8 {
			t.Errorf("%s: cosine %.2f", name, c)
		}
	}
	other := detectortest.Module(t, "gocv.io/x/gocv", "images/face.jpg").Frames[0]
	faces, err := Embed(forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{other}}, env))
	if err != nil || len(faces) == 0 || faces[0].Vector == nil {
		t.Fatalf("%v %+v", err, faces)
	}
	if c := faces[0].Vector.Dot(first); c > .3 {
		t.Errorf("two people: cosine %.2f", c)
	}
}

func TestRefused(t *testing.T) {
	good := forensics.Face{Score: .9, Quality: map[string]float64{"inter_eye": 50, "yaw": .2, "sharpness": 15}}
	if gate, why := refuse(good); gate != "" || why != "" {
		t.Error(gate, why)
	}
	for gate, change := range map[string]func(*forensics.Face){
		"unsure": func(f *forensics.Face) { f.Score = .75 }, "small": func(f *forensics.Face) { f.Quality["inter_eye"] = 8 },
		"turned": func(f *forensics.Face) { f.Quality["yaw"] = -1.9 }, "blurred": func(f *forensics.Face) { f.Quality["sharpness"] = .7 },
	} {
		f := good
		f.Quality = map[string]float64{"inter_eye": 50, "yaw": .2, "sharpness": 15}
		change(&f)
		if got, why := refuse(f); got != gate || why == "" {
			t.Errorf("%s: %q %q", gate, got, why)
		}
	}
}

func TestWithoutModelsPigoFindsAndNobodyEmbeds(t *testing.T) {
	p := forensics.NewPass(portrait(t), forensics.Env{Models: models.Folder(t.TempDir())})
	faces, err := Of(p)
	if err != nil || len(faces) != 1 || faces[0].Detector != "pigo" {
		t.Errorf("%v %+v", err, faces)
	}
	if _, err := Embed(p); !errors.Is(err, models.ErrMissing) || !strings.Contains(err.Error(), "unmask models fetch") {
		t.Errorf("%v", err)
	}
	if err := Ready(p.Env.Models); !errors.Is(err, models.ErrMissing) {
		t.Errorf("%v", err)
	}
}

func TestRefinedMovesLandmarksOnly(t *testing.T) {
	p := forensics.NewPass(portrait(t), networks(t))
	found, err := Of(p)
	if err != nil {
		t.Fatal(err)
	}
	faces, err := Refined(p)
	if err != nil || len(faces) != 1 || len(found) != 1 || faces[0].Box != found[0].Box || p.Faces[0].Detector != found[0].Detector {
		t.Fatalf("%v %+v", err, faces)
	}
	alone := finder(t).Find(&p.Frames[0])
	apart := found[0].Quality["inter_eye"]
	for name, at := range faces[0].Landmarks {
		for from, other := range map[string]forensics.Point{"YuNet": found[0].Landmarks[name], "pigo alone": alone[0].Landmarks[name]} {
			if d := math.Hypot(at[0]-other[0], at[1]-other[1]) / apart; d > .15 {
				t.Errorf("%s is %.2f of the distance of the eyes from where %s puts it", name, d, from)
			}
		}
	}
}

// BenchmarkEmbed finds and embeds the face in a picture of 2 megapixels.
func BenchmarkEmbed(b *testing.B) {
	s := portrait(b)
	s = &media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{enlarged(&s.Frames[0], 4)}}
	env := networks(b)
	for b.Loop() {
		if faces, err := Embed(forensics.NewPass(s, env)); err != nil || len(faces) != 1 {
			b.Fatal(err, len(faces))
		}
	}
}
