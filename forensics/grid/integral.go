package grid

// integral holds the sums of a map over all rectangles that begin at its corner.
type integral struct {
	stride int
	v      []float64
}

func newIntegral(v []float64, w, h int) integral {
	s := integral{w + 1, make([]float64, (w+1)*(h+1))}
	for y := range h {
		row := 0.
		for x := range w {
			row += v[y*w+x]
			s.v[(y+1)*s.stride+x+1] = s.v[y*s.stride+x+1] + row
		}
	}
	return s
}

// sum is over x0 <= x < x1 and y0 <= y < y1.
func (s *integral) sum(x0, y0, x1, y1 int) float64 {
	return s.v[y1*s.stride+x1] - s.v[y0*s.stride+x1] - s.v[y1*s.stride+x0] + s.v[y0*s.stride+x0]
}
