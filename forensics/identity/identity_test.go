package identity

import (
	"image"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// sitter is pigo's own sample and another picture of a person, in the module cache.
func sitter(t testing.TB) *media.Sample {
	return detectortest.Module(t, "github.com/esimov/pigo", "testdata/sample.jpg")
}

func other(t testing.TB) *media.Sample {
	return detectortest.Module(t, "gocv.io/x/gocv", "images/face.jpg")
}

func picture(s *media.Sample) *image.NRGBA {
	f := &s.Frames[0]
	return f.Crop(image.Rect(0, 0, f.Width, f.Height))
}

func sampleOf(img image.Image) *media.Sample {
	f := face.FrameOf(img)
	return &media.Sample{Info: media.Info{Kind: media.Image, Format: "jpeg"}, Frames: []media.Frame{*f}}
}

// enrolledEnv has the portrait under "someone" and, where asked for, the other under "other".
func enrolledEnv(t testing.TB, withOther bool) forensics.Env {
	t.Helper()
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	samples := map[string]*media.Sample{"someone": sitter(t)}
	if withOther {
		samples["other"] = other(t)
	}
	var entries []reference.Entry
	for _, name := range []string{"someone", "other"} {
		if s := samples[name]; s != nil {
			s.Item.SHA256 = name
			more, err := Enroll(forensics.NewPass(s, env), name, name+".jpg", nil)
			if err != nil || len(more) != 1 || len(more[0].Faces) != 1 || len(more[0].Views) != 0 {
				t.Fatalf("%v %+v", err, more)
			}
			entries = append(entries, more...)
		}
	}
	env.References = reference.NewSet(entries)
	return env
}

func TestContract(t *testing.T) {
	small := imaging.Resize(picture(sitter(t)), 150, 0, imaging.Box)
	blurred := imaging.Blur(imaging.Resize(picture(sitter(t)), 200, 0, imaging.Box), 12)
	detectortest.Run(t, Detector, enrolledEnv(t, false),
		detectortest.Case{Name: "smaller", Sample: sampleOf(imaging.FlipH(small))},
		detectortest.Case{Name: "another", Sample: other(t), Clean: true},
		detectortest.Case{Name: "blurred", Sample: sampleOf(blurred), Clean: true},
		detectortest.Case{Name: "noface", Sample: detectortest.Module(t, "gocv.io/x/gocv", "images/space_shuttle.jpg"), Clean: true},
	)
}

// examine runs the detector once.
func examine(t *testing.T, s *media.Sample, env forensics.Env) (forensics.Result, []forensics.Finding) {
	t.Helper()
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	p := forensics.NewPass(s, env)
	res, err := p.Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func TestNothingToGoBy(t *testing.T) {
	unnamed := reference.NewSet([]reference.Entry{{Identity: "someone", Name: "a.jpg"}})
	for want, env := range map[string]forensics.Env{
		"no protected references": {},
		"unmask models fetch":     {References: unnamed, Models: models.Folder(t.TempDir())},
		"hold no faces":           {References: unnamed, Models: detectortest.Models(t, face.Networks()...)},
	} {
		res, findings := examine(t, sitter(t), env)
		if res.Status != forensics.NotApplied || !strings.Contains(res.Reason, want) || findings != nil {
			t.Errorf("%s: %+v", want, res)
		}
	}
}

func TestTwoNamesForOneFaceNameNobody(t *testing.T) {
	env := enrolledEnv(t, false)
	a, err := Enroll(forensics.NewPass(sitter(t), env), "a", "1.jpg", nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Enroll(forensics.NewPass(sitter(t), env), "b", "2.jpg", nil)
	if err != nil {
		t.Fatal(err)
	}
	env.References = reference.NewSet(append(a, b...))
	res, findings := examine(t, sitter(t), env)
	if res.Status != forensics.Done || res.Features["ambiguous"] != 1 || findings != nil {
		t.Errorf("%+v %+v", res, findings)
	}
}

// A face between two people is less and less like the first: it is named, then left open, then ruled out.
func TestLikenessIsLeftOpenBeforeItIsRuledOut(t *testing.T) {
	env := enrolledEnv(t, false)
	people := env.References.People()
	seen := sitter(t)
	faces, err := face.Embed(forensics.NewPass(seen, env))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := face.Embed(forensics.NewPass(other(t), env))
	if err != nil {
		t.Fatal(err)
	}
	own := faces[0].Vector
	var codes []string
	const steps = 100
	for share := range steps {
		mixed := make(reference.Vector, len(own))
		for i := range mixed {
			mixed[i] = (float32(steps-share)*own[i] + float32(share)*stranger[0].Vector[i]) / steps
		}
		faces[0].Vector = mixed.Unit()
		p := forensics.NewPass(seen, env)
		if _, err := p.Detect(&Detector, func(p *forensics.Pass) error { return name(p, people, faces[:1]) }); err != nil {
			t.Fatal(err)
		}
		code := ""
		if found := p.Findings(); len(found) > 0 {
			code = found[0].Code
			if found[0].Subject != "someone" || len(found[0].Evidence) != 1 || (code == "identity.match") != (found[0].Score >= .5) {
				t.Errorf("%+v", found[0])
			}
		}
		if len(codes) == 0 || codes[len(codes)-1] != code {
			codes = append(codes, code)
		}
	}
	if want := []string{"identity.match", "identity.resembles", ""}; !slices.Equal(codes, want) {
		t.Errorf("%q, want %q", codes, want)
	}
}

func TestAPersonInAVideo(t *testing.T) {
	env := enrolledEnv(t, true)
	s := &media.Sample{Info: media.Info{Kind: media.Video, Format: "mp4"}}
	for i, img := range []*media.Sample{other(t), sitter(t), sitter(t), other(t), sitter(t)} {
		f := img.Frames[0]
		f.Index, f.Burst, f.Time = 25*i, i, time.Duration(i)*time.Second
		s.Frames = append(s.Frames, f)
	}
	env.References = enrolledEnv(t, false).References
	res, findings := examine(t, s, env)
	if len(findings) != 1 {
		t.Fatalf("%+v %+v", res, findings)
	}
	f := findings[0]
	if f.Subject != "someone" || *f.Range != (forensics.TimeRange{T0: 1, T1: 4}) || *f.Where.Frame != 25 || f.Where.Box == nil || !strings.Contains(f.Text, "in 3 of the frames") {
		t.Errorf("%+v", f)
	}
}

func TestEnrollTakesTheOneFaceThatAPictureIsAbout(t *testing.T) {
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	one := picture(sitter(t))
	side := imaging.New(2*one.Rect.Dx(), one.Rect.Dy(), image.Black)
	twins := imaging.Paste(imaging.Paste(side, one, image.Point{}), one, image.Pt(one.Rect.Dx(), 0))
	behind := imaging.Paste(imaging.Paste(side, one, image.Point{}), imaging.Resize(one, one.Rect.Dx()/2, 0, imaging.Box), image.Pt(one.Rect.Dx(), 0))
	enroll := func(img image.Image) reference.Entry {
		t.Helper()
		e, err := Enroll(forensics.NewPass(sampleOf(img), env), "someone", "x.jpg", []reference.Entry{{Width: 100, Height: 100}})
		if err != nil || len(e) != 1 {
			t.Fatalf("%v %+v", err, e)
		}
		return e[0]
	}
	if e := enroll(twins); e.Faces != nil || !strings.Contains(e.NoFace, "none clearly the largest") {
		t.Errorf("%+v", e)
	}
	e := enroll(behind)
	if len(e.Faces) != 1 || e.NoFace != "" {
		t.Fatalf("%+v", e)
	}
	f := e.Faces[0]
	if f.Box[0]+f.Box[2] > 50 || f.Landmarks[0][0] >= f.Landmarks[1][0] || f.Landmarks[0][1] >= f.Landmarks[3][1] || len(f.Embedding) != reference.VectorLength {
		t.Errorf("box %v, landmarks %v in a picture of 100 pixels", f.Box, f.Landmarks)
	}
	if e := enroll(imaging.New(300, 300, image.White)); e.NoFace != "no face was found" {
		t.Errorf("%+v", e)
	}
}

func TestEnrollWithoutModelsKeepsTheEntries(t *testing.T) {
	in := []reference.Entry{{Identity: "someone"}}
	out, err := Enroll(forensics.NewPass(sitter(t), forensics.Env{Models: models.Folder(t.TempDir())}), "someone", "x.jpg", in)
	if err != nil || len(out) != 1 || out[0].NoFace != "" || out[0].Faces != nil {
		t.Errorf("%v %+v", err, out)
	}
}

func TestParametersNameTheModels(t *testing.T) {
	if p := Parameters(); !strings.Contains(p["faces"], "mobilefacenet/112") || p["identity"] == "" {
		t.Error(p)
	}
}

// seen is a face in a frame with a vector near one of a few people's.
func seen(frame, x, who int, cosine float64, random *rand.Rand) face.Embedded {
	v := make(reference.Vector, reference.VectorLength)
	v[who] = float32(cosine)
	for i := 10; i < len(v); i++ {
		v[i] = float32(random.NormFloat64() * .09)
	}
	return face.Embedded{Vector: v.Unit(), Face: forensics.Face{Frame: frame, Box: [4]int{x, 0, 100, 100}, Score: .9,
		Quality: map[string]float64{"inter_eye": 40, "sharpness": 20}}}
}

func TestTracks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	got := tracks([]face.Embedded{
		seen(0, 0, 1, 2, random), seen(0, 300, 2, 2, random),
		seen(10, 310, 2, 2, random), seen(10, 10, 1, 2, random),
		seen(20, 12, 3, 2, random),   // a cut: somebody else in the place of 1
		seen(30, 500, 1, 2, random),  // 1 again, elsewhere
		seen(30, 520, 1, .7, random), // overlaps 1, but 1 is taken in this frame
	})
	var text []string
	for _, tr := range got {
		line := ""
		for _, f := range tr {
			line += strings.Repeat("i", f.Face.Frame/10+1) + " "
		}
		text = append(text, line)
	}
	if want := "i ii iiii |i ii |iii |iiii "; strings.Join(text, "|") != want {
		t.Errorf("%q, want %q", text, want)
	}
}

func TestTheBestViewsDecide(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	var tr track
	for i := range 2 * bestViews {
		f := seen(i, 0, 1, 2, random)
		f.Face.Quality["inter_eye"] = float64(10 + i)
		tr = append(tr, f)
	}
	views := tr.views()
	if len(views) != bestViews || views[0].Face.Frame != 2*bestViews-1 || tr.best().Face.Frame != views[0].Face.Frame || tr[0].Face.Frame != 0 {
		t.Errorf("%+v", views)
	}
}

func TestDamagedReferencePictureIsNamed(t *testing.T) {
	env := enrolledEnv(t, false)
	e, err := Enroll(forensics.NewPass(sitter(t), env), "someone", "x.jpg", nil)
	if err != nil {
		t.Fatal(err)
	}
	e[0].Picture = []byte("no picture")
	env.References = reference.NewSet(e)
	res, findings := examine(t, sitter(t), env)
	if res.Status != forensics.Broken || !strings.Contains(res.Reason, "someone/x.jpg") || findings != nil {
		t.Errorf("%+v %+v", res, findings)
	}
}
