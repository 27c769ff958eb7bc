package face

import (
	"math"

	"unmask/forensics"
	"unmask/media"
)

// grey is a picture of rows times cols bytes, row by row.
type grey struct {
	pix        []uint8
	cols, rows int
}

// reduced returns the luma (Rec. 601) of a frame that is brought down to side, and how many pixels of the frame one of it is, across and down.
func reduced(f *media.Frame) (grey, forensics.Point) {
	small := f.Fit(side)
	g := grey{make([]uint8, small.Rect.Dx()*small.Rect.Dy()), small.Rect.Dx(), small.Rect.Dy()}
	for i := range g.pix {
		p := small.Pix[4*i : 4*i+3 : 4*i+3]
		g.pix[i] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2]) + 500) / 1000)
	}
	return g, forensics.Point{float64(f.Width) / float64(g.cols), float64(f.Height) / float64(g.rows)}
}

// padded returns the picture with its border pixels repeated over a margin on every side.
func (g *grey) padded(margin int) grey {
	out := grey{cols: g.cols + 2*margin, rows: g.rows + 2*margin}
	out.pix = make([]uint8, 0, out.cols*out.rows)
	for y := range out.rows {
		row := g.pix[g.cols*min(max(y-margin, 0), g.rows-1):][:g.cols]
		for range margin {
			out.pix = append(out.pix, row[0])
		}
		out.pix = append(out.pix, row...)
		for range margin {
			out.pix = append(out.pix, row[g.cols-1])
		}
	}
	return out
}

// contrast returns the standard deviation of the grey values in a square around a centre.
func (g *grey) contrast(x, y, side float64) float64 {
	var n, sum, squares float64
	for row := max(0, int(y-side/2)); row < min(g.rows, int(y+side/2)); row++ {
		for col := max(0, int(x-side/2)); col < min(g.cols, int(x+side/2)); col++ {
			v := float64(g.pix[row*g.cols+col])
			n, sum, squares = n+1, sum+v, squares+v*v
		}
	}
	if n == 0 {
		return 0
	}
	return math.Sqrt(max(0, squares/n-(sum/n)*(sum/n)))
}
