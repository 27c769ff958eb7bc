package face

import (
	"image"
	"math"

	"unmask/forensics"
	"unmask/media"
)

// minApart is the least distance between the eyes, in pixels of the canonical form, at which detectors of generated portraits look at a face.
const minApart = 14

// Portrait is the main face of a picture, in the canonical form of its first frame.
type Portrait struct {
	forensics.Canonical
	Face  forensics.Face     // in the frame
	Marks [5]forensics.Point // its landmarks in the canonical form
}

// PortraitOf returns the main face of a sample. The error wraps forensics.ErrNotApplicable where there is none that is large enough.
func PortraitOf(p *forensics.Pass) (out Portrait, err error) {
	faces, err := Of(p)
	if err != nil {
		return out, err
	}
	var ok bool
	if out.Face, ok = widest(faces); !ok {
		return out, forensics.NotApplicable("no face found")
	}
	if out.Canonical, err = p.Canonical(0); err != nil {
		return out, err
	}
	out.Marks = Points(out.Face)
	for i := range out.Marks {
		out.Marks[i][0], out.Marks[i][1] = out.Marks[i][0]*out.Scale, out.Marks[i][1]*out.Scale
	}
	if math.Hypot(out.Marks[0][0]-out.Marks[1][0], out.Marks[0][1]-out.Marks[1][1]) < minApart {
		return out, forensics.NotApplicable("the face is too small: at least %d pixels between the eyes are needed in the picture reduced to %d", minApart, forensics.SmallSide)
	}
	return out, nil
}

// Unclear says that the landmarks of a face lie in one place.
func Unclear() error { return forensics.NotApplicable("eyes, nose and mouth were not told apart") }

// widest is the face of the first frame with the widest distance between the eyes.
func widest(faces []forensics.Face) (main forensics.Face, ok bool) {
	for _, f := range faces {
		if f.Frame == faces[0].Frame && f.Quality["inter_eye"] > main.Quality["inter_eye"] {
			main, ok = f, true
		}
	}
	return main, ok
}

// Head returns the square of side pixels around a face, with forehead, chin and ears: 1.25 times the side of the template.
func Head(f *media.Frame, marks [5]forensics.Point, side int) (*image.NRGBA, bool) {
	const wider = 1.25
	return Cut(f, marks, side, float64(side)/(wider*AlignedSide), forensics.Point{AlignedSide / 2, AlignedSide / 2})
}

// Cut returns a square of side pixels of a face, turned by its landmarks as Align does, around a point of the template and scale times its size.
// What is outside the frame repeats its edge. It is false where the landmarks lie in one place.
func Cut(f *media.Frame, marks [5]forensics.Point, side int, scale float64, centre forensics.Point) (*image.NRGBA, bool) {
	m, ok := similarity(marks, func(k int) forensics.Point {
		return forensics.Point{(template[k][0]-centre[0])*scale + float64(side)/2, (template[k][1]-centre[1])*scale + float64(side)/2}
	})
	if !ok {
		return nil, false
	}
	return warp(m, side, func(u, v float64, sum *[3]float64) {
		bilinear(f, min(max(u, .5), float64(f.Width)-.5), min(max(v, .5), float64(f.Height)-.5), sum)
	}), true
}

// warp returns the square of side pixels whose points lie at m of them in a frame: one sample for each pixel, or, where the frame gets smaller,
// the mean of many spread over it. Samples are added as blue, green and red.
func warp(m forensics.Affine, side int, sample func(u, v float64, sum *[3]float64)) *image.NRGBA {
	n := spread(m)
	out := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			var sum [3]float64
			for i := range n * n {
				u, v := m.Apply(float64(x)+(float64(i%n)+.5)/float64(n), float64(y)+(float64(i/n)+.5)/float64(n))
				sample(u, v, &sum)
			}
			p := out.Pix[out.PixOffset(x, y):]
			for c := range sum {
				p[c] = uint8(sum[2-c]/float64(n*n) + .5)
			}
			p[3] = 255
		}
	}
	return out
}

// spread is how many samples across and down are taken for a pixel.
func spread(m forensics.Affine) int {
	return min(max(1, int(math.Round(math.Hypot(m[0], m[3])))), oversample)
}
