package difference

import "image"

// plane is one channel of a picture, 0..255, row by row.
type plane struct {
	w, h int
	v    []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

// picture is a colour picture: red, green and blue.
type picture [3]plane

func newPicture(w, h int) picture { return picture{newPlane(w, h), newPlane(w, h), newPlane(w, h)} }

// luma is that of Rec. 601.
func (p picture) luma() plane {
	out := newPlane(p[0].w, p[0].h)
	for i := range out.v {
		out.v[i] = .299*p[0].v[i] + .587*p[1].v[i] + .114*p[2].v[i]
	}
	return out
}

// fromImage copies a picture as imaging gives it.
func fromImage(img *image.NRGBA) picture {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := newPicture(w, h)
	for y := range h {
		row := img.Pix[y*img.Stride:]
		for x := range w {
			for c := range out {
				out[c].v[y*w+x] = float32(row[4*x+c])
			}
		}
	}
	return out
}

// smooth filters with the binomial kernel 1 2 1 in both directions, its taps step pixels apart (Holschneider's algorithme a trous).
func (p plane) smooth(step int) plane {
	mid, out := newPlane(p.w, p.h), newPlane(p.w, p.h)
	for y := range p.h {
		row, to := p.row(y), mid.row(y)
		for x := range min(step, p.w) {
			to[x] = .25*row[0] + .5*row[x] + .25*row[min(p.w-1, x+step)]
		}
		for x := max(0, p.w-step); x < p.w; x++ {
			to[x] = .25*row[max(0, x-step)] + .5*row[x] + .25*row[p.w-1]
		}
		if n := p.w - 2*step; n > 0 {
			a, b, c, to := row[:n], row[step:step+n], row[2*step:2*step+n], to[step:step+n]
			for x := range to {
				to[x] = .25*(a[x]+c[x]) + .5*b[x]
			}
		}
	}
	for y := range p.h {
		to := out.row(y)
		a, b, c := mid.row(y - step)[:len(to)], mid.row(y)[:len(to)], mid.row(y + step)[:len(to)]
		for x := range to {
			to[x] = .25*(a[x]+c[x]) + .5*b[x]
		}
	}
	return out
}

// row returns row y, or the nearest there is.
func (p plane) row(y int) []float32 {
	y = min(max(y, 0), p.h-1)
	return p.v[y*p.w : (y+1)*p.w]
}

// half averages 2 x 2 pixels.
func (p plane) half() plane {
	out := newPlane(p.w/2, p.h/2)
	for y := range out.h {
		a, b := p.row(2*y), p.row(2*y+1)
		for x := range out.w {
			out.v[y*out.w+x] = (a[2*x] + a[2*x+1] + b[2*x] + b[2*x+1]) / 4
		}
	}
	return out
}
