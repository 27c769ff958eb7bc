package surround

import (
	"errors"
	"math"

	"unmask/media"
	"unmask/media/cv"
)

// How much of the picture around a face is looked at.
const (
	reach   = 1.9 // radii of the hull
	largest = 150 // half axis of the hull in pixels; a larger face is reduced to it
	least   = 16  // pixels of the patch across and down
)

// patch is a face with its surroundings at the scale of the picture: luma 0..255 and two colour differences, a byte grid of zones, and the hull.
type patch struct {
	w, h    int
	x, y    int     // of its corner in the frame
	scale   float64 // pixels of the patch for one of the frame; 1 or less
	pix     []byte  // blue, green, red
	luma    plane
	red     plane // R-Y, as Cr of JFIF without offset
	blue    plane // B-Y, as Cb
	hull    hull
	radius  []float32 // of every pixel, 1 on the hull
	zones   []zone    // of every pixel
	missing float64   // share of the ring that lies outside the picture
}

// plane is a picture of one channel, row by row.
type plane struct {
	w, h int
	v    []float32
}

func newPlane(w, h int) plane { return plane{w, h, make([]float32, w*h)} }

func (p plane) row(y int) []float32 { return p.v[y*p.w : (y+1)*p.w] }

// cut returns the patch of a face. Its error says that the picture could not be reduced.
func cut(f *media.Frame, h hull) (*patch, error) {
	side := reach * max(h.rx, h.ry)
	p := &patch{x: max(0, int(h.x-side)), y: max(0, int(h.y-side))}
	w, hh := min(f.Width, int(h.x+side)+1)-p.x, min(f.Height, int(h.y+side)+1)-p.y
	n := max(1, int(max(h.rx, h.ry)/largest))
	if w/n < least || hh/n < least {
		return nil, errTooLittle
	}
	p.gather(f, w/n, hh/n, n)
	if big := max(h.rx, h.ry) / float64(n); big > largest {
		s := largest / big
		width, height := max(least, int(float64(p.w)*s+.5)), max(least, int(float64(p.h)*s+.5))
		var err error
		if p.pix, err = cv.Resize(p.pix, p.w, p.h, width, height); err != nil {
			return nil, err
		}
		p.w, p.h = width, height
	}
	p.scale = float64(p.w) / float64(w/n*n)
	p.hull = h.moved(float64(p.x), float64(p.y), p.scale)
	p.split()
	p.zone()
	return p, nil
}

// gather takes w x h pixels from the corner of the patch on, each the mean of n x n of the frame.
func (p *patch) gather(f *media.Frame, w, h, n int) {
	p.w, p.h, p.pix = w, h, make([]byte, 3*w*h)
	if n == 1 {
		for y := range h {
			copy(p.pix[3*w*y:3*w*(y+1)], f.Pix[3*((p.y+y)*f.Width+p.x):])
		}
		return
	}
	sums := make([]int, 3*w)
	for y := range h {
		clear(sums)
		for k := range n {
			row := f.Pix[3*((p.y+y*n+k)*f.Width+p.x):][:3*n*w]
			for x := range w {
				for i := range n {
					for c := range 3 {
						sums[3*x+c] += int(row[3*(n*x+i)+c])
					}
				}
			}
		}
		for i, s := range sums {
			p.pix[3*w*y+i] = byte((s + n*n/2) / (n * n))
		}
	}
}

// split fills the channels (ITU-T T.871).
func (p *patch) split() {
	p.luma, p.red, p.blue = newPlane(p.w, p.h), newPlane(p.w, p.h), newPlane(p.w, p.h)
	for i := range p.luma.v {
		b, g, r := float32(p.pix[3*i]), float32(p.pix[3*i+1]), float32(p.pix[3*i+2])
		y := .299*r + .587*g + .114*b
		p.luma.v[i], p.red.v[i], p.blue.v[i] = y, .713*(r-y), .564*(b-y)
	}
}

// zone is a part of the face or its surroundings.
type zone uint8

const (
	beyond zone = iota // outside reach
	ring               // what the face is held against
	edge               // where a swap would be blended
	skin               // inside, none of the parts below
	eyeRight
	eyeLeft
	nose
	mouth
	cheekRight
	cheekLeft
	zoneCount
)

// Bounds of the zones in radii of the hull.
const (
	faceTo   = .85
	ringFrom = 1.2
)

// zone tells of every pixel where it lies.
func (p *patch) zone() {
	h := p.hull
	p.radius, p.zones = make([]float32, p.w*p.h), make([]zone, p.w*p.h)
	var ringArea int
	for y := range p.h {
		for x := range p.w {
			dx, dy := float64(x)+.5-h.x, float64(y)+.5-h.y
			a, b := (dx*h.ux+dy*h.uy)/h.rx, (dy*h.ux-dx*h.uy)/h.ry
			r := math.Sqrt(a*a + b*b)
			i := y*p.w + x
			p.radius[i] = float32(r)
			switch {
			case r < faceTo:
				p.zones[i] = skin
			case r < ringFrom:
				p.zones[i] = edge
			case r < reach:
				p.zones[i] = ring
				ringArea++
			}
		}
	}
	p.missing = max(0, 1-float64(ringArea)/(math.Pi*h.rx*h.ry*(reach*reach-ringFrom*ringFrom)))
	unit := h.ry / hullHigh
	eye := .3 * unit
	m := h.marks
	// Cheeks lie outwards of the line from eye to mouth corner.
	out := .12 * unit
	for _, d := range []struct {
		z    zone
		x, y float64
		r    float64
	}{
		{cheekRight, (m[0][0]+m[3][0])/2 - out*h.ux, (m[0][1]+m[3][1])/2 - out*h.uy, .22 * unit},
		{cheekLeft, (m[1][0]+m[4][0])/2 + out*h.ux, (m[1][1]+m[4][1])/2 + out*h.uy, .22 * unit},
		{nose, m[2][0], m[2][1], .25 * unit},
		{mouth, (m[3][0] + m[4][0]) / 2, (m[3][1] + m[4][1]) / 2, .38 * unit},
		{eyeRight, m[0][0], m[0][1], eye},
		{eyeLeft, m[1][0], m[1][1], eye},
	} {
		p.disc(d.z, d.x, d.y, d.r)
	}
}

// disc marks a disc inside the hull.
func (p *patch) disc(z zone, x, y, r float64) {
	for row := max(0, int(y-r)); row < min(p.h, int(y+r)+1); row++ {
		for col := max(0, int(x-r)); col < min(p.w, int(x+r)+1); col++ {
			dx, dy := float64(col)+.5-x, float64(row)+.5-y
			if i := row*p.w + col; dx*dx+dy*dy < r*r && p.zones[i] >= edge {
				p.zones[i] = z
			}
		}
	}
}

var errTooLittle = errors.New("too little of the face is in the picture")
