package face

import (
	"image"
	"math"

	"unmask/forensics"
	"unmask/media"
)

// Head returns the square of side pixels around a face, turned and scaled by its landmarks as Align does but with forehead, chin and ears:
// 1.25 times the side of the template. What is outside the frame repeats its edge. It is false where the landmarks lie in one place.
func Head(f *media.Frame, marks [5]forensics.Point, side int) (*image.NRGBA, bool) {
	const wider = 1.25
	scale := float64(side) / (wider * AlignedSide)
	m, ok := similarity(marks, func(k int) forensics.Point {
		return forensics.Point{(template[k][0]-AlignedSide/2)*scale + float64(side)/2, (template[k][1]-AlignedSide/2)*scale + float64(side)/2}
	})
	if !ok {
		return nil, false
	}
	n := min(max(1, int(math.Round(math.Hypot(m[0], m[3])))), oversample)
	out := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			var sum [3]float64
			for i := range n * n {
				u, v := m.Apply(float64(x)+(float64(i%n)+.5)/float64(n), float64(y)+(float64(i/n)+.5)/float64(n))
				bilinear(f, min(max(u, .5), float64(f.Width)-.5), min(max(v, .5), float64(f.Height)-.5), &sum)
			}
			p := out.Pix[out.PixOffset(x, y):]
			for c := range sum {
				p[c] = uint8(sum[2-c]/float64(n*n) + .5)
			}
			p[3] = 255
		}
	}
	return out, true
}
