package difference

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"unmask/forensics"

	"github.com/disintegration/imaging"
)

// apart is how many pixels two maps differ by at most over w x h pixels.
func apart(a, b forensics.Affine, w, h float64) (most float64) {
	for _, p := range [4][2]float64{{0, 0}, {w, 0}, {0, h}, {w, h}} {
		x, y := a.Apply(p[0], p[1])
		u, v := b.Apply(p[0], p[1])
		most = max(most, math.Hypot(x-u, y-v))
	}
	return most
}

func TestPlaceIsRefined(t *testing.T) {
	m := scene(500, 400, 10)
	for _, c := range []struct {
		name  string
		wrong forensics.Affine // from where the picture lies to where it is said to lie
		exact bool
	}{
		{"keypoints", forensics.Affine{1.003, -.003, 1.4, .003, 1.003, -1.2}, true},
		{"hash", forensics.Affine{1.03, 0, -20, 0, .975, 14}, false},
	} {
		altered := edited(m, image.Rect(100, 100, 260, 260))
		out, truth := turned(1)(altered)
		f := frameOf(out)
		got, err := Compare(&f, entryOf(m), after(truth, c.wrong), c.exact)
		if err != nil {
			t.Fatal(err)
		}
		if d := apart(got.Place, truth, 500, 400); d > .6 {
			t.Errorf("%s: refined place is off by %.2f pixels", c.name, d)
		}
		if !got.Convincing() || len(got.Regions) != 1 {
			t.Errorf("%s: agreement %.2f, %d regions, want one", c.name, got.Agreement, len(got.Regions))
		}
	}
}

func TestHonestCopiesHaveNoRegions(t *testing.T) {
	m := scene(600, 450, 11)
	e := entryOf(m)
	for _, h := range honest {
		img, place := h.of(m)
		f := frameOf(img)
		c := copied{place: place}
		got, err := Compare(&f, e, after(place, c.toOriginal(e, m)), true)
		if err != nil || !got.Convincing() || len(got.Regions) != 0 {
			t.Errorf("%s: %v, agreement %.2f, peak %.2f, %d regions, want none", h.name, err, got.Agreement, got.Peak, len(got.Regions))
		}
	}
}

func TestKindsAreTold(t *testing.T) {
	m := scene(500, 500, 12)
	r := image.Rect(150, 150, 300, 300)
	smooth := pasted(m, imaging.Blur(imaging.Crop(m, r), 6), r)
	colour := pasted(m, imaging.AdjustFunc(imaging.Crop(m, r), func(c color.NRGBA) color.NRGBA { // a yellow cast of the same luma
		return color.NRGBA{uint8(min(int(c.R)+10, 255)), uint8(min(int(c.G)+4, 255)), uint8(max(int(c.B)-45, 0)), 255}
	}), r)
	cover := imaging.Clone(m)
	draw.Draw(cover, r, image.White, image.Point{}, draw.Src)
	for want, img := range map[Kind]*image.NRGBA{Smoothed: smooth, Recoloured: colour, Covered: cover, Replaced: edited(m, r)} {
		f := frameOf(img)
		got, err := Compare(&f, entryOf(m), same, true)
		if err != nil || len(got.Regions) != 1 || got.Regions[0].Kind != want {
			t.Errorf("%s: %v, %+v", want, err, got.Regions)
			continue
		}
		if in := got.Regions[0].Box.Intersect(r); in.Dx()*in.Dy() < r.Dx()*r.Dy()*3/4 || !got.Regions[0].Box.In(r.Inset(-16)) {
			t.Errorf("%s: box %v, want about %v", want, got.Regions[0].Box, r)
		}
	}
}

func TestPlainBordersAreNotCompared(t *testing.T) {
	m := scene(500, 400, 13)
	page := imaging.Clone(m)
	draw.Draw(page, image.Rect(0, 330, 500, 400), image.Black, image.Point{}, draw.Src) // cropped and letterboxed, for all one can tell
	f := frameOf(encoded(page, 80))
	got, err := Compare(&f, entryOf(m), same, true)
	if err != nil || len(got.Regions) != 0 || got.Shown > .83 {
		t.Errorf("%v, %d regions, %.2f shown; want none and .82", err, len(got.Regions), got.Shown)
	}
	caption, bar := captioned(m, nil, nil)
	f = frameOf(encoded(caption, 80))
	got, err = Compare(&f, entryOf(m), same, true)
	if err != nil || len(got.Regions) != 1 || !got.Regions[0].Box.Overlaps(bar) {
		t.Errorf("caption bar: %v, %+v", err, got.Regions)
	}
}

func TestMostlyOtherContentIsNoAlteredCopy(t *testing.T) {
	m := scene(500, 400, 14)
	out := imaging.Paste(m, scene(500, 280, 15), image.Pt(0, 0))
	f := frameOf(out)
	if got, err := Compare(&f, entryOf(m), same, true); err != nil || got.Convincing() {
		t.Errorf("%v: agreement %.2f, changed %.2f is convincing", err, got.Agreement, got.Changed)
	}
}

func TestToneIsFittedAroundAnEdit(t *testing.T) {
	m := scene(400, 300, 16)
	for name, of := range map[string]func(image.Image) *image.NRGBA{
		"gamma": func(m image.Image) *image.NRGBA { return imaging.AdjustGamma(m, 1.7) }, "sepia": sepia, "vignette": vignette,
		"grey": func(m image.Image) *image.NRGBA { return imaging.Grayscale(m) },
	} {
		want, ref := fromImage(of(m)), fromImage(m)
		probe := fromImage(edited(of(m), image.Rect(0, 0, 130, 130)))
		inside := make([]bool, len(ref[0].v))
		for i := range inside {
			inside[i] = true
		}
		k, ok := toneOf(ref, probe, inside)
		if !ok {
			t.Fatal(name)
		}
		got := k.apply(ref)
		sum := 0.
		for c := range got {
			for i := range got[c].v {
				sum += math.Abs(float64(got[c].v[i] - want[c].v[i]))
			}
		}
		if off := sum / float64(3*len(inside)); off > 1.5 {
			t.Errorf("%s: off by %.2f grey levels on average", name, off)
		}
	}
}

func TestInverse(t *testing.T) {
	m := forensics.Affine{.8, -.3, 12, .4, 1.1, -7}
	if d := apart(after(m, inverse(m)), same, 500, 500); d > 1e-9 {
		t.Errorf("off by %g", d)
	}
}
