package difference

import (
	"image"
	"math"

	"unmask/forensics"
	"unmask/media"
)

// reduced averages n x n pixels of a frame, n at least 1. What is left over at the right and the bottom is dropped.
func reduced(f *media.Frame, n int) picture {
	w, h := max(1, f.Width/n), max(1, f.Height/n)
	n = min(n, f.Width, f.Height)
	out := newPicture(w, h)
	sums := make([]uint32, 3*w)
	unit := 1 / float32(n*n)
	for y := range h {
		clear(sums)
		for k := range n {
			row := f.Pix[3*(y*n+k)*f.Width:]
			for x := range w {
				s := sums[3*x : 3*x+3 : 3*x+3]
				for _, p := 0, row[3*x*n:3*(x+1)*n]; len(p) >= 3; p = p[3:] {
					s[0], s[1], s[2] = s[0]+uint32(p[0]), s[1]+uint32(p[1]), s[2]+uint32(p[2])
				}
			}
		}
		for x := range w {
			for c := range out {
				out[c].v[y*w+x] = float32(sums[3*x+2-c]) * unit
			}
		}
	}
	return out
}

// warp samples planes where m puts the pixels of a w x h grid, averaging taps x taps bilinear samples for each. The second result says
// which pixels lie wholly inside the bounds; the others are 0.
func warp(src []plane, bounds image.Rectangle, m forensics.Affine, w, h, taps int) ([]plane, []bool) {
	out := make([]plane, len(src))
	for c := range out {
		out[c] = newPlane(w, h)
	}
	inside := make([]bool, w*h)
	sw := src[0].w
	unit := 1 / float32(taps*taps)
	left, top := float64(bounds.Min.X), float64(bounds.Min.Y)
	right, bottom := float64(bounds.Max.X)-1.001, float64(bounds.Max.Y)-1.001
	for y := range h {
		for x := range w {
			i, ok := y*w+x, true
			for t := 0; t < taps*taps && ok; t++ {
				u, v := m.Apply(float64(x)+(float64(t%taps)+.5)/float64(taps), float64(y)+(float64(t/taps)+.5)/float64(taps))
				if u, v = u-.5, v-.5; u < left || v < top || u > right || v > bottom {
					ok = false
					break
				}
				at := int(v)*sw + int(u)
				fx, fy := float32(u-math.Floor(u)), float32(v-math.Floor(v))
				for c := range src {
					p, q := src[c].v[at:at+2:at+2], src[c].v[at+sw:at+sw+2:at+sw+2]
					upper := p[0] + fx*(p[1]-p[0])
					out[c].v[i] += unit * (upper + fy*(q[0]+fx*(q[1]-q[0])-upper))
				}
			}
			if inside[i] = ok; !ok {
				for c := range src {
					out[c].v[i] = 0
				}
			}
		}
	}
	return out, inside
}

// A row or column belongs to a plain border where this share of it is of one colour, within a tolerance of grey levels.
const (
	plainShare     = .985
	plainTolerance = 12
)

// content is what is left of a picture without plain borders, bars and margins that somebody added, and without the pixels beside them
// that their edge blurs. A picture that is plain throughout is returned whole.
func (p picture) content(blurred int) image.Rectangle {
	whole := image.Rect(0, 0, p[0].w, p[0].h)
	r := whole
	for r.Dy() > 0 && p.plain(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1)) {
		r.Min.Y++
	}
	for r.Dy() > 0 && p.plain(image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y)) {
		r.Max.Y--
	}
	for r.Dx() > 0 && p.plain(image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y)) {
		r.Min.X++
	}
	for r.Dx() > 0 && p.plain(image.Rect(r.Max.X-1, r.Min.Y, r.Max.X, r.Max.Y)) {
		r.Max.X--
	}
	if r.Empty() {
		return whole
	}
	if r.Min.X > 0 {
		r.Min.X += blurred
	}
	if r.Min.Y > 0 {
		r.Min.Y += blurred
	}
	if r.Max.X < whole.Max.X {
		r.Max.X -= blurred
	}
	if r.Max.Y < whole.Max.Y {
		r.Max.Y -= blurred
	}
	return r
}

// plain reports whether all but a few pixels of r are near the colour of its middle.
func (p picture) plain(r image.Rectangle) bool {
	middle := (r.Min.Y+r.Max.Y)/2*p[0].w + (r.Min.X+r.Max.X)/2
	other := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			for c := range p {
				if d := p[c].v[y*p[c].w+x] - p[c].v[middle]; d > plainTolerance || d < -plainTolerance {
					other++
					break
				}
			}
		}
	}
	return float64(other) <= (1-plainShare)*float64(r.Dx()*r.Dy())
}
