package forensics

import (
	"image"
	"math"
)

// NewMask returns a black mask for frame i, of the size of the frame reduced to SmallSide. A detector paints white (255) where it found something.
func (p *Pass) NewMask(i int) *image.Gray { return image.NewGray(p.Small(i).Rect) }

// Marked keeps a mask of frame i as an evidence picture, and returns the region it marks: the box around the largest connected white part, in
// pixels of the frame, and the share of the picture that is white, 0..1. A mask without white gives a region without a box.
func (p *Pass) Marked(i int, mask *image.Gray) (*Region, Ref, error) {
	ref, err := p.Picture(mask)
	if err != nil {
		return nil, "", err
	}
	box, white := largest(mask)
	if white == 0 {
		return &Region{}, ref, nil
	}
	f, w, h := &p.Frames[i], mask.Rect.Dx(), mask.Rect.Dy()
	across, down := float64(f.Width)/float64(w), float64(f.Height)/float64(h)
	x0, y0 := int(float64(box.Min.X)*across), int(float64(box.Min.Y)*down)
	x1, y1 := int(math.Ceil(float64(box.Max.X)*across)), int(math.Ceil(float64(box.Max.Y)*down))
	region := &Region{Box: &[4]int{x0, y0, min(x1, f.Width) - x0, min(y1, f.Height) - y0}, Share: round(float64(white) / float64(w*h))}
	return region, ref, nil
}

// largest is the box around the largest connected white part of a mask, and how many pixels of the whole mask are white.
func largest(mask *image.Gray) (box image.Rectangle, white int) {
	w, h := mask.Rect.Dx(), mask.Rect.Dy()
	seen := make([]bool, w*h)
	most := 0
	var stack []int
	for start := range seen {
		area, around := 0, image.Rectangle{}
		for stack = append(stack[:0], start); len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := i%w, i/w
			if seen[i] || mask.Pix[y*mask.Stride+x] == 0 {
				continue
			}
			seen[i] = true
			area, around = area+1, around.Union(image.Rect(x, y, x+1, y+1))
			for _, n := range [4]image.Point{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if n.In(mask.Rect) {
					stack = append(stack, n.Y*w+n.X)
				}
			}
		}
		white += area
		if area > most {
			most, box = area, around
		}
	}
	return box, white
}
