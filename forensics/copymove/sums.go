package copymove

import "math"

// sums are integral images of two quantities.
type sums struct {
	stride int
	a, b   []float64
}

func newSums(w, h int, of func(i int) (a, b float64)) sums {
	s := sums{w + 1, make([]float64, (w+1)*(h+1)), make([]float64, (w+1)*(h+1))}
	for y := range h {
		rowA, rowB := 0., 0.
		for x := range w {
			a, b := of(y*w + x)
			rowA, rowB = rowA+a, rowB+b
			i := (y+1)*s.stride + x + 1
			s.a[i], s.b[i] = s.a[i-s.stride]+rowA, s.b[i-s.stride]+rowB
		}
	}
	return s
}

// of returns both sums over x0 <= x < x1 and y0 <= y < y1.
func (s *sums) of(x0, y0, x1, y1 int) (a, b float64) {
	p, q, r, t := y0*s.stride+x0, y0*s.stride+x1, y1*s.stride+x0, y1*s.stride+x1
	return s.a[t] - s.a[q] - s.a[r] + s.a[p], s.b[t] - s.b[q] - s.b[r] + s.b[p]
}

func root(v float64) float64 { return math.Sqrt(max(v, 0)) }
