package geometry

import (
	"image"
	"image/color"
	"math"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/media"
)

// expected is where the landmarks lie in a StyleGAN picture, as shares of its side: means of pigo's points over 117 pictures of two
// generators, made symmetric. They are drawn only; the test itself uses the recipe.
func expected() map[string]forensics.Point {
	return map[string]forensics.Point{face.RightEye: {.376, .468}, face.LeftEye: {.624, .468}, face.Nose: {.5, .62},
		face.RightMouth: {.388, .721}, face.LeftMouth: {.612, .721}}
}

// overlaySide is the longer side of the evidence picture in pixels.
const overlaySide = 384

// overlay draws what was found (yellow rings) and what a generator of the StyleGAN family would have made (cyan crosses, and the
// cyan frame that they belong to) on a reduced picture.
func overlay(f *media.Frame, found forensics.Face, m misfit) *image.NRGBA {
	img := f.Fit(overlaySide)
	scale := float64(img.Rect.Dx()) / float64(f.Width)
	yellow, cyan := color.NRGBA{255, 220, 0, 255}, color.NRGBA{0, 230, 255, 255}
	left, top := (float64(f.Width)-m.side)/2, (float64(f.Height)-m.side)/2
	x0, y0, x1, y1 := left*scale, top*scale, (left+m.side)*scale-1, (top+m.side)*scale-1
	for _, edge := range [][4]float64{{x0, y0, x1, y0}, {x1, y0, x1, y1}, {x1, y1, x0, y1}, {x0, y1, x0, y0}} {
		line(img, edge[0], edge[1], edge[2], edge[3], cyan)
	}
	const arm = 6
	for _, p := range expected() {
		x, y := (left+p[0]*m.side)*scale, (top+p[1]*m.side)*scale
		line(img, x-arm, y, x+arm, y, cyan)
		line(img, x, y-arm, x, y+arm, cyan)
	}
	for _, p := range found.Landmarks {
		ring(img, p[0]*scale, p[1]*scale, arm, yellow)
	}
	return img
}

// line draws a line two pixels wide; parts outside the picture are left out.
func line(img *image.NRGBA, x0, y0, x1, y1 float64, c color.NRGBA) {
	steps := math.Ceil(max(math.Abs(x1-x0), math.Abs(y1-y0), 1))
	for i := 0.; i <= steps; i++ {
		dot(img, x0+(x1-x0)*i/steps, y0+(y1-y0)*i/steps, c)
	}
}

// ring draws a circle two pixels wide.
func ring(img *image.NRGBA, x, y, radius float64, c color.NRGBA) {
	const steps = 64
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / steps)
		dot(img, x+radius*cos, y+radius*sin, c)
	}
}

func dot(img *image.NRGBA, x, y float64, c color.NRGBA) {
	px, py := int(math.Floor(x)), int(math.Floor(y))
	for _, d := range [4]image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		if at := (image.Point{px, py}).Add(d); at.In(img.Rect) {
			img.SetNRGBA(at.X, at.Y, c)
		}
	}
}
