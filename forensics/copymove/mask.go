package copymove

import (
	"image"

	"unmask/forensics"
)

// closed is how far in pixels of the reduced picture the gaps are that a mask closes: plain spots, in which likeness cannot be measured.
const closed = 8

// Mask returns both places of the surest part that stands twice in white, reported or not, and its score: black and 0 where there is none.
func Mask(p *forensics.Pass) (mask *image.Gray, score float64) {
	mask = p.NewMask(0)
	if min(mask.Rect.Dx(), mask.Rect.Dy()) < smallest {
		return mask, 0
	}
	found := clones(p.Small(0))
	paint(mask, found)
	if len(found) > 0 {
		score = found[0].score()
	}
	return mask, score
}

// paint whitens both places of the surest part and of all others that are reported, and closes the gaps in them.
func paint(mask *image.Gray, found []clone) {
	w, h := mask.Rect.Dx(), mask.Rect.Dy()
	for k, c := range found {
		if k > 0 && c.score() < reported {
			break
		}
		for _, i := range c.pixels {
			mask.Pix[i] = 255
			x, y := c.to.at(float64(i%w), float64(i/w))
			if tx, ty := int(x+.5), int(y+.5); x >= 0 && y >= 0 && tx < w && ty < h {
				mask.Pix[ty*w+tx] = 255
			}
		}
	}
	spread(mask, closed, 255)
	spread(mask, closed, 0)
}

// spread gives every pixel the value of any pixel that has it in the square of 2*r+1 pixels around it.
func spread(mask *image.Gray, r int, value uint8) {
	w, h := mask.Rect.Dx(), mask.Rect.Dy()
	s := newSums(w, h, func(i int) (float64, float64) {
		if mask.Pix[i] == value {
			return 1, 0
		}
		return 0, 0
	})
	for i := range mask.Pix {
		x, y := i%w, i/w
		if n, _ := s.of(max(x-r, 0), max(y-r, 0), min(x+r+1, w), min(y+r+1, h)); n > 0 {
			mask.Pix[i] = value
		}
	}
}
