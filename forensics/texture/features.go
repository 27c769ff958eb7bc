package texture

import (
	"image"

	"unmask/forensics"
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

// describe computes the numbers of a picture and of a face, whose place is that in the frame.
func describe(c forensics.Canonical, main forensics.Face) (d described) {
	d.whole = whole(c.Planes)
	ok := false
	if d.face, ok = face.Head(&c.Frame, face.Scaled(main, c.Scale), headSide); ok {
		d.head, d.box = ofHead(d.face), main.Box
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
