package noise

import (
	"image"
	"math"
	"slices"
)

const (
	block    = 16   // pixels a side of the blocks of the reduced picture in which noise is measured
	darkest  = 8    // mean level of a block below which noise is clipped
	lightest = 247  // and above which
	least    = 40   // blocks that are needed to tell what is usual in a picture
	offset   = .1   // grey levels added before taking logarithms
	filled   = .5   // of a window that must be measurable
	quartile = 4    // the residual that one in four pixels of a block does not reach: hardly touched by edges
	terms    = 5    // of the polynomial that tells the usual noise of a block
	ridge    = 1e-6 // keeps the equations solvable where all blocks are alike
)

// windows are the sides in blocks of the squares that are compared with the rest.
var windows = [...]int{3, 5, 7}

// measured is what the blocks of a picture are like.
type measured struct {
	w, h  int              // blocks
	ok    []bool           // neither too dark nor too light
	terms [][terms]float64 // gradient and brightness, as the polynomial has them
	noise []float64        // logarithm of the lower quartile of the noise residual
}

// measure splits a picture into blocks.
func measure(img *image.NRGBA) measured {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	luma := make([]float64, w*h)
	for i := range luma {
		p := img.Pix[i/w*img.Stride+4*(i%w):]
		r, g, b := float64(p[0]), float64(p[1]), float64(p[2])
		luma[i] = math.Round(.299*r + .587*g + .114*b)
	}
	m := measured{w: w / block, h: h / block}
	var residual [block * block]float64
	for by := range m.h {
		for bx := range m.w {
			sum, steep := 0., 0.
			for k := range residual {
				x, y := bx*block+k%block, by*block+k/block
				residual[k] = math.Abs(laplacian(luma, w, h, x, y))
				sum, steep = sum+luma[y*w+x], steep+slope(luma, w, h, x, y)
			}
			mean, rough := sum/(block*block), math.Log1p(steep/(block*block))
			slices.Sort(residual[:])
			m.ok = append(m.ok, mean > darkest && mean < lightest)
			m.noise = append(m.noise, math.Log(residual[len(residual)/quartile]+offset))
			m.terms = append(m.terms, [terms]float64{1, rough, rough * rough, mean / 128, mean / 128 * mean / 128})
		}
	}
	return m
}

// laplacian is the noise residual of Immerkaer, "Fast Noise Variance Estimation" (1996), of unit variance for white noise of unit variance.
func laplacian(v []float64, w, h, x, y int) float64 {
	l, r, u, d := mirrored(x-1, w), mirrored(x+1, w), mirrored(y-1, h)*w, mirrored(y+1, h)*w
	c := y * w
	return (v[u+l] + v[u+r] + v[d+l] + v[d+r] - 2*(v[u+x]+v[d+x]+v[c+l]+v[c+r]) + 4*v[c+x]) / 6
}

// slope is the length of the gradient by Sobel's operator.
func slope(v []float64, w, h, x, y int) float64 {
	l, r, u, d := mirrored(x-1, w), mirrored(x+1, w), mirrored(y-1, h)*w, mirrored(y+1, h)*w
	c := y * w
	gx := v[u+r] + 2*v[c+r] + v[d+r] - v[u+l] - 2*v[c+l] - v[d+l]
	gy := v[d+l] + 2*v[d+x] + v[d+r] - v[u+l] - 2*v[u+x] - v[u+r]
	return math.Sqrt(gx*gx+gy*gy) / 8
}

func mirrored(x, n int) int {
	if x < 0 {
		return min(-x, n-1)
	}
	if x >= n {
		return max(2*n-2-x, 0)
	}
	return x
}

// unusual is by how much each block departs from what its texture and brightness make usual in this picture, in standard deviations; 0 for
// blocks that cannot be measured. ok is false where too few can.
func (m *measured) unusual() (out []float64, ok bool) {
	var normal [terms][terms]float64
	var right [terms]float64
	used := 0
	for i, t := range m.noise {
		if !m.ok[i] {
			continue
		}
		used++
		for a, x := range m.terms[i] {
			right[a] += x * t
			for b, y := range m.terms[i] {
				normal[a][b] += x * y
			}
		}
	}
	if used < least {
		return nil, false
	}
	weights := solve(normal, right)
	out = make([]float64, len(m.noise))
	square := 0.
	for i, t := range m.noise {
		if m.ok[i] {
			out[i] = t
			for a, x := range m.terms[i] {
				out[i] -= weights[a] * x
			}
			square += out[i] * out[i]
		}
	}
	deviation := math.Sqrt(square/float64(used)) + ridge
	for i := range out {
		out[i] /= deviation
	}
	return out, true
}

// solve returns the solution of a symmetric positive system, by Gauss-Jordan elimination.
func solve(a [terms][terms]float64, right [terms]float64) [terms]float64 {
	for i := range a {
		a[i][i] += ridge * (a[i][i] + 1)
	}
	for i := range a {
		for j := range a {
			if j == i {
				continue
			}
			f := a[j][i] / a[i][i]
			for k := i; k < len(a); k++ {
				a[j][k] -= f * a[i][k]
			}
			right[j] -= f * right[i]
		}
	}
	for i := range right {
		right[i] /= a[i][i]
	}
	return right
}

// extremes are the windows of side x side blocks in which the mean of a map is highest and lowest, times the root of the blocks measured.
func (m *measured) extremes(v []float64, side int) (high, low float64, highest, lowest image.Rectangle) {
	for y := 0; y+side <= m.h; y++ {
		for x := 0; x+side <= m.w; x++ {
			sum, n := 0., 0
			for k := range side * side {
				if i := (y+k/side)*m.w + x + k%side; m.ok[i] {
					sum, n = sum+v[i], n+1
				}
			}
			if float64(n) < filled*float64(side*side) {
				continue
			}
			z := sum / math.Sqrt(float64(n))
			at := image.Rect(x*block, y*block, (x+side)*block, (y+side)*block)
			if z > high {
				high, highest = z, at
			}
			if z < low {
				low, lowest = z, at
			}
		}
	}
	return high, low, highest, lowest
}
