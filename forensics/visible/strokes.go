package visible

import (
	"math"

	"unmask/media"
	"unmask/media/cv"
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
	faintest   = 8       // grey levels that a stroke differs from what is behind it
)

// reduced brings the shorter side to workSide.
func reduced(f *media.Frame) picture { return reducedTo(f, workSide) }

// reducedTo averages the pixels of the frame under each pixel of the result.
func reducedTo(f *media.Frame, side float64) picture {
	scale := max(1, float64(min(f.Width, f.Height))/side, math.Sqrt(float64(f.Width)*float64(f.Height)/workPixels))
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
func (p *picture) strokes(window int) ([]uint8, error) {
	opened, err := cv.Erode(p.pix, p.w, p.h, window)
	if err != nil {
		return nil, err
	}
	if opened, err = cv.Dilate(opened, p.w, p.h, window); err != nil {
		return nil, err
	}
	for i, v := range p.pix {
		opened[i] = v - opened[i]
	}
	return opened, nil
}

// marked keeps the strokes that have a share of the force of the strongest in their surroundings, so that texture beside a label does not join it.
func (p *picture) marked(strokes []uint8, window int, share float64) ([]bool, error) {
	peak, err := cv.Dilate(strokes, p.w, p.h, 2*window+1)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(strokes))
	for i, v := range strokes {
		out[i] = v >= faintest && float64(v) >= share*float64(peak[i])
	}
	return out, nil
}
