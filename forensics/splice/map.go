package splice

import (
	"image"
	"image/color"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

const (
	window   = 48 // pixels a side of the squares that are compared
	fewest   = 64 // squares that are needed to tell what is usual in a picture
	marked   = 3  // medians of the distance from which a square is marked
	full     = 9  // and at which a tint is full
	flattest = .8 // root of the share of neighbours without residual above which a square is plain
)

// departure is a map of how far the squares of a picture are from the mass of them.
type departure struct {
	area image.Rectangle // of the frame
	cell int             // pixels from one square to the next
	w, h int             // squares
	v    []float64       // squared distance in units of its median
	flat []bool          // squares in which next to nothing changes
}

// mapped makes the map of a frame. ok is false where too few squares fit.
func mapped(f *media.Frame) (m departure, ok bool) {
	m.area, m.cell = middle(f), window/6
	every := 1
	if m.area.Dx()*m.area.Dy() > fine {
		m.cell, every = window/3, 2
	}
	n := window / m.cell
	m.w, m.h = m.area.Dx()/m.cell-n+1, m.area.Dy()/m.cell-n+1
	if m.w < 1 || m.h < 1 || m.w*m.h < fewest {
		return m, false
	}
	counts, across, size := counted(luma(f, m.area), m.area.Dx(), m.area.Dy(), m.cell, every)
	rows := make([]float32, m.w*m.h*size)
	for i := range m.w * m.h {
		row := rows[i*size : (i+1)*size]
		for k := range n * n {
			for j, c := range counts[((i/m.w+k/n)*across+i%m.w+k%n)*size:][:size] {
				row[j] += float32(c)
			}
		}
		for _, half := range [2][]float32{row[:size/2], row[size/2:]} {
			sum := float32(1e-9)
			for _, c := range half {
				sum += c
			}
			for j, c := range half {
				half[j] = float32(math.Sqrt(float64(c / sum)))
			}
		}
	}
	still := stillness()
	for i := range m.w * m.h {
		m.flat = append(m.flat, rows[i*size+still] > flattest)
	}
	m.v = m.smoothed(distances(reduced(rows, size)))
	unit := median(m.v) + 1e-9
	for i := range m.v {
		m.v[i] /= unit
	}
	return m, true
}

// smoothed is the mean of each square and its neighbours.
func (m *departure) smoothed(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range out {
		n := 0.
		for y := max(i/m.w-1, 0); y <= min(i/m.w+1, m.h-1); y++ {
			for x := max(i%m.w-1, 0); x <= min(i%m.w+1, m.w-1); x++ {
				out[i], n = out[i]+v[y*m.w+x], n+1
			}
		}
		out[i] /= n
	}
	return out
}

// score is by how much the distance that one square in a hundred exceeds is above their median, as a logarithm. Plain squares do not count: what
// little they hold is far from the rest in every picture.
func (m *departure) score() float64 {
	var s []float64
	for i, v := range m.v {
		if !m.flat[i] {
			s = append(s, v)
		}
	}
	if len(s) < fewest {
		return 0
	}
	slices.Sort(s)
	return math.Log((s[len(s)*99/100] + 1e-9) / (s[len(s)/2] + 1e-9))
}

// at is the value of the square around a pixel of the reduced frame, 0 outside of what was looked at.
func (m *departure) at(x, y int, small image.Rectangle, f *media.Frame) float64 {
	p := image.Pt((2*x+1)*f.Width/(2*small.Dx()), (2*y+1)*f.Height/(2*small.Dy()))
	if !p.In(m.area) {
		return 0
	}
	p = p.Sub(m.area.Min).Sub(image.Pt(window/2-m.cell/2, window/2-m.cell/2))
	return m.v[min(max(p.Y/m.cell, 0), m.h-1)*m.w+min(max(p.X/m.cell, 0), m.w-1)]
}

func (m *departure) mask(p *forensics.Pass) *image.Gray {
	out := p.NewMask(0)
	for i := range out.Pix {
		if m.at(i%out.Rect.Dx(), i/out.Rect.Dx(), out.Rect, &p.Frames[0]) > marked {
			out.Pix[i] = 255
		}
	}
	return out
}

// overlay shows the picture in pale grey, the redder the further a square is from the mass.
func (m *departure) overlay(p *forensics.Pass) *image.NRGBA {
	out := imaging.AdjustContrast(imaging.Grayscale(p.Small(0)), -40)
	red := color.NRGBA{220, 40, 40, 255}
	for i := range out.Rect.Dx() * out.Rect.Dy() {
		depth := .6 * min(max((m.at(i%out.Rect.Dx(), i/out.Rect.Dx(), out.Rect, &p.Frames[0])-1)/(full-1), 0), 1)
		c := out.Pix[4*i : 4*i+3]
		for k, t := range [3]uint8{red.R, red.G, red.B} {
			c[k] = uint8(float64(c[k])*(1-depth) + float64(t)*depth)
		}
	}
	return out
}
