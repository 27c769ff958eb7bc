package surround

import (
	"math"

	"unmask/media/cv"
)

// blurred returns the plane under a Gaussian of the given deviation in pixels; the border repeats.
func (p plane) blurred(deviation float64) (plane, error) {
	v, err := cv.Blur(p.v, p.w, p.h, deviation)
	return plane{p.w, p.h, v}, err
}

// minus returns the difference of two planes.
func (p plane) minus(o plane) plane {
	out := newPlane(p.w, p.h)
	for i, v := range p.v {
		out.v[i] = v - o.v[i]
	}
	return out
}

// size returns the absolute values.
func (p plane) size() plane {
	out := newPlane(p.w, p.h)
	for i, v := range p.v {
		out.v[i] = abs(v)
	}
	return out
}

// at returns the value between four pixels, whose centres lie at half coordinates; the border repeats.
func (p plane) at(x, y float64) float64 {
	x, y = min(max(x-.5, 0), float64(p.w-1)), min(max(y-.5, 0), float64(p.h-1))
	x0, y0 := min(int(x), p.w-2), min(int(y), p.h-2)
	fx, fy := float32(x-float64(x0)), float32(y-float64(y0))
	a, b := p.v[y0*p.w+x0:], p.v[(y0+1)*p.w+x0:]
	return float64((1-fy)*((1-fx)*a[0]+fx*a[1]) + fy*((1-fx)*b[0]+fx*b[1]))
}

func abs(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ (1 << 31)) }
