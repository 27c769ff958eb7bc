package visible

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// line is a row of strokes of one shade that may be text.
type line struct {
	box    image.Rectangle // in pixels of the reduced picture
	bright bool            // its strokes are brighter than what surrounds them
	parts  int
	ink    int     // pixels of strokes
	shade  float64 // mean grey of the strokes
	spread float64 // standard deviation of that
	behind float64 // mean grey around the line
	noise  float64 // standard deviation of that
	edge   int     // pixels from the border that is nearest
}

// part is a connected piece of strokes.
type part struct {
	box         image.Rectangle
	ink         int
	sum, square float64 // of the grey of its pixels
	group       int
}

func (a *part) mean() float64 { return a.sum / float64(a.ink) }

// Bounds on what may be text, as shares of the shorter side of the picture. The standard wants 5 %; half that is still read, and a line of
// 15 % fills a banner.
const (
	lowest   = .016
	highest  = .15
	maxParts = 3000

	leastContrast = 14  // grey levels between strokes and surroundings
	mostUnrest    = .85 // of a row near the border; labels that were read had .16 to .81
	calm          = .45 // of a row anywhere
)

// lines finds rows of strokes, those nearest to the border first.
func (p *picture) lines() []line {
	window := 2*max(2, p.short()/64) + 1 // wider than the strokes of a label of 8 %
	var out []line
	negative := p.inverted()
	for _, side := range []*picture{p, &negative} {
		parts := side.parts(side.marked(side.strokes(window), window))
		for _, l := range side.rows(parts) {
			l.bright = side == p
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b line) int {
		return cmp.Or(cmp.Compare(a.rank(p), b.rank(p)), cmp.Compare(a.box.Min.X, b.box.Min.X))
	})
	var apart []line
	for _, l := range out {
		if !slices.ContainsFunc(apart, func(o line) bool { return same(l.box, o.box) }) {
			apart = append(apart, l)
		}
	}
	return apart
}

// same tells whether two boxes share most of the smaller one: the strokes of a text and the gaps between them, or a text and its outline.
func same(a, b image.Rectangle) bool {
	in := a.Intersect(b)
	return 2*in.Dx()*in.Dy() > min(a.Dx()*a.Dy(), b.Dx()*b.Dy())
}

// rank orders candidates: near the border, of one shade, before a quiet background first.
func (l *line) rank(p *picture) float64 {
	return 2*float64(l.edge)/float64(p.short()) + l.unrest()
}

// unrest is how much strokes and surroundings vary, for their contrast: .2 to 1.2 for labels that can be read.
func (l *line) unrest() float64 { return (l.spread + l.noise + 8) / (l.shade - l.behind) }

// parts labels the connected pieces (eight neighbours) of a size that strokes of text have.
func (p *picture) parts(mark []bool) []part {
	labels := make([]int32, len(mark))
	var stack []int32
	var out []part
	tall := int(highest * float64(p.short()))
	for start := range mark {
		if !mark[start] || labels[start] != 0 {
			continue
		}
		c := part{box: image.Rectangle{Min: image.Pt(p.w, p.h)}}
		stack = append(stack[:0], int32(start))
		labels[start] = 1
		for len(stack) > 0 {
			i := int(stack[len(stack)-1])
			stack = stack[:len(stack)-1]
			x, y := i%p.w, i/p.w
			c.box.Min.X, c.box.Max.X = min(c.box.Min.X, x), max(c.box.Max.X, x+1)
			c.box.Min.Y, c.box.Max.Y = min(c.box.Min.Y, y), max(c.box.Max.Y, y+1)
			v := float64(p.pix[i])
			c.ink, c.sum, c.square = c.ink+1, c.sum+v, c.square+v*v
			for ny := max(0, y-1); ny <= min(p.h-1, y+1); ny++ {
				for nx := max(0, x-1); nx <= min(p.w-1, x+1); nx++ {
					if j := ny*p.w + nx; mark[j] && labels[j] == 0 {
						labels[j] = 1
						stack = append(stack, int32(j))
					}
				}
			}
		}
		if c.ink >= 6 && c.box.Dy() >= 3 && c.box.Dy() <= tall && c.box.Dx() <= 3*tall {
			out = append(out, c)
		}
	}
	if len(out) > maxParts { // of a picture full of texture the largest pieces
		slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(b.ink, a.ink) })
		out = out[:maxParts]
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(a.box.Min.X, b.box.Min.X) })
	return out
}

// rows joins parts of one shade that stand beside each other, and keeps what has the proportions of a line of text.
func (p *picture) rows(parts []part) []line {
	for i := range parts {
		parts[i].group = i
	}
	root := func(i int) int {
		for parts[i].group != i {
			parts[i].group = parts[parts[i].group].group
			i = parts[i].group
		}
		return i
	}
	reach := int(highest * float64(p.short()))
	for i := range parts {
		for j := i + 1; j < len(parts) && parts[j].box.Min.X <= parts[i].box.Max.X+reach; j++ {
			if beside(&parts[i], &parts[j]) {
				parts[root(j)].group = root(i)
			}
		}
	}
	groups := make([][]*part, len(parts))
	for i := range parts {
		r := root(i)
		groups[r] = append(groups[r], &parts[i])
	}
	var out []line
	for _, g := range groups {
		if l, ok := p.row(g); ok {
			out = append(out, l)
		}
	}
	return out
}

// beside tells whether two parts, the first of which begins further left, can belong to one line.
func beside(a, b *part) bool {
	tall := max(a.box.Dy(), b.box.Dy())
	gap := b.box.Min.X - a.box.Max.X
	overlap := min(a.box.Max.Y, b.box.Max.Y) - max(a.box.Min.Y, b.box.Min.Y)
	return 10*gap <= 8*tall && 2*overlap >= min(a.box.Dy(), b.box.Dy()) && math.Abs(a.mean()-b.mean()) <= 40
}

// row judges a group of parts.
func (p *picture) row(group []*part) (l line, ok bool) {
	if len(group) < 3 {
		return l, false
	}
	var sum, square float64
	for _, c := range group {
		l.box = l.box.Union(c.box)
		l.ink += c.ink
		sum += c.sum
		square += c.square
	}
	l.parts = len(group)
	l.shade = sum / float64(l.ink)
	l.spread = math.Sqrt(max(0, square/float64(l.ink)-l.shade*l.shade))
	w, h := l.box.Dx(), l.box.Dy()
	side := float64(p.short())
	if float64(h) < lowest*side || float64(h) > highest*side || 10*w < 13*h || w > 30*h {
		return l, false
	}
	tallInk := 0
	for _, c := range group {
		if 2*c.box.Dy() >= h {
			tallInk += c.ink
		}
	}
	if fill := float64(l.ink) / float64(w*h); fill < .1 || fill > .7 || 2*tallInk < l.ink/2 || l.spread > 48 {
		return l, false
	}
	if p.around(&l); l.shade-l.behind < leastContrast {
		return l, false
	}
	l.edge = min(l.box.Min.X, l.box.Min.Y, p.w-l.box.Max.X, p.h-l.box.Max.Y)
	unrest := l.unrest()
	return l, unrest <= mostUnrest && (unrest <= calm || float64(l.edge) <= margin*side)
}

// around measures the grey of a frame around the line. The strokes of a text differ from it; the gaps between strokes, which are rows of
// strokes of the other shade, do not.
func (p *picture) around(l *line) {
	out := l.box.Inset(-max(2, l.box.Dy()/5)).Intersect(image.Rect(0, 0, p.w, p.h))
	var sum, square, n float64
	for y := out.Min.Y; y < out.Max.Y; y++ {
		for x := out.Min.X; x < out.Max.X; x++ {
			if y >= l.box.Min.Y && y < l.box.Max.Y && x == l.box.Min.X {
				x = l.box.Max.X
				if x >= out.Max.X {
					break
				}
			}
			v := float64(p.pix[y*p.w+x])
			sum, square, n = sum+v, square+v*v, n+1
		}
	}
	l.behind = sum / max(1, n)
	l.noise = math.Sqrt(max(0, square/max(1, n)-l.behind*l.behind))
}
