package grid

import (
	"image"
	"math"

	"unmask/media"
)

const (
	cell     = 16      // pixels a side of the cells in which votes are counted
	reported = 4       // decades below one false alarm in all the windows and grids of a picture
	middle   = 1 << 19 // pixels that are looked at
	ceiling  = 20      // decades that a score goes to
)

// windows are the sides in cells of the squares in which votes are compared with chance.
var windows = [...]int{2, 4, 8}

// foreign is a part of the picture with a grid of its own.
type foreign struct {
	main, grid int               // which of the 64 grids the picture has, and the part
	own        bool              // whether the picture has one that is no chance
	decades    float64           // minus log10 of the expected number of false alarms
	cells      []image.Rectangle // windows that are significant, of the same grid
}

func (f *foreign) score() float64 { return min(max(f.decades, 0), ceiling) }

// foreignGrid looks for a window in which a grid other than the picture's own gets more votes than chance allows. Votes of neighbouring pixels depend
// on each other, so that only one in 64 counts.
func foreignGrid(frame *media.Frame) foreign {
	area := inMiddle(frame)
	crop := media.Frame{Width: area.Dx(), Height: area.Dy(), Pix: make([]byte, 0, 3*area.Dx()*area.Dy())}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		at := 3 * (y*frame.Width + area.Min.X)
		crop.Pix = append(crop.Pix, frame.Pix[at:at+3*area.Dx()]...)
	}
	w, h := crop.Width, crop.Height
	v := votes(luma(&crop), w, h)
	across, down := w/cell, h/cell
	counts := make([][64]uint16, across*down)
	var total [64]int
	for i, g := range v {
		if g == none {
			continue
		}
		total[g]++
		if x, y := i%w/cell, i/w/cell; x < across && y < down {
			counts[y*across+x][g]++
		}
	}
	f := foreign{}
	for g, n := range total {
		if n > total[f.main] {
			f.main = g
		}
	}
	pairs := 64 * float64(w) * float64(h)
	tests := math.Log10(pairs) * 2
	f.own = -tests-logTail(total[f.main]/64-1, (w*h+63)/64) > 0
	found := map[int][]image.Rectangle{}
	for _, side := range windows {
		for y := 0; y+side <= down; y += max(1, side/4) {
			for x := 0; x+side <= across; x += max(1, side/4) {
				for g := range 64 {
					if g == f.main && f.own {
						continue
					}
					n := 0
					for k := range side * side {
						n += int(counts[(y+k/side)*across+x+k%side][g])
					}
					if n/64-1 <= side*side*cell*cell/64/64 {
						continue
					}
					d := -tests - logTail(n/64-1, side*side*cell*cell/64)
					if d > f.decades {
						f.decades, f.grid = d, g
					}
					if d >= reported {
						found[g] = append(found[g], image.Rect(x, y, x+side, y+side))
					}
				}
			}
		}
	}
	for _, r := range found[f.grid] {
		r = image.Rect(r.Min.X*cell, r.Min.Y*cell, r.Max.X*cell, r.Max.Y*cell).Add(area.Min)
		f.cells = append(f.cells, r)
	}
	return f
}

// inMiddle is the part of the frame that is looked at, on the grid of the frame.
func inMiddle(f *media.Frame) image.Rectangle {
	whole := image.Rect(0, 0, f.Width, f.Height)
	if f.Width*f.Height <= middle {
		return whole
	}
	scale := math.Sqrt(middle / (float64(f.Width) * float64(f.Height)))
	w, h := int(float64(f.Width)*scale), int(float64(f.Height)*scale)
	x, y := (f.Width-w)/2&^7, (f.Height-h)/2&^7
	return image.Rect(x, y, x+w, y+h)
}

// logTail is the decimal logarithm of the chance that of n blocks k or more vote for a given one of 64 grids.
func logTail(k, n int) float64 {
	if k <= 0 {
		return 0
	}
	const p = 1. / 64
	lead := func(i int) float64 {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		return a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p)
	}
	if k > n {
		return math.Inf(-1)
	}
	sum, term := 0., 1.
	for i := k; i <= n && term > 1e-12*sum; i++ {
		sum += term
		term *= float64(n-i) / float64(i+1) * p / (1 - p)
	}
	return min(0, (lead(k)+math.Log(sum))/math.Ln10)
}
