package difference

import (
	"image"
	"image/color"
	"math"

	"unmask/forensics"

	"github.com/disintegration/imaging"
)

// handling makes an honest copy and says where the original's pixels went.
type handling struct {
	name string
	of   func(*image.NRGBA) (image.Image, forensics.Affine)
}

var same = forensics.Affine{1, 0, 0, 0, 1, 0}

func quality(q int) handling {
	return handling{"", func(m *image.NRGBA) (image.Image, forensics.Affine) { return encoded(m, q), same }}
}

func toned(q int, of func(image.Image) *image.NRGBA) func(*image.NRGBA) (image.Image, forensics.Affine) {
	return func(m *image.NRGBA) (image.Image, forensics.Affine) { return encoded(of(m), q), same }
}

func resized(z float64, q int) func(*image.NRGBA) (image.Image, forensics.Affine) {
	return func(m *image.NRGBA) (image.Image, forensics.Affine) {
		w, h := int(z*float64(m.Rect.Dx())), int(z*float64(m.Rect.Dy()))
		return encoded(imaging.Resize(m, w, h, imaging.CatmullRom), q), scaling(float64(w)/float64(m.Rect.Dx()), float64(h)/float64(m.Rect.Dy()))
	}
}

// cropped cuts shares off at the left, top, right and bottom.
func cropped(l, t, r, b float64) func(*image.NRGBA) (image.Image, forensics.Affine) {
	return func(m *image.NRGBA) (image.Image, forensics.Affine) {
		w, h := float64(m.Rect.Dx()), float64(m.Rect.Dy())
		rect := image.Rect(int(l*w), int(t*h), int(w-r*w), int(h-b*h))
		return encoded(imaging.Crop(m, rect), 85), forensics.Affine{1, 0, -float64(rect.Min.X), 0, 1, -float64(rect.Min.Y)}
	}
}

func bordered(left, top float64, c color.Color) func(*image.NRGBA) (image.Image, forensics.Affine) {
	return func(m *image.NRGBA) (image.Image, forensics.Affine) {
		x, y := int(left*float64(m.Rect.Dx())), int(top*float64(m.Rect.Dy()))
		page := imaging.New(m.Rect.Dx()+2*x, m.Rect.Dy()+2*y, c)
		return encoded(imaging.Paste(page, m, image.Pt(x, y)), 85), forensics.Affine{1, 0, float64(x), 0, 1, float64(y)}
	}
}

func turned(degrees float64) func(*image.NRGBA) (image.Image, forensics.Affine) {
	return func(m *image.NRGBA) (image.Image, forensics.Affine) {
		w, h := float64(m.Rect.Dx()), float64(m.Rect.Dy())
		all := imaging.Rotate(m, degrees, color.Black)
		x, y := all.Rect.Dx()/2-m.Rect.Dx()/2, all.Rect.Dy()/2-m.Rect.Dy()/2
		out := imaging.Crop(all, image.Rect(x, y, x+m.Rect.Dx(), y+m.Rect.Dy()))
		cx, cy := float64(all.Rect.Dx())/2-float64(x), float64(all.Rect.Dy())/2-float64(y)
		sin, cos := math.Sincos(-degrees * math.Pi / 180) // imaging turns counter-clockwise
		return encoded(out, 80), forensics.Affine{cos, -sin, cx - cos*w/2 + sin*h/2, sin, cos, cy - sin*w/2 - cos*h/2}
	}
}

// vignette darkens the corners to half.
func vignette(m image.Image) *image.NRGBA {
	out := imaging.Clone(m)
	w, h := float64(out.Rect.Dx()), float64(out.Rect.Dy())
	for i := range out.Pix {
		x, y := float64(i/4%out.Rect.Dx())/w-.5, float64(i/4/out.Rect.Dx())/h-.5
		if i%4 < 3 {
			out.Pix[i] = uint8(float64(out.Pix[i]) * (1 - (x*x + y*y)))
		}
	}
	return out
}

// sepia as picture editors do it.
func sepia(m image.Image) *image.NRGBA {
	return imaging.AdjustFunc(m, func(c color.NRGBA) color.NRGBA {
		r, g, b := float64(c.R), float64(c.G), float64(c.B)
		at := func(v float64) uint8 { return uint8(min(v, 255)) }
		return color.NRGBA{at(.393*r + .769*g + .189*b), at(.349*r + .686*g + .168*b), at(.272*r + .534*g + .131*b), c.A}
	})
}

var honest = []handling{
	{"jpeg q95", quality(95).of}, {"jpeg q70", quality(70).of}, {"jpeg q50", quality(50).of}, {"jpeg q30", quality(30).of},
	{"png", func(m *image.NRGBA) (image.Image, forensics.Affine) { return m, same }},
	{"twice", func(m *image.NRGBA) (image.Image, forensics.Affine) { return encoded(encoded(m, 50), 80), same }},
	{"quarter", resized(.25, 75)}, {"half", resized(.5, 70)}, {"two thirds", resized(.667, 55)}, {"double", resized(2, 75)},
	{"crop 4 %", cropped(.04, .04, 0, 0)}, {"crop 10 %", cropped(.1, .1, .1, .1)}, {"one side 25 %", cropped(.25, 0, 0, 0)}, {"half of it", cropped(.1, .1, .35, .2)},
	{"mirrored", func(m *image.NRGBA) (image.Image, forensics.Affine) {
		return encoded(imaging.FlipH(m), 80), forensics.Affine{-1, 0, float64(m.Rect.Dx()), 0, 1, 0}
	}},
	{"turned 90", func(m *image.NRGBA) (image.Image, forensics.Affine) {
		return encoded(imaging.Rotate90(m), 80), forensics.Affine{0, 1, 0, -1, 0, float64(m.Rect.Dx())}
	}},
	{"turned 2", turned(2)},
	{"brightness 1.15", toned(55, func(m image.Image) *image.NRGBA { return scaled(m, 1.15) })},
	{"brightness 1.3", toned(80, func(m image.Image) *image.NRGBA { return scaled(m, 1.3) })},
	{"brightness .7", toned(80, func(m image.Image) *image.NRGBA { return scaled(m, .7) })},
	{"gamma 1.6", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustGamma(m, 1.6) })},
	{"gamma .6", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustGamma(m, .6) })},
	{"saturation +40", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustSaturation(m, 40) })},
	{"saturation -50", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustSaturation(m, -50) })},
	{"contrast +30", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustContrast(m, 30) })},
	{"curve", toned(80, func(m image.Image) *image.NRGBA { return imaging.AdjustSigmoid(m, .5, 6) })},
	{"grey", toned(80, func(m image.Image) *image.NRGBA { return imaging.Grayscale(m) })},
	{"sepia", toned(80, sepia)}, {"vignette", toned(80, vignette)},
	{"blur", toned(80, func(m image.Image) *image.NRGBA { return imaging.Blur(m, 1.2) })},
	{"sharpen", toned(80, func(m image.Image) *image.NRGBA { return imaging.Sharpen(m, 1.2) })},
	{"border", bordered(.05, .05, color.White)}, {"letterbox", bordered(0, .17, color.Black)},
}

func scaled(m image.Image, k float64) *image.NRGBA {
	return imaging.AdjustFunc(m, func(c color.NRGBA) color.NRGBA {
		at := func(v uint8) uint8 { return uint8(min(k*float64(v), 255)) }
		return color.NRGBA{at(c.R), at(c.G), at(c.B), c.A}
	})
}
