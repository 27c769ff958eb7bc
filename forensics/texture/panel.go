package texture

import (
	"image"
	"image/color"
	"math"
)

const panelSide = 240 // pixels of each of the two pictures

// panel shows the face that was judged and, beside it, which parts of its light speak for a generator (red) or against one (blue): the product of
// weight and pixel, less its mean over the face, mirrored as the model sees it.
func (m model) panel(d described) *image.NRGBA {
	n := smallSide / 2
	pixels := smallSide * n * 3
	from, at := len(m.Weights)-pixels, len(d.head)-pixels
	speaks := make([]float64, smallSide*n)
	mean, most := 0., 1e-9
	for i := range speaks {
		for c := range 3 {
			speaks[i] += float64(m.Weights[from+3*i+c]) * d.head[at+3*i+c]
		}
		mean += speaks[i] / float64(len(speaks))
	}
	for i := range speaks {
		speaks[i] -= mean
		most = max(most, math.Abs(speaks[i]))
	}
	out := image.NewNRGBA(image.Rect(0, 0, 2*panelSide, panelSide))
	for y := range panelSide {
		for x := range panelSide {
			face := d.face.NRGBAAt(x*headSide/panelSide, y*headSide/panelSide)
			out.SetNRGBA(x, y, face)
			sx := x * smallSide / panelSide
			v := speaks[(y*smallSide/panelSide)*n+min(sx, smallSide-1-sx)] / most
			grey := .6*(.3*float64(face.R)+.59*float64(face.G)+.11*float64(face.B)) + 40
			out.SetNRGBA(panelSide+x, y, color.NRGBA{tone(grey + 150*max(v, 0)), tone(grey - 40*math.Abs(v)), tone(grey + 150*max(-v, 0)), 255})
		}
	}
	return out
}

func tone(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
