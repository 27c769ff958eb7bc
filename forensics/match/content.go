package match

import "image"

const (
	plainDeviation = 3. // grey levels: standard deviation below which a row or column is border
	block          = 8  // side in pixels of the blocks from which a picture on a plain page is put together
	pageDifference = 16 // grey levels that set a pixel off the page
	least          = 64 // pixels a side of a content that is looked at
)

// contents returns the rectangles of a picture that may each be the protected picture: the whole, what is left without plain borders
// (letterboxes, margins), and the largest picture on a plain page, such as a screenshot.
func contents(g *image.Gray) []image.Rectangle {
	out := []image.Rectangle{g.Rect}
	for _, r := range []image.Rectangle{trim(g, g.Rect), trim(g, largest(g))} {
		if r.Dx() < least || r.Dy() < least {
			continue
		}
		same := false
		for _, o := range out {
			same = same || near(o.Min, r.Min) && near(o.Max, r.Max)
		}
		if !same {
			out = append(out, r)
		}
	}
	return out
}

// near tells whether two corners are the same as far as a hash can tell.
func near(a, b image.Point) bool {
	d := a.Sub(b)
	return max(d.X, -d.X) <= 2 && max(d.Y, -d.Y) <= 2
}

// trim takes rows and columns of one grey off the sides of r.
func trim(g *image.Gray, r image.Rectangle) image.Rectangle {
	for r.Dy() > least && plain(g, image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1)) {
		r.Min.Y++
	}
	for r.Dy() > least && plain(g, image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y)) {
		r.Max.Y--
	}
	for r.Dx() > least && plain(g, image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y)) {
		r.Min.X++
	}
	for r.Dx() > least && plain(g, image.Rect(r.Max.X-1, r.Min.Y, r.Max.X, r.Max.Y)) {
		r.Max.X--
	}
	return r
}

// plain tells whether a row or a column is of one grey.
func plain(g *image.Gray, r image.Rectangle) bool {
	var n, sum, squares float64
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			v := float64(g.Pix[g.PixOffset(x, y)])
			n, sum, squares = n+1, sum+v, squares+v*v
		}
	}
	return squares/n-sum/n*sum/n < plainDeviation*plainDeviation
}

// largest returns the box around the largest connected part that is set off from the grey that is commonest along the edge. It is
// empty where there is none.
func largest(g *image.Gray) (box image.Rectangle) {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	page := commonestAtTheEdge(g)
	cols, rows := w/block, h/block
	set := make([]bool, cols*rows)
	for i := range set {
		n := 0
		for y := range block {
			row := g.Pix[(i/cols*block+y)*g.Stride+i%cols*block:][:block]
			for _, v := range row {
				if d := int(v) - page; d > pageDifference || d < -pageDifference {
					n++
				}
			}
		}
		set[i] = n >= block*block/4
	}
	most := 0
	var stack []int
	for i := range set {
		if !set[i] {
			continue
		}
		set[i] = false
		stack = append(stack[:0], i)
		n, part := 0, image.Rectangle{}
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			x, y := at%cols, at/cols
			n, part = n+1, part.Union(image.Rect(x, y, x+1, y+1))
			for _, to := range [4]image.Point{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if next := to.Y*cols + to.X; to.X >= 0 && to.Y >= 0 && to.X < cols && to.Y < rows && set[next] {
					set[next] = false
					stack = append(stack, next)
				}
			}
		}
		if n > most {
			most, box = n, part
		}
	}
	box = image.Rect(block*(box.Min.X-1), block*(box.Min.Y-1), block*(box.Max.X+1), block*(box.Max.Y+1))
	return box.Intersect(g.Rect)
}

func commonestAtTheEdge(g *image.Gray) int {
	var count [256]int
	w, h := g.Rect.Dx(), g.Rect.Dy()
	for x := range w {
		count[g.Pix[x]]++
		count[g.Pix[(h-1)*g.Stride+x]]++
	}
	for y := range h {
		count[g.Pix[y*g.Stride]]++
		count[g.Pix[y*g.Stride+w-1]]++
	}
	best := 0
	for v, n := range count {
		if n > count[best] {
			best = v
		}
	}
	return best
}
