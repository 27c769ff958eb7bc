package copymove

import (
	"image"
	"image/color"

	"github.com/disintegration/imaging"
)

var (
	red  = color.NRGBA{220, 40, 40, 255}
	blue = color.NRGBA{40, 90, 220, 255}
)

// overlay shows the picture in pale grey; parts that are reported are tinted red, and blue where they stand a second time.
func overlay(img *image.NRGBA, found []clone) *image.NRGBA {
	out := imaging.AdjustContrast(imaging.Grayscale(img), -40)
	w, h := out.Rect.Dx(), out.Rect.Dy()
	tints := make([]*color.NRGBA, w*h)
	for _, c := range found {
		if c.score() < reported {
			continue
		}
		for _, i := range c.pixels {
			if tints[i] == nil {
				tints[i] = &red
			}
			x, y := c.to.at(float64(i%w), float64(i/w))
			if t := int(y+.5)*w + int(x+.5); x >= 0 && y >= 0 && int(x+.5) < w && int(y+.5) < h && tints[t] == nil {
				tints[t] = &blue
			}
		}
	}
	for i, t := range tints {
		if t != nil {
			p := out.Pix[4*i : 4*i+3]
			p[0], p[1], p[2] = p[0]/2+t.R/2, p[1]/2+t.G/2, p[2]/2+t.B/2
		}
	}
	return out
}
