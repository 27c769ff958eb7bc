package visible

import (
	"cmp"
	"image"
	"slices"
)

// writing is the strokes of one shade in the cut-out of a row, in which text is fine*textHeight pixels high.
type writing struct {
	w, h  int
	parts []part
	of    []int32 // which part a pixel belongs to, from 1
}

// written finds the strokes of a cut-out.
func (p *picture) written() (writing, error) {
	const window = 2*(fine*textHeight/5) + 1
	strokes, err := p.strokes(window)
	if err != nil {
		return writing{}, err
	}
	mark, err := p.marked(strokes, window, .4)
	if err != nil {
		return writing{}, err
	}
	w := writing{w: p.w, h: p.h}
	w.parts, w.of = p.parts(mark, strokes)
	return w, nil
}

func shadeOf(c *part) float64 { return c.shade }
func forceOf(c *part) float64 { return c.force }

// within returns the value below which a share of the pixels of all strokes lies; 0 where there are none.
func (w *writing) within(share float64, value func(*part) float64) float64 {
	sorted, ink := make([]*part, len(w.parts)), 0
	for i := range w.parts {
		sorted[i] = &w.parts[i]
		ink += sorted[i].ink
	}
	slices.SortFunc(sorted, func(a, b *part) int { return cmp.Compare(value(a), value(b)) })
	below := 0
	for _, c := range sorted {
		if below += c.ink; float64(below) >= share*float64(ink) {
			return value(c)
		}
	}
	return 0
}

// paper writes the strokes that belong to the text black on white, reduced to the height for reading: no specks, no blots thicker than
// strokes, nothing that only reaches in from above or below. It returns the boxes of the strokes on the paper as well.
func (w *writing) paper(belongs func(*part) bool) (*image.Gray, []image.Rectangle) {
	const tall = fine * textHeight
	keep := make([]bool, len(w.parts)+1)
	var boxes []image.Rectangle
	for i := range w.parts {
		c := &w.parts[i]
		keep[i+1] = c.ink >= 16 && c.box.Dx() < 3*tall && c.ink < c.rim*tall/8 && c.box.Max.Y > tall/2 && c.box.Min.Y < 5*tall/4 && belongs(c)
		if b := c.box; keep[i+1] {
			boxes = append(boxes, image.Rect(b.Min.X/fine, b.Min.Y/fine, (b.Max.X+fine-1)/fine, (b.Max.Y+fine-1)/fine).Add(image.Pt(pageBorder, pageBorder)))
		}
	}
	wide, high := w.w/fine, w.h/fine
	out := image.NewGray(image.Rect(0, 0, wide+2*pageBorder, high+2*pageBorder))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for y := range fine * high {
		for x := range fine * wide {
			if keep[w.of[y*w.w+x]] {
				out.Pix[(y/fine+pageBorder)*out.Stride+x/fine+pageBorder] -= 255 / (fine * fine)
			}
		}
	}
	return out, boxes
}
