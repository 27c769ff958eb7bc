package surround

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/disintegration/imaging"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

const (
	panelSide = 320 // pixels
	panelGap  = 8
)

var (
	paper  = color.NRGBA{250, 250, 250, 255}
	ink    = color.NRGBA{30, 30, 30, 255}
	oval   = color.NRGBA{255, 220, 0, 255}
	brim   = color.NRGBA{0, 230, 255, 255}
	course = color.NRGBA{200, 30, 30, 255}
	usual  = color.NRGBA{205, 220, 205, 255}
)

// figure draws the face with the oval and the ring, its fine detail, the course of the detail from the middle outwards, and the figures.
func (m *model) figure(l *looked) *image.NRGBA {
	const side = 2*panelSide + 3*panelGap
	out := imaging.New(side, side, color.NRGBA{225, 225, 225, 255})
	for i, panel := range []image.Image{l.outlined(), l.heat(), m.course(l), m.table(l)} {
		out = imaging.Paste(out, panel, image.Pt(panelGap+i%2*(panelSide+panelGap), panelGap+i/2*(panelSide+panelGap)))
	}
	return out
}

// fitted returns a patch-sized picture on a panel, and how many pixels of the panel one of the patch is.
func fitted(img *image.NRGBA) (*image.NRGBA, float64) {
	scale := float64(panelSide) / float64(max(img.Rect.Dx(), img.Rect.Dy()))
	w, h := max(1, int(scale*float64(img.Rect.Dx()))), max(1, int(scale*float64(img.Rect.Dy())))
	return imaging.Paste(imaging.New(panelSide, panelSide, paper), imaging.Resize(img, w, h, imaging.Linear), image.Point{}), scale
}

// outlined is the face with the oval (yellow) and the limits of the ring (cyan).
func (l *looked) outlined() *image.NRGBA {
	p := l.patch
	img := image.NewNRGBA(image.Rect(0, 0, p.w, p.h))
	for i := range p.w * p.h {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = p.pix[3*i+2], p.pix[3*i+1], p.pix[3*i], 255
	}
	out, scale := fitted(img)
	for _, c := range []struct {
		radius float64
		colour color.NRGBA
	}{{1, oval}, {ringFrom, brim}, {reach, brim}} {
		const steps = 720
		for k := range steps {
			x, y := p.hull.point(c.radius, 2*math.Pi*float64(k)/steps)
			dot(out, scale*x, scale*y, c.colour)
		}
	}
	return out
}

// heat is the size of the fine detail, from blue through red to yellow on a logarithmic scale.
func (l *looked) heat() *image.NRGBA {
	p := l.patch
	img := image.NewNRGBA(image.Rect(0, 0, p.w, p.h))
	for i, v := range l.fine.v {
		t := min(max((math.Log(float64(v)+.1)-math.Log(.1))/math.Log(120), 0), 1)
		img.Pix[4*i], img.Pix[4*i+1] = uint8(255*min(1, 2*t)), uint8(255*max(0, 2*t-1))
		img.Pix[4*i+2], img.Pix[4*i+3] = uint8(255*max(0, min(2*t, 1-t)*.9)), 255
	}
	out, _ := fitted(img)
	return out
}

// course plots the fine detail against the distance from the centre (red) over that of nine in ten genuine faces (green).
func (m *model) course(l *looked) *image.NRGBA {
	out := imaging.New(panelSide, panelSide, paper)
	const left, right, top, bottom = 24, panelSide - 8, 36, panelSide - 28
	at := func(i int, v float64) (float64, float64) {
		return left + (right-left)*float64(i)/(radii-1), min(max((top+bottom)/2-v*(bottom-top)/4, top), bottom)
	}
	level := l.detail.level()
	for x := left; x < right; x++ {
		i := (x - left) * (radii - 1) / (right - left)
		_, low := at(i, m.Band.Low[i])
		_, high := at(i, m.Band.High[i])
		for y := int(high); y <= int(low); y++ {
			out.SetNRGBA(x, y, usual)
		}
	}
	x, _ := at(int((1-inmost)/(outmost-inmost)*radii), 0)
	stroke(out, x, top, x, bottom, oval)
	stroke(out, left, bottom, right, bottom, ink)
	stroke(out, left, top, left, bottom, ink)
	for i := 1; i < radii; i++ {
		x0, y0 := at(i-1, level[i-1])
		x1, y1 := at(i, level[i])
		stroke(out, x0, y0, x1, y1, course)
	}
	write(out, 8, 16, "fine detail, from the middle outwards")
	write(out, 8, 30, "red: this face   green: 9 in 10 genuine")
	write(out, left, panelSide-10, fmt.Sprintf("%.1f", inmost))
	write(out, int(x)-10, panelSide-10, "oval")
	write(out, right-24, panelSide-10, fmt.Sprintf("%.1f", outmost))
	return out
}

// table prints what each cue contributes and the differences between face and ring.
func (m *model) table(l *looked) *image.NRGBA {
	out := imaging.New(panelSide, panelSide, paper)
	y := 16
	line := func(text string) { write(out, 8, y, text); y += 15 }
	line(fmt.Sprintf("log-odds %.2f, a finding from %.2f", l.score, m.Threshold))
	line("of which by cue:")
	for _, c := range cues {
		if part := l.cues[c.name]; part != 0 {
			line(fmt.Sprintf("  %+.2f  %s", part, c.text))
		}
	}
	y += 6
	line("face less surroundings:")
	for _, d := range []struct{ text, name string }{
		{"noise, log", "noise_luma"}, {"noise in colour, log", "noise_red"}, {"share of fine detail, log", "sharp_fine"},
		{"amount of fine detail, log", "sharp_level"}, {"likeness of neighbours", "resampled_1"},
		{"red of cheeks less neck", "colour_neck_red"}, {"step of detail at the edge", "edge_step"}, {"JPEG grid", "grid"},
	} {
		line(fmt.Sprintf("  %+.3f  %s", l.value(d.name), d.text))
	}
	return out
}

func write(img *image.NRGBA, x, y int, text string) {
	d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

func stroke(img *image.NRGBA, x0, y0, x1, y1 float64, c color.NRGBA) {
	steps := math.Ceil(max(math.Abs(x1-x0), math.Abs(y1-y0), 1))
	for i := 0.; i <= steps; i++ {
		dot(img, x0+(x1-x0)*i/steps, y0+(y1-y0)*i/steps, c)
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
