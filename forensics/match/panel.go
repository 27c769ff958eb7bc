package match

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"

	"unmask/forensics"

	"github.com/disintegration/imaging"
)

// panelSide is the side in pixels of each half of an evidence panel.
const panelSide = 384

var (
	paper = color.NRGBA{245, 245, 245, 255}
	mark  = color.NRGBA{220, 40, 40, 255}
)

// box is the part of the frame that the original covers, x, y, width, height in pixels.
func (s *sighting) box(p *forensics.Pass) [4]int {
	f := &p.Frames[s.place.Frame]
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	w, h := float64(s.entry.Width), float64(s.entry.Height)
	for _, c := range [4][2]float64{{0, 0}, {w, 0}, {0, h}, {w, h}} {
		x, y := s.place.Map.Apply(c[0], c[1])
		left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
	}
	clamp := func(v float64, most int) int { return int(math.Round(min(max(v, 0), float64(most)))) }
	x0, y0 := clamp(left, f.Width), clamp(top, f.Height)
	return [4]int{x0, y0, clamp(right, f.Width) - x0, clamp(bottom, f.Height) - y0}
}

// sideBySide stores the frame at the left, with the part outlined that the original covers, and the original at the right.
func (s *sighting) sideBySide(p *forensics.Pass) (forensics.Ref, error) {
	small := p.Small(s.place.Frame)
	probe := imaging.Clone(small)
	b, scale := s.box(p), float64(small.Rect.Dx())/float64(p.Frames[s.place.Frame].Width)
	at := func(v int) int { return int(math.Round(float64(v) * scale)) }
	outline(probe, image.Rect(at(b[0]), at(b[1]), at(b[0]+b[2]), at(b[1]+b[3])))
	halves := []image.Image{probe}
	if len(s.entry.Picture) > 0 {
		original, err := jpeg.Decode(bytes.NewReader(s.entry.Picture))
		if err != nil {
			return "", fmt.Errorf("picture of reference %s/%s: %w", s.entry.Identity, s.entry.Name, err)
		}
		halves = append(halves, original)
	}
	panel := imaging.New(len(halves)*(panelSide+8)-8, panelSide, paper)
	for i, half := range halves {
		fit := imaging.Fit(half, panelSide, panelSide, imaging.Linear)
		panel = imaging.Paste(panel, fit, image.Pt(i*(panelSide+8)+(panelSide-fit.Rect.Dx())/2, (panelSide-fit.Rect.Dy())/2))
	}
	return p.Picture(panel)
}

// outline draws a frame of two pixels along the inside of r.
func outline(img *image.NRGBA, r image.Rectangle) {
	for _, side := range []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+2), image.Rect(r.Min.X, r.Max.Y-2, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+2, r.Max.Y), image.Rect(r.Max.X-2, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		draw.Draw(img, side, image.NewUniform(mark), image.Point{}, draw.Src)
	}
}
