package visible

import "image"

// part is a connected piece of strokes.
type part struct {
	box          image.Rectangle
	ink, rim     int     // its pixels, and those of them at its edge
	shade, force float64 // means over its pixels: their grey, and how much it differs from what is behind
}

// parts finds the connected pieces of strokes (eight neighbours). Of every pixel it tells which piece it belongs to, from 1; 0 is none.
func (p *picture) parts(mark []bool, strokes []uint8) (out []part, of []int32) {
	of = make([]int32, len(mark))
	var stack []int32
	for start := range mark {
		if !mark[start] || of[start] != 0 {
			continue
		}
		c := part{box: image.Rectangle{Min: image.Pt(p.w, p.h)}}
		number := int32(len(out) + 1)
		stack = append(stack[:0], int32(start))
		of[start] = number
		for len(stack) > 0 {
			i := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := i%p.w, i/p.w
			c.box.Min.X, c.box.Max.X = min(c.box.Min.X, x), max(c.box.Max.X, x+1)
			c.box.Min.Y, c.box.Max.Y = min(c.box.Min.Y, y), max(c.box.Max.Y, y+1)
			c.ink, c.shade, c.force = c.ink+1, c.shade+float64(p.pix[i]), c.force+float64(strokes[i])
			if x == 0 || y == 0 || x == p.w-1 || y == p.h-1 || !mark[i-1] || !mark[i+1] || !mark[i-p.w] || !mark[i+p.w] {
				c.rim++
			}
			for ny := max(0, y-1); ny <= min(p.h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(p.w-1, x+1); nx++ {
					if j := ny*p.w + nx; mark[j] && of[j] == 0 {
						of[j] = number
						stack = append(stack, int32(j))
					}
				}
			}
		}
		c.shade /= float64(c.ink)
		c.force /= float64(c.ink)
		out = append(out, c)
	}
	return out, of
}
