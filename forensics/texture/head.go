package texture

import (
	"image"
	"math"

	"github.com/disintegration/imaging"
)

const (
	headSide  = 128 // pixels of a face that is looked at
	smallSide = 48  // of the same face as pixels, which show light and shape
)

// ofHead describes a face: the strength of each frequency of its blocks, the patterns of its skin at two sizes, and its pixels.
func ofHead(head *image.NRGBA) (out []float64) {
	planes := split(head)
	for i, p := range planes {
		mean, busy := frequencies(p)
		out = append(out, mean...)
		if i == 0 {
			out = append(out, busy...)
		}
	}
	out = append(out, patterns(planes[0])...)
	half := split(imaging.Resize(head, headSide/2, headSide/2, imaging.Box))
	out = append(out, patterns(half[0])...)
	return append(out, light(imaging.Resize(head, smallSide, smallSide, imaging.Box))...)
}

// light returns the left half of the mean of a face and its mirror image: how light falls on it, and its shape, whichever way it looks.
func light(img *image.NRGBA) (out []float64) {
	w := img.Rect.Dx()
	for y := range img.Rect.Dy() {
		for x := range w / 2 {
			for c := range 3 {
				row := y * img.Stride
				out = append(out, (float64(img.Pix[row+4*x+c])+float64(img.Pix[row+4*(w-1-x)+c]))/128)
			}
		}
	}
	return out
}

// split returns luma and both colour differences.
func split(img *image.NRGBA) (planes [3]plane) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for i := range planes {
		planes[i] = plane{make([]byte, w*h), w, h, w}
	}
	for i := range w * h {
		r, g, b := float64(img.Pix[4*i]), float64(img.Pix[4*i+1]), float64(img.Pix[4*i+2])
		y := .299*r + .587*g + .114*b
		for k, v := range [3]float64{y, (r-y)*.713 + 128, (b-y)*.564 + 128} {
			planes[k].pix[i] = uint8(min(max(v+.5, 0), 255))
		}
	}
	return planes
}

// cosines are the basis of the DCT of eight points.
var cosines = func() (c [8][8]float64) {
	for i := range c {
		for j := range c[i] {
			c[i][j] = math.Cos(math.Pi*float64((2*j+1)*i)/16) / 2
			if i == 0 {
				c[i][j] = math.Sqrt(1. / 8)
			}
		}
	}
	return c
}()

// frequencies returns, for each coefficient but the mean of blocks of 8 by 8, the logarithm of its mean strength and of how often it is more
// than 1 (after Frank et al., "Leveraging Frequency Analysis for Deep Fake Image Recognition", ICML 2020).
func frequencies(p plane) (mean, busy []float64) {
	var sum, over [64]float64
	blocks := 0.
	var rows, c [8][8]float64
	for by := 0; by+8 <= p.height; by += 8 {
		for bx := 0; bx+8 <= p.width; bx += 8 {
			for y := range 8 {
				for u := range 8 {
					rows[y][u] = 0
					for x := range 8 {
						rows[y][u] += cosines[u][x] * float64(p.at(bx+x, by+y))
					}
				}
			}
			for v := range 8 {
				for u := range 8 {
					c[v][u] = 0
					for y := range 8 {
						c[v][u] += cosines[v][y] * rows[y][u]
					}
					a := math.Abs(c[v][u])
					sum[8*v+u] += a
					if a > 1 {
						over[8*v+u]++
					}
				}
			}
			blocks++
		}
	}
	for i := 1; i < 64; i++ {
		mean = append(mean, math.Log(sum[i]/blocks+.05))
		busy = append(busy, math.Log(over[i]/blocks+.01))
	}
	return mean, busy
}

// uniform numbers the patterns of eight neighbours with at most two changes around the circle; all others share one number: Ojala, Pietikäinen,
// Mäenpää, "Multiresolution Gray-Scale and Rotation Invariant Texture Classification with Local Binary Patterns" (PAMI 2002).
var uniform = func() (of [256]int) {
	n := 0
	for v := range of {
		changes := 0
		for i := range 8 {
			if v>>i&1 != v>>((i+1)%8)&1 {
				changes++
			}
		}
		of[v] = kinds - 1
		if changes <= 2 {
			of[v], n = n, n+1
		}
	}
	return of
}()

const kinds = 59

// patterns returns the square roots of the shares of the uniform local binary patterns.
func patterns(p plane) []float64 {
	counts := make([]float64, kinds)
	around := [8][2]int{{-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}}
	for y := 1; y+1 < p.height; y++ {
		for x := 1; x+1 < p.width; x++ {
			v := 0
			for k, d := range around {
				if p.at(x+d[0], y+d[1]) >= p.at(x, y) {
					v |= 1 << k
				}
			}
			counts[uniform[v]]++
		}
	}
	return shares(counts)
}
