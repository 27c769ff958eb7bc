package texture

import (
	"image"

	"unmask/forensics/face"
)

// Steps of the quantisation of residuals in grey values: of luma, and of the red difference, which varies less.
const (
	lumaStep   = 2
	colourStep = 1
)

// described is a picture in numbers.
type described struct {
	whole []float64    // residuals of the picture
	head  []float64    // of its main face; nil where its landmarks lie in one place
	face  *image.NRGBA // the face that was looked at
	box   [4]int       // of it in the frame
}

// describe computes the numbers of a picture and of its main face.
func describe(p face.Portrait) (d described) {
	d.whole = whole(p.Planes)
	ok := false
	if d.face, ok = face.Head(&p.Frame, p.Marks, headSide); ok {
		d.head, d.box = ofHead(d.face), p.Face.Box
	}
	return d
}

// whole describes the residuals of a picture.
func whole(planes *image.YCbCr) []float64 {
	b := planes.Rect
	luma := plane{planes.Y, b.Dx(), b.Dy(), planes.YStride}
	red := plane{planes.Cr, (b.Dx() + 1) / 2, (b.Dy() + 1) / 2, planes.CStride}
	return append(cooccurrences(luma, lumaStep), cooccurrences(red, colourStep)...)
}
