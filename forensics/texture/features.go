package texture

import (
	"image"
	"math"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/media"
)

// Steps of the quantisation of residuals in grey values: of luma, and of the red difference, which varies less.
const (
	lumaStep   = 2
	colourStep = 1
)

// minEyes is the least distance between the eyes, in pixels of the canonical form, at which a face is looked at.
const minEyes = 14

// described is a picture in numbers.
type described struct {
	whole []float64    // residuals of the picture
	head  []float64    // of its main face; nil where there is none
	face  *image.NRGBA // the face that was looked at
	box   [4]int       // of it in the frame
}

// describe computes the numbers of a frame with its faces.
func describe(f *media.Frame, faces []forensics.Face) (d described, err error) {
	planes, small, err := canonical(f)
	if err != nil {
		return d, err
	}
	b := planes.Rect
	luma := plane{planes.Y, b.Dx(), b.Dy(), planes.YStride}
	red := plane{planes.Cr, (b.Dx() + 1) / 2, (b.Dy() + 1) / 2, planes.CStride}
	d.whole = append(cooccurrences(luma, lumaStep), cooccurrences(red, colourStep)...)
	main, ok := mainFace(faces)
	if !ok {
		return d, nil
	}
	scale := float64(small.Width) / float64(f.Width)
	marks := face.Points(main)
	for i := range marks {
		marks[i][0], marks[i][1] = marks[i][0]*scale, marks[i][1]*scale
	}
	if math.Hypot(marks[0][0]-marks[1][0], marks[0][1]-marks[1][1]) < minEyes {
		return d, nil
	}
	if d.face, ok = face.Head(small, marks, headSide); ok {
		d.head, d.box = ofHead(d.face), main.Box
	}
	return d, nil
}

// mainFace is the face of the first frame with the widest distance between the eyes.
func mainFace(faces []forensics.Face) (main forensics.Face, ok bool) {
	for _, f := range faces {
		if f.Frame == faces[0].Frame && f.Quality["inter_eye"] > main.Quality["inter_eye"] {
			main, ok = f, true
		}
	}
	return main, ok
}
