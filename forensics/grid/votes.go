package grid

import (
	"math"

	"unmask/media"
)

// luma is the brightness of a frame, 0..255, row by row.
func luma(f *media.Frame) []float32 {
	out := make([]float32, f.Width*f.Height)
	for i := range out {
		p := f.Pix[3*i : 3*i+3 : 3*i+3]
		out[i] = float32((29*int(p[0]) + 150*int(p[1]) + 77*int(p[2]) + 128) >> 8)
	}
	return out
}

// none is the vote of a pixel that cannot tell.
const none = 255

// votes tells for every pixel in which of the 64 grids of 8x8 blocks the block around it has most DCT coefficients that are nought: the grid
// y%8*8+x%8 of its origin. Pixels in blocks without any change, pixels where two grids are as good, and the outermost seven do not vote.
// (Nikoukhah et al., "ZERO: a local JPEG grid origin detector based on the number of DCT zeros", IPOL 2021.)
func votes(v []float32, w, h int) []uint8 {
	best, out := make([]uint8, w*h), make([]uint8, w*h)
	for i := range out {
		out[i] = none
	}
	noughts := make([]uint8, w)
	var rows [8][]float32 // of the eight rows of the running blocks: all coefficients along x, eight for every origin
	for y := range h {
		row := rows[0]
		copy(rows[:], rows[1:])
		if row == nil {
			row = make([]float32, 8*w)
		}
		rows[7] = row
		for x := range w - 7 {
			along(v[y*w+x:y*w+x+8], row[8*x:8*x+8])
		}
		if y < 7 {
			continue
		}
		count(&rows, noughts[:w-7])
		for x, n := range noughts[:w-7] {
			elect(best, out, w, x, y-7, n)
		}
	}
	for i, n := range best {
		if x, y := i%w, i/w; n == 63 || x < 7 || y < 7 || x >= w-7 || y >= h-7 {
			out[i] = none
		}
	}
	return out
}

// elect gives the 64 pixels of the block at x, y its vote where it has more noughts than any block before, and takes votes away where it has
// as many.
func elect(best, out []uint8, w, x, y int, n uint8) {
	phase := uint8(y&7<<3 | x&7)
	for k := range 8 {
		at := (y+k)*w + x
		b, o := best[at:at+8:at+8], out[at:at+8:at+8]
		for j := range b {
			if n > b[j] {
				b[j], o[j] = n, phase
			} else if n == b[j] {
				o[j] = none
			}
		}
	}
}

// count sets how many of the 63 AC coefficients of the block at every x of the eight rows are below a half.
func count(rows *[8][]float32, noughts []uint8) {
	var in, out [8]float32
	for x := range noughts {
		n := uint8(0)
		for u := range 8 {
			for k := range 8 {
				in[k] = rows[k][8*x+u]
			}
			along(in[:], out[:])
			for _, c := range out {
				n += uint8((math.Float32bits(c)&0x7fffffff - 0x3f000000) >> 31)
			}
			if u == 0 { // not the mean
				n -= uint8((math.Float32bits(out[0])&0x7fffffff - 0x3f000000) >> 31)
			}
		}
		noughts[x] = n
	}
}

// Cosines of k*pi/16 over 2: the orthonormal DCT of eight samples.
const (
	c1 = .49039264020161522
	c2 = .46193976625564337
	c3 = .41573480615127262
	c4 = .35355339059327376
	c5 = .27778511650980109
	c6 = .19134171618254489
	c7 = .09754516100806413
)

// along is the orthonormal DCT of eight values.
func along(v, out []float32) {
	_, _ = v[7], out[7]
	s0, s1, s2, s3 := v[0]+v[7], v[1]+v[6], v[2]+v[5], v[3]+v[4]
	d0, d1, d2, d3 := v[0]-v[7], v[1]-v[6], v[2]-v[5], v[3]-v[4]
	a, b, c, d := s0+s3, s1+s2, s0-s3, s1-s2
	out[0] = c4 * (a + b)
	out[4] = c4 * (a - b)
	out[2] = c2*c + c6*d
	out[6] = c6*c - c2*d
	out[1] = c1*d0 + c3*d1 + c5*d2 + c7*d3
	out[3] = c3*d0 - c7*d1 - c1*d2 - c5*d3
	out[5] = c5*d0 - c1*d1 + c7*d2 + c3*d3
	out[7] = c7*d0 - c5*d1 + c3*d2 - c1*d3
}
