package copymove

import (
	"image"
	"slices"
)

const (
	window  = 3  // points around a point in which offsets must go together
	share   = .6 // of the points in that window
	texture = 4  // grey levels of standard deviation in a patch; plainer ones match anywhere
	seeds   = 12 // regions that are looked at closer, largest first
)

// region is a connected set of points whose matches go together.
type region struct {
	points []int // of the lattice
	box    image.Rectangle
}

// coherent marks the points of the lattice whose neighbours lead to the same place, turned or scaled a little at most.
func (f *field) coherent() []bool {
	out := make([]bool, f.w*f.h)
	for y := window; y < f.h-window; y++ {
		for x := window; x < f.w-window; x++ {
			i := y*f.w + x
			if f.cost[i] == highest {
				continue
			}
			agree := 0
			for v := -window; v <= window; v++ {
				for u := -window; u <= window; u++ {
					n := i + v*f.w + u
					slack := 1 + int16(max(u, -u, v, -v)*f.step)/3
					a, b := f.dx[n]-f.dx[i], f.dy[n]-f.dy[i]
					if a <= slack && -a <= slack && b <= slack && -b <= slack && f.cost[n] < highest {
						agree++
					}
				}
			}
			out[i] = float64(agree) >= share*(2*window+1)*(2*window+1)
		}
	}
	return out
}

// regions joins coherent neighbours with offsets at most two pixels apart, and returns the largest.
func (f *field) regions(least int) []region {
	var out []region
	mark := f.coherent()
	var stack []int
	for start := range mark {
		if !mark[start] {
			continue
		}
		r := region{}
		mark[start] = false
		for stack = append(stack[:0], start); len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := f.pixel(i)
			r.points = append(r.points, i)
			r.box = r.box.Union(image.Rect(x, y, x+1, y+1))
			for _, n := range [4]int{i - 1, i + 1, i - f.w, i + f.w} { // never outside: the border is not marked
				a, b := f.dx[n]-f.dx[i], f.dy[n]-f.dy[i]
				if mark[n] && a*a+b*b <= 4 {
					mark[n] = false
					stack = append(stack, n)
				}
			}
		}
		if len(r.points) >= least {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b region) int { return len(b.points) - len(a.points) })
	return out[:min(len(out), seeds)]
}

// deviation is the standard deviation of a plane in a square of 2*r+1 pixels, 0 at the border.
func deviation(p plane, r int) []float32 {
	s := newSums(p.w, p.h, func(i int) (float64, float64) { v := float64(p.v[i]); return v, v * v })
	out := make([]float32, len(p.v))
	n := float64((2*r + 1) * (2*r + 1))
	for y := r; y < p.h-r; y++ {
		for x := r; x < p.w-r; x++ {
			a, b := s.of(x-r, y-r, x+r+1, y+r+1)
			out[y*p.w+x] = float32(root(b/n - a/n*a/n))
		}
	}
	return out
}
