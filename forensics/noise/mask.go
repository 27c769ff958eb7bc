package noise

import "image"

// joined is the share of the mean departure of the window that a block, with its neighbours, must reach to belong to the same part.
const joined = .5

// part is a square that departs from the rest.
type part struct {
	box   image.Rectangle // pixels of the reduced picture
	score float64         // standard deviations
	sign  float64         // 1 where it has more noise, -1 where it has less
}

// oddest is the square that departs most.
func (m *measured) oddest(v []float64) part {
	p := part{}
	for _, side := range windows {
		high, low, highest, lowest := m.extremes(v, side)
		if high > p.score {
			p = part{highest, high, 1}
		}
		if -low > p.score {
			p = part{lowest, -low, -1}
		}
	}
	return p
}

// averaged is the mean of a map over each block and its neighbours.
func (m *measured) averaged(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range out {
		bx, by := i%m.w, i/m.w
		sum, n := 0., 0.
		for y := max(by-mean, 0); y <= min(by+mean, m.h-1); y++ {
			for x := max(bx-mean, 0); x <= min(bx+mean, m.w-1); x++ {
				sum, n = sum+v[y*m.w+x], n+1
			}
		}
		out[i] = sum / n
	}
	return out
}

// paint whitens the blocks of a part and those joined to it that depart the same way.
func (m *measured) paint(mask *image.Gray, v []float64, p part) {
	smooth := m.averaged(v)
	inside := image.Rect(p.box.Min.X/block, p.box.Min.Y/block, p.box.Max.X/block, p.box.Max.Y/block)
	var stack []int
	level := 0.
	for y := inside.Min.Y; y < inside.Max.Y; y++ {
		for x := inside.Min.X; x < inside.Max.X; x++ {
			stack = append(stack, y*m.w+x)
			level += p.sign * smooth[y*m.w+x]
		}
	}
	level *= joined / float64(max(len(stack), 1))
	seen := make([]bool, len(smooth))
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[i] || p.sign*smooth[i] < level {
			continue
		}
		seen[i] = true
		bx, by := i%m.w, i/m.w
		for y := by * block; y < (by+1)*block; y++ {
			row := mask.Pix[y*mask.Stride+bx*block:]
			for x := range block {
				row[x] = 255
			}
		}
		for _, d := range [4]image.Point{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			if x, y := bx+d.X, by+d.Y; x >= 0 && y >= 0 && x < m.w && y < m.h {
				stack = append(stack, y*m.w+x)
			}
		}
	}
}
