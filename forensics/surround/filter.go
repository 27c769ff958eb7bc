package surround

import "math"

// blurred returns the plane under a Gaussian of the given deviation in pixels; the border repeats.
func (p plane) blurred(deviation float64) plane {
	n := int(math.Ceil(2.5 * deviation))
	kernel := make([]float32, n+1)
	var sum float64
	for i := range kernel {
		k := math.Exp(-float64(i*i) / (2 * deviation * deviation))
		kernel[i] = float32(k)
		sum += k
		if i > 0 {
			sum += k
		}
	}
	for i := range kernel {
		kernel[i] /= float32(sum)
	}
	across, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	padded := make([]float32, p.w+2*n)
	for y := range p.h {
		row, to := p.row(y), across.row(y)
		copy(padded[n:], row)
		for i := range n {
			padded[i], padded[n+p.w+i] = row[0], row[p.w-1]
		}
		for x := range to {
			at := padded[x : x+2*n+1]
			s := kernel[0] * at[n]
			for i := 1; i <= n; i++ {
				s += kernel[i] * (at[n-i] + at[n+i])
			}
			to[x] = s
		}
	}
	for y := range p.h {
		to := out.row(y)
		for x, v := range across.row(y) {
			to[x] = kernel[0] * v
		}
		for i := 1; i <= n; i++ {
			up, down := across.row(max(0, y-i)), across.row(min(p.h-1, y+i))
			for x := range to {
				to[x] += kernel[i] * (up[x] + down[x])
			}
		}
	}
	return out
}

// minus returns the difference of two planes.
func (p plane) minus(o plane) plane {
	out := newPlane(p.w, p.h)
	for i, v := range p.v {
		out.v[i] = v - o.v[i]
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

func abs(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}
