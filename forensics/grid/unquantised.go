package grid

import (
	"math"

	"unmask/media/jpeg"
)

// zigzag is the frequency along x (low digit) and y (high digit, octal) of coefficient k.
var zigzag = [64]uint8{0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63}

// unquantised returns for each frequency a histogram, in bins of 1/fine around its middle, of the coefficients of blocks that lie four pixels off
// the grid: what the picture would have had without a compression.
func unquantised(c *jpeg.Coefficients, across, down int) [frequencies][]float64 {
	var out [frequencies][]float64
	const half = 2048 * fine
	for k := range out {
		out[k] = make([]float64, 2*half+1)
	}
	every := max(1, int(math.Ceil(float64(across)*float64(down)/sampled)))
	for i := 0; i < (across-1)*(down-1); i += every {
		x, y := i%(across-1), i/(across-1)
		var square [16][16]float32
		for b := range 4 {
			paint(&square, b%2*8, b/2*8, &c.Blocks[(y+b/2)*c.Across+x+b%2], &c.Table)
		}
		var rows [8][8]float32
		for r := range rows {
			along(square[r+4][4:12], rows[r][:])
		}
		for u := range 4 {
			var column, coefficients [8]float32
			for r := range rows {
				column[r] = rows[r][u]
			}
			along(column[:], coefficients[:])
			for k := range out {
				if at := zigzag[k+1]; int(at&7) == u {
					v := math.Round(float64(coefficients[at>>3]) * fine)
					out[k][int(min(max(v, -half), half))+half]++
				}
			}
		}
	}
	return out
}

// paint puts the samples of a block at a place of the square, without the mean level of 128.
func paint(square *[16][16]float32, x, y int, b *jpeg.Block, t *jpeg.Table) {
	var f [8][8]float32
	for k, v := range b {
		if v != 0 {
			f[zigzag[k]>>3][zigzag[k]&7] = float32(v) * float32(t.Values[k])
		}
	}
	for u := range 8 {
		column := [8]float32{f[0][u], f[1][u], f[2][u], f[3][u], f[4][u], f[5][u], f[6][u], f[7][u]}
		back(&column)
		for r := range f {
			f[r][u] = column[r]
		}
	}
	for r := range f {
		back(&f[r])
		copy(square[y+r][x:x+8], f[r][:])
	}
}

// back is the inverse of along.
func back(v *[8]float32) {
	a, b := c4*(v[0]+v[4]), c4*(v[0]-v[4])
	c, d := c2*v[2]+c6*v[6], c6*v[2]-c2*v[6]
	e0, e1, e2, e3 := a+c, b+d, b-d, a-c
	o0 := c1*v[1] + c3*v[3] + c5*v[5] + c7*v[7]
	o1 := c3*v[1] - c7*v[3] - c1*v[5] - c5*v[7]
	o2 := c5*v[1] - c1*v[3] + c7*v[5] + c3*v[7]
	o3 := c7*v[1] - c5*v[3] + c3*v[5] - c1*v[7]
	v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7] = e0+o0, e1+o1, e2+o2, e3+o3, e3-o3, e2-o2, e1-o1, e0-o0
}
