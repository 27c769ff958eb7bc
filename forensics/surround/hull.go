package surround

import (
	"math"

	"unmask/forensics"
	"unmask/forensics/face"
)

// hull is the oval from brows to chin that a swap replaces, in pixels of the frame or of a patch.
type hull struct {
	x, y   float64 // centre
	ux, uy float64 // direction across, of length 1
	rx, ry float64 // half axes across and down
	marks  [5]forensics.Point
}

// Where the oval lies, in units of the distance between eyes and mouth (or between the eyes where that is more): brows and chin are
// .45 above the eyes and .6 below the mouth.
const (
	hullDown = .55 // centre, from the eyes towards the mouth
	hullWide = .95
	hullHigh = 1.05
)

// hullOf returns the oval of a face; false where the landmarks lie in one place.
func hullOf(marks [5]forensics.Point) (hull, bool) {
	eyes, mouth := middle(marks[0], marks[1]), middle(marks[3], marks[4])
	dx, dy := marks[1][0]-marks[0][0], marks[1][1]-marks[0][1]
	apart, long := math.Hypot(dx, dy), math.Hypot(mouth[0]-eyes[0], mouth[1]-eyes[1])
	unit := max(apart, long)
	if !(apart > 0 && unit > 1 && unit < 1<<16) {
		return hull{}, false
	}
	return hull{x: eyes[0] + hullDown*(mouth[0]-eyes[0]), y: eyes[1] + hullDown*(mouth[1]-eyes[1]),
		ux: dx / apart, uy: dy / apart, rx: hullWide * unit, ry: hullHigh * unit, marks: marks}, true
}

func middle(a, b forensics.Point) forensics.Point {
	return forensics.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2}
}

// of returns the hull of a face as the finder left it.
func of(f forensics.Face) (hull, bool) { return hullOf(face.Points(f)) }

// moved returns the hull in a patch whose corner lies at (x, y) of the frame and whose pixels stand for 1/scale pixels of it.
func (h hull) moved(x, y, scale float64) hull {
	h.x, h.y, h.rx, h.ry = (h.x-x)*scale, (h.y-y)*scale, h.rx*scale, h.ry*scale
	for k, m := range h.marks {
		h.marks[k] = forensics.Point{(m[0] - x) * scale, (m[1] - y) * scale}
	}
	return h
}

// radius returns how far a point is from the centre, 1 on the oval, and its angle about it: 0 at the left side of the person shown, growing downwards.
func (h hull) radius(x, y float64) (radius, angle float64) {
	dx, dy := x-h.x, y-h.y
	a, b := (dx*h.ux+dy*h.uy)/h.rx, (dy*h.ux-dx*h.uy)/h.ry
	return math.Hypot(a, b), math.Atan2(b, a)
}

// point is the reverse of radius.
func (h hull) point(radius, angle float64) (x, y float64) {
	sin, cos := math.Sincos(angle)
	a, b := radius*cos*h.rx, radius*sin*h.ry
	return h.x + a*h.ux - b*h.uy, h.y + a*h.uy + b*h.ux
}
