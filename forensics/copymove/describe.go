package copymove

import (
	"image"
	"math"
)

// plane is one channel of a reduced picture, row by row.
type plane struct {
	w, h int
	v    []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

// channels splits a picture into luma and two colour differences, 0..255 and -255..255.
func channels(img *image.NRGBA) (y, b, r plane) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	y, b, r = newPlane(w, h), newPlane(w, h), newPlane(w, h)
	for i := range y.v {
		at := img.Pix[i/w*img.Stride+4*(i%w):]
		red, green, blue := float32(at[0]), float32(at[1]), float32(at[2])
		l := .299*red + .587*green + .114*blue
		y.v[i], b.v[i], r.v[i] = l, blue-l, red-l
	}
	return y, b, r
}

// rings are the circles on which a patch is sampled, with the harmonics that are kept of each besides its mean.
var rings = [...]struct {
	radius    float64
	samples   int
	harmonics int
}{{1.5, 8, 1}, {3.5, 12, 3}, {5.5, 16, 3}, {7.5, 16, 3}}

const (
	margin   = 8 // pixels around a patch centre that its descriptor looks at
	describe = 4 + 10 + 4
)

// plain tells which pixels lie in a patch without texture, which is like many others.
func (p plane) plain() []bool {
	out := make([]bool, len(p.v))
	for i, d := range deviation(p, margin/2) {
		out[i] = d < texture
	}
	return out
}

// descriptors returns describe numbers for every pixel at least margin from the border and not plain: the mean of each ring and the magnitude of its
// first harmonics, which do not change when the patch is turned, and the mean colour of an inner and an outer ring. (After the circular
// harmonic descriptors of Cozzolino, Poggi, Verdoliva, "Efficient Dense-Field Copy-Move Forgery Detection", TIFS 2015.)
func descriptors(y, b, r plane, plain []bool) []float32 {
	smooth := blurred(y)
	type ring struct {
		at       []int
		cos, sin [][]float32
	}
	var all [len(rings)]ring
	for k, g := range rings {
		for j := range g.samples {
			s, c := math.Sincos(2 * math.Pi * float64(j) / float64(g.samples))
			all[k].at = append(all[k].at, int(math.Round(g.radius*s))*y.w+int(math.Round(g.radius*c)))
		}
		for n := 1; n <= g.harmonics; n++ {
			cos, sin := make([]float32, g.samples/2), make([]float32, g.samples/2)
			for j := range cos {
				s, c := math.Sincos(2 * math.Pi * float64(j*n) / float64(g.samples))
				cos[j], sin[j] = float32(2*c)/float32(g.samples), float32(2*s)/float32(g.samples)
			}
			all[k].cos, all[k].sin = append(all[k].cos, cos), append(all[k].sin, sin)
		}
	}
	out := make([]float32, len(y.v)*describe)
	var sums, differences [8]float32 // of opposite samples: even harmonics are of the sums, odd ones of the differences
	for py := margin; py < y.h-margin; py++ {
		for px := margin; px < y.w-margin; px++ {
			i := py*y.w + px
			if plain[i] {
				continue
			}
			d := out[i*describe : i*describe : (i+1)*describe]
			for k := range all {
				g := &all[k]
				half := len(g.at) / 2
				sum := float32(0)
				for j, at := range g.at[:half] {
					a, b := smooth.v[i+at], smooth.v[i+g.at[half+j]]
					sums[j], differences[j] = a+b, a-b
					sum += a + b
				}
				d = append(d, sum/float32(2*half))
				for n := range g.cos {
					v := differences[:half]
					if n%2 == 1 {
						v = sums[:half]
					}
					cos, sin := g.cos[n][:len(v)], g.sin[n][:len(v)]
					re, im := float32(0), float32(0)
					for j, x := range v {
						re += x * cos[j]
						im += x * sin[j]
					}
					d = append(d, float32(math.Sqrt(float64(re*re+im*im))))
				}
			}
			for _, c := range [2]plane{b, r} {
				for _, k := range [2]int{0, 3} {
					sum := float32(0)
					for _, at := range all[k].at {
						sum += c.v[i+at]
					}
					d = append(d, sum/float32(len(all[k].at)))
				}
			}
		}
	}
	return out
}

// blurred is the plane after a 1 2 1 filter in both directions; borders repeat.
func blurred(p plane) plane {
	across, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	for y := range p.h {
		for x := range p.w {
			i := y * p.w
			across.v[i+x] = (p.v[i+max(x-1, 0)] + 2*p.v[i+x] + p.v[i+min(x+1, p.w-1)]) / 4
		}
	}
	for y := range p.h {
		up, down := max(y-1, 0)*p.w, min(y+1, p.h-1)*p.w
		for x := range p.w {
			out.v[y*p.w+x] = (across.v[up+x] + 2*across.v[y*p.w+x] + across.v[down+x]) / 4
		}
	}
	return out
}
