package visible

import (
	"math"

	"unmask/media"
)

// picture is a frame in grey, reduced so that its shorter side is at most workSide and it has at most workPixels.
type picture struct {
	w, h  int
	pix   []uint8
	scale float64 // pixels of the frame for one of these
}

const (
	workSide   = 640     // pixels: a label of 3 % is 19 pixels high here, enough to tell strokes from noise
	workPixels = 1 << 21 // for pictures of extreme proportions
)

// reduced averages the pixels of the frame under each pixel of the result.
func reduced(f *media.Frame) picture {
	scale := max(1, float64(min(f.Width, f.Height))/workSide, math.Sqrt(float64(f.Width)*float64(f.Height)/workPixels))
	p := picture{w: max(1, int(float64(f.Width)/scale)), h: max(1, int(float64(f.Height)/scale)), scale: scale}
	p.pix = make([]uint8, p.w*p.h)
	column := make([]int, f.Width)
	for x := range column {
		column[x] = x * p.w / f.Width
	}
	sums, counts := make([]uint64, p.w), make([]uint64, p.w)
	for y := range p.h {
		clear(sums)
		clear(counts)
		for sy := y * f.Height / p.h; sy < (y+1)*f.Height/p.h; sy++ {
			row := f.Pix[3*sy*f.Width : 3*(sy+1)*f.Width]
			for x, cx := range column {
				sums[cx] += luma(row[3*x:])
				counts[cx]++
			}
		}
		for x := range p.w {
			p.pix[y*p.w+x] = uint8(sums[x] / (256 * counts[x]))
		}
	}
	return p
}

// luma is 256 times the brightness of a pixel (blue, green, red; ITU-R BT.601).
func luma(bgr []byte) uint64 { return 29*uint64(bgr[0]) + 150*uint64(bgr[1]) + 77*uint64(bgr[2]) }

func (p *picture) short() int { return min(p.w, p.h) }

// inverted returns the negative, in which dark strokes are bright.
func (p *picture) inverted() picture {
	out := *p
	out.pix = make([]uint8, len(p.pix))
	for i, v := range p.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// strokes tells for every pixel how much brighter it is than what remains when everything narrower than the window is taken away (the white
// top-hat of morphology). Whatever shade or gradient lies behind a label is gone; what is left are its strokes.
func (p *picture) strokes(window int) []uint8 {
	opened := p.filter(p.filter(p.pix, window, false), window, true)
	for i, v := range p.pix {
		opened[i] = v - opened[i]
	}
	return opened
}

// marked keeps the strokes that are among the strongest of their surroundings, so that texture beside a label does not join it.
func (p *picture) marked(strokes []uint8, window int) []bool {
	const faintest = 14 // grey levels: white at an opacity of 10 % on mid grey
	peak := p.filter(strokes, 2*window+1, true)
	out := make([]bool, len(strokes))
	for i, v := range strokes {
		out[i] = v >= faintest && 2*int(v) >= int(peak[i])
	}
	return out
}

// filter takes the least (or the most) of every square of that many pixels a side (odd), which is cut at the border.
func (p *picture) filter(src []uint8, window int, most bool) []uint8 {
	out := make([]uint8, len(src))
	flip := uint8(0)
	if most { // the most is the least of the negative
		flip = 255
	}
	line := running{window: window}
	for y := range p.h {
		line.run(src[y*p.w:(y+1)*p.w], out[y*p.w:], 1, flip)
	}
	column := make([]uint8, p.h)
	for x := range p.w {
		for y := range column {
			column[y] = out[y*p.w+x]
		}
		line.run(column, out[x:], p.w, flip)
	}
	return out
}

// running is van Herk's filter (Pattern Recognition Letters 13, 1992): three comparisons a pixel, whatever the window.
type running struct {
	window      int
	left, right []uint8 // least from the start of a block to here, and from here to its end
}

// run filters src into dst with a stride. Beyond both ends lies the highest value.
func (r *running) run(src, dst []uint8, stride int, flip uint8) {
	half, n := r.window/2, len(src)
	if padded := (n + 2*half + r.window - 1) / r.window * r.window; len(r.left) != padded {
		r.left, r.right = make([]uint8, padded), make([]uint8, padded)
	}
	for i := range r.left {
		r.left[i] = 255
	}
	for i, v := range src {
		r.left[half+i] = v ^ flip
	}
	copy(r.right, r.left)
	for from := 0; from < len(r.left); from += r.window {
		a, b := r.left[from:from+r.window], r.right[from:from+r.window]
		least := uint8(255)
		for i, v := range a {
			least = min(least, v)
			a[i] = least
		}
		least = 255
		for i := len(b) - 1; i >= 0; i-- {
			least = min(least, b[i])
			b[i] = least
		}
	}
	last := r.left[2*half:]
	for i, v := range r.right[:n] {
		dst[i*stride] = min(v, last[i]) ^ flip
	}
}
