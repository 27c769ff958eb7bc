package difference

import (
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/media"

	"github.com/disintegration/imaging"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// alteration changes a part of a picture; the donor is another photograph. It returns no box where nothing could be done.
type alteration struct {
	name string
	of   func(m, donor *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle)
}

// ellipse is a soft mask as wide and high as r.
func ellipse(r image.Rectangle) *image.NRGBA {
	m := imaging.New(r.Dx(), r.Dy(), color.Transparent)
	w, h := float64(r.Dx()), float64(r.Dy())
	for y := range r.Dy() {
		for x := range r.Dx() {
			if u, v := (float64(x)+.5)/w*2-1, (float64(y)+.5)/h*2-1; u*u+v*v < .92 {
				m.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 255})
			}
		}
	}
	return imaging.Blur(m, max(1, w/40))
}

// pasted puts part over m at r under a soft elliptic mask.
func pasted(m, part *image.NRGBA, r image.Rectangle) *image.NRGBA {
	out := imaging.Clone(m)
	draw.DrawMask(out, r, part, part.Rect.Min, ellipse(r), image.Point{}, draw.Over)
	return out
}

// somewhere is a rectangle of a share of the sides.
func somewhere(m *image.NRGBA, share float64, rnd *rand.Rand) image.Rectangle {
	w, h := int(share*float64(m.Rect.Dx())), int(share*float64(m.Rect.Dy()))
	p := image.Pt(rnd.IntN(m.Rect.Dx()-w+1), rnd.IntN(m.Rect.Dy()-h+1))
	return image.Rectangle{p, p.Add(image.Pt(w, h))}
}

func donated(share float64) func(m, donor *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
	return func(m, donor *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
		r := somewhere(m, share, rnd)
		return pasted(m, imaging.Resize(donor, r.Dx(), r.Dy(), imaging.Linear), r), r
	}
}

func cloned(share float64) func(m, donor *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
	return func(m, _ *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
		from, to := somewhere(m, share, rnd), somewhere(m, share, rnd)
		return pasted(m, imaging.Crop(m, from), to), to
	}
}

// faceOf is the largest face.
func faceOf(m *image.NRGBA) image.Rectangle {
	p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{frameOf(m)}}, forensics.Env{})
	faces, err := face.Of(p)
	if err != nil {
		panic(err)
	}
	var best image.Rectangle
	for _, f := range faces {
		if r := image.Rect(f.Box[0], f.Box[1], f.Box[0]+f.Box[2], f.Box[1]+f.Box[3]).Intersect(m.Rect); r.Dx()*r.Dy() > best.Dx()*best.Dy() {
			best = r
		}
	}
	return best
}

func mean(m *image.NRGBA) (c [3]float64) {
	for i, v := range m.Pix {
		if i%4 < 3 {
			c[i%4] += float64(v) / float64(len(m.Pix)/4)
		}
	}
	return c
}

// faceSwapped puts the donor's face over the face, with the colour of the one that it hides.
func faceSwapped(m, donor *image.NRGBA, _ *rand.Rand) (*image.NRGBA, image.Rectangle) {
	r, from := faceOf(m), faceOf(donor)
	if r.Empty() || from.Empty() {
		return nil, image.Rectangle{}
	}
	part := imaging.Resize(imaging.Crop(donor, from), r.Dx(), r.Dy(), imaging.Linear)
	is, was := mean(part), mean(imaging.Crop(m, r))
	part = imaging.AdjustFunc(part, func(c color.NRGBA) color.NRGBA {
		at := func(v uint8, k int) uint8 { return uint8(min(max(float64(v)+was[k]-is[k], 0), 255)) }
		return color.NRGBA{at(c.R, 0), at(c.G, 1), at(c.B, 2), 255}
	})
	return pasted(m, part, r), r
}

// retouched smooths a face away.
func retouched(m, _ *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
	r := faceOf(m)
	if r.Empty() {
		r = somewhere(m, .25, rnd)
	}
	return pasted(m, imaging.Blur(imaging.Crop(m, r), float64(r.Dx())/20), r), r
}

// recoloured changes the colour of an area and leaves its luma.
func recoloured(m, _ *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
	r := somewhere(m, .25, rnd)
	part := imaging.AdjustFunc(imaging.Crop(m, r), func(c color.NRGBA) color.NRGBA {
		y := .299*float64(c.R) + .587*float64(c.G) + .114*float64(c.B)
		u, v := .564*(float64(c.B)-y), .713*(float64(c.R)-y)
		u, v = v+12, -u-12 // a quarter turn of hue
		at := func(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
		return color.NRGBA{at(y + 1.403*v), at(y - .344*u - .714*v), at(y + 1.773*u), 255}
	})
	return pasted(m, part, r), r
}

// lettering draws text as wide as width.
func lettering(text string, width int, c color.Color) *image.NRGBA {
	d := font.Drawer{Dst: image.NewNRGBA(image.Rect(0, 0, 7*len(text), 13)), Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(0, 10)}
	d.DrawString(text)
	return imaging.Resize(d.Dst.(*image.NRGBA), width, 0, imaging.Linear)
}

func captioned(m, _ *image.NRGBA, _ *rand.Rand) (*image.NRGBA, image.Rectangle) {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	bar := image.Rect(0, h*85/100, w, h)
	out := imaging.Clone(m)
	draw.Draw(out, bar, image.Black, image.Point{}, draw.Src)
	return imaging.Overlay(out, lettering("BREAKING NEWS", w/2, color.White), image.Pt(w/10, h*88/100), 1), bar
}

func written(m, _ *image.NRGBA, rnd *rand.Rand) (*image.NRGBA, image.Rectangle) {
	text := lettering("NOT FOR SALE", m.Rect.Dx()*2/5, color.NRGBA{255, 230, 0, 255})
	at := image.Pt(rnd.IntN(m.Rect.Dx()-text.Rect.Dx()), rnd.IntN(m.Rect.Dy()-text.Rect.Dy()))
	return imaging.Overlay(m, text, at, 1), text.Rect.Add(at)
}

var altered = []alteration{
	{"pasted 1/4", donated(.25)}, {"pasted 1/8", donated(.125)}, {"pasted 1/10", donated(.1)}, {"cloned 1/4", cloned(.25)}, {"cloned 1/8", cloned(.125)},
	{"face swapped", faceSwapped}, {"retouched", retouched}, {"recoloured", recoloured}, {"caption bar", captioned}, {"text", written},
}

// visible is the mean change in grey levels inside the box, at the size at which pictures are compared.
func visible(a, b *image.NRGBA, r image.Rectangle) float64 {
	side := 512 * max(r.Dx(), r.Dy()) / max(a.Rect.Dx(), a.Rect.Dy())
	x, y := imaging.Fit(imaging.Crop(a, r), side, side, imaging.Box), imaging.Fit(imaging.Crop(b, r), side, side, imaging.Box)
	sum := 0.
	for i := range x.Pix {
		sum += max(float64(x.Pix[i])-float64(y.Pix[i]), float64(y.Pix[i])-float64(x.Pix[i]))
	}
	return sum / float64(len(x.Pix)*3/4)
}
