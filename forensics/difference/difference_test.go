package difference

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// scene is a picture with smooth tones, edges and texture; the same seed gives the same one.
func scene(w, h int, seed uint64) *image.NRGBA {
	rnd := rand.New(rand.NewPCG(seed, 1))
	out := imaging.New(w, h, color.NRGBA{90, 110, 140, 255})
	for range 60 {
		a := image.Rect(0, 0, 10+rnd.IntN(w/3), 10+rnd.IntN(h/3)).Add(image.Pt(rnd.IntN(w)-w/8, rnd.IntN(h)-h/8))
		draw.Draw(out, a, image.NewUniform(color.NRGBA{uint8(30 + rnd.IntN(200)), uint8(30 + rnd.IntN(200)), uint8(30 + rnd.IntN(200)), 255}), image.Point{}, draw.Src)
	}
	for i := range out.Pix {
		if i%4 < 3 {
			out.Pix[i] = uint8(min(max(int(out.Pix[i])+rnd.IntN(30)-15, 0), 255))
		}
	}
	return imaging.Blur(out, 1)
}

// edited is a scene with a part of another one in it.
func edited(m *image.NRGBA, r image.Rectangle) *image.NRGBA {
	return pasted(m, scene(r.Dx(), r.Dy(), 99), r)
}

func sampleOf(img image.Image) *media.Sample {
	return &media.Sample{Info: media.Info{Kind: media.Image, Frames: []int{0}}, Frames: []media.Frame{frameOf(img)}}
}

// placed is the detector with placements already on the pass, as the match detector leaves them.
func placed(places ...forensics.Placement) forensics.Detector {
	d := Detector
	d.New = func(forensics.Env) (forensics.Run, error) {
		return func(p *forensics.Pass) error {
			p.Placed = places
			return run(p)
		}, nil
	}
	return d
}

func TestContract(t *testing.T) {
	m := scene(240, 200, 1)
	at := forensics.Placement{Entry: entryOf(m), Map: forensics.Affine{1, .004, 1.2, -.004, 1, -.8}, Exact: true}
	detectortest.Run(t, placed(at), forensics.Env{},
		detectortest.Case{Name: "honest", Sample: sampleOf(encoded(imaging.AdjustGamma(m, 1.3), 70)), Clean: true},
		detectortest.Case{Name: "pasted", Sample: sampleOf(encoded(edited(m, image.Rect(60, 80, 110, 120)), 80))},
		detectortest.Case{Name: "another", Sample: sampleOf(scene(240, 200, 2)), Clean: true},
	)
	detectortest.Run(t, Detector, forensics.Env{}, detectortest.Case{Name: "unplaced", Sample: sampleOf(m), Clean: true})
}

func detect(t *testing.T, s *media.Sample, places ...forensics.Placement) (forensics.Result, []forensics.Finding) {
	t.Helper()
	d := placed(places...)
	r, _ := d.New(forensics.Env{})
	p := forensics.NewPass(s, forensics.Env{})
	res, err := p.Detect(&d, r)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func TestFindingIsInPixelsOfTheFrame(t *testing.T) {
	m := scene(400, 300, 3)
	was := image.Rect(80, 60, 180, 140)
	mirrored := imaging.FlipH(imaging.Resize(edited(m, was), 800, 600, imaging.Linear))
	res, found := detect(t, sampleOf(encoded(mirrored, 80)), forensics.Placement{Entry: entryOf(m), Map: forensics.Affine{-2, 0, 800, 0, 2, 0}, Exact: true})
	if f := res.Features; f["mirrored"] != 1 || math.Abs(f["turned"]) > .1 || math.Abs(f["scale"]-2) > .01 {
		t.Errorf("handling %v, want mirrored and doubled", f)
	}
	if len(found) != 1 {
		t.Fatalf("%d findings, want 1", len(found))
	}
	b := found[0].Where.Box
	got, want := image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3]), image.Rect(800-360, 120, 800-160, 280)
	if in := got.Intersect(want); in.Dx()*in.Dy() < want.Dx()*want.Dy()/2 || !got.In(want.Inset(-40)) {
		t.Errorf("box %v, want about %v", got, want)
	}
	if f := found[0]; f.Code != "edit.against_reference" || f.Subject != "someone" || f.Score < .5 || f.Score > 1 || len(f.Evidence) != 2 {
		t.Errorf("finding %+v", f)
	}
}

func TestVideoFindingNamesItsFrame(t *testing.T) {
	m := scene(300, 240, 4)
	s := sampleOf(edited(m, image.Rect(60, 60, 130, 130)))
	s.Info.Kind = media.Video
	s.Frames[0].Index = 75
	_, found := detect(t, s, forensics.Placement{Entry: entryOf(m), Map: same, Exact: true})
	if len(found) != 1 || found[0].Where.Frame == nil || *found[0].Where.Frame != 75 {
		t.Errorf("findings %+v, want one at frame 75", found)
	}
}

func TestSeparateRegionsAreSeparateFindings(t *testing.T) {
	m := scene(400, 400, 5)
	out := m
	for i := range 6 {
		out = edited(out, image.Rect(0, 0, 60, 60).Add(image.Pt(20+120*(i%3), 60+200*(i/3))))
	}
	_, found := detect(t, sampleOf(out), forensics.Placement{Entry: entryOf(m), Map: same, Exact: true})
	if len(found) != mostFindings || !strings.Contains(found[0].Text, "of 6 that differ") {
		t.Errorf("%d findings, want %d of 6 regions: %+v", len(found), mostFindings, found)
	}
}

func TestTheNearestOfSeveralShotsCounts(t *testing.T) {
	m := scene(300, 240, 6)
	other := edited(m, image.Rect(60, 60, 150, 150)) // enrolled as well
	places := []forensics.Placement{{Entry: entryOf(m), Map: same, Exact: true}, {Entry: entryOf(other), Map: same, Exact: true}}
	res, found := detect(t, sampleOf(encoded(other, 70)), places...)
	if len(found) != 0 || res.Features["regions"] != 0 {
		t.Errorf("a copy of one enrolled picture is accused against the other: %+v", found)
	}
}

func TestAFaceIsLookedForNearby(t *testing.T) {
	m := scene(300, 240, 10)
	marks := map[string]forensics.Point{"right_eye": {120, 100}, "left_eye": {160, 100}, "nose": {140, 122}, "right_mouth": {124, 144}, "left_mouth": {156, 144}}
	g := forensics.Face{Landmarks: marks}
	at := func(img image.Image, place forensics.Affine) (still, nearby float64) {
		f := frameOf(img)
		c := compared{Comparison: Comparison{Place: place}, frame: &f}
		return c.likeness(m, g, g)
	}
	for name, c := range map[string]struct {
		img   image.Image
		place forensics.Affine
		moved bool
	}{
		"in its place": {m, same, false},
		"mirrored":     {imaging.FlipH(m), forensics.Affine{-1, 0, 300, 0, 1, 0}, false},
		"half size":    {imaging.Resize(m, 150, 120, imaging.Box), scaling(.5, .5), false},
		"moved":        {imaging.Paste(m, m, image.Pt(4, 2)), same, true},
	} {
		still, nearby := at(c.img, c.place)
		if got := (&pair{same: 1, still: still, nearby: nearby}).moved(); got != c.moved || nearby < .9 {
			t.Errorf("%s: %.3f in its place, %.3f nearby", name, still, nearby)
		}
	}
	if (&pair{same: .1, still: .2, nearby: .9}).moved() {
		t.Error("another person counts as moved")
	}
}

func TestNothingToCompare(t *testing.T) {
	m := scene(300, 240, 7)
	bare, video, torn := entryOf(m), entryOf(m), entryOf(m)
	bare.Picture, video.Video, torn.Picture = nil, true, torn.Picture[:200]
	larger := entryOf(m)
	larger.Width = 9999
	for name, c := range map[string]struct {
		entry *reference.Entry
		place forensics.Affine
		want  string
	}{
		"hash only":     {bare, same, "holds no pictures"},
		"video":         {video, same, "protected video"},
		"torn":          {torn, same, "cannot be read"},
		"wrong size":    {larger, same, "cannot be read"},
		"tiny":          {entryOf(m), scaling(.1, .1), "too small"},
		"no map":        {entryOf(m), forensics.Affine{}, "times its size"},
		"not a number":  {entryOf(m), forensics.Affine{math.NaN(), 0, 0, 0, 1, 0}, "times its size"},
		"out of sight":  {entryOf(m), forensics.Affine{1, 0, 5000, 0, 1, 0}, "shows only 0 %"},
		"other picture": {entryOf(scene(300, 240, 8)), same, "they correlate by 0."},
	} {
		res, found := detect(t, sampleOf(m), forensics.Placement{Entry: c.entry, Map: c.place})
		if res.Status != forensics.NotApplied || !strings.Contains(res.Reason, c.want) || len(found) != 0 {
			t.Errorf("%s: %s %q, %d findings; want a reason with %q", name, res.Status, res.Reason, len(found), c.want)
		}
	}
}

func BenchmarkDetector(b *testing.B) {
	m := scene(1728, 1152, 9)
	place := forensics.Placement{Entry: entryOf(m), Map: scaling(1728./512, 1152./341), Exact: true}
	for _, c := range []struct {
		name string
		img  *image.NRGBA
	}{{"honest", m}, {"altered", edited(m, image.Rect(400, 400, 700, 700))}} {
		s := sampleOf(encoded(c.img, 80))
		d := placed(place)
		r, _ := d.New(forensics.Env{})
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := forensics.NewPass(s, forensics.Env{}).Detect(&d, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
