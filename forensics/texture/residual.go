package texture

import "math"

// Residuals are what remains of a picture where a pixel is predicted from its neighbours. How three of them in a row go together shows how the
// picture was made: Fridrich, Kodovsky, "Rich Models for Steganalysis of Digital Images" (TIFS 2012), reduced to five residuals.
const (
	reach  = 2           // residuals are quantised to -reach..reach
	levels = 2*reach + 1 // of one
	cells  = levels * levels * levels
)

// plane is one plane of a picture.
type plane struct {
	pix           []byte
	width, height int
	stride        int
}

func (p plane) at(x, y int) int { return int(p.pix[y*p.stride+x]) }

// classes joins the cells that are the same for a picture seen in a mirror or as a negative; distinct is how many are left.
var classes, distinct = func() (of [cells]int, n int) {
	for c := range cells {
		a, b, d := c/levels/levels, c/levels%levels, c%levels
		first := c
		for _, t := range [][3]int{{d, b, a}, {levels - 1 - a, levels - 1 - b, levels - 1 - d}, {levels - 1 - d, levels - 1 - b, levels - 1 - a}} {
			first = min(first, (t[0]*levels+t[1])*levels+t[2])
		}
		if first == c {
			of[c], n = n, n+1
		} else {
			of[c] = of[first]
		}
	}
	return of, n
}()

// residual is a prediction error: weights of the pixels at steps from the pixel along one axis, or a kernel over three by three.
type residual struct {
	weights []int // along the axis, starting at the pixel
	square  bool  // the kernel -1 2 -1, 2 -4 2, -1 2 -1
	step    int   // numerator of the quantisation: step * base
}

var residuals = []residual{{weights: []int{-1, 1}, step: 2}, {weights: []int{1, -2, 1}, step: 3}, {square: true, step: 6}}

// cooccurrences returns, for each residual, how often each class of three neighbours in a row stands along and across the direction of the
// prediction: square roots of shares. Base is the quantisation step in grey values.
func cooccurrences(p plane, base float64) (out []float64) {
	for _, r := range residuals {
		along, across := make([]float64, distinct), make([]float64, distinct)
		if r.square {
			m, w, h := r.map2(p, base)
			count(m, w, h, along, along)
			out = append(out, shares(along)...)
			continue
		}
		for _, turned := range []bool{false, true} {
			m, w, h := r.map1(p, base, turned)
			count(m, w, h, along, across)
		}
		out = append(append(out, shares(along)...), shares(across)...)
	}
	return out
}

// map1 quantises a residual along the rows, or turned along the columns; the map then has rows for columns.
func (r residual) map1(p plane, base float64, turned bool) (m []int8, w, h int) {
	w, h = p.width-len(r.weights)+1, p.height
	if turned {
		w, h = p.height-len(r.weights)+1, p.width
	}
	if w < 3 || h < 3 {
		return nil, 0, 0
	}
	q := quantiser(base * float64(r.step) / 2)
	m = make([]int8, w*h)
	for y := range h {
		for x := range w {
			sum := 0
			for k, c := range r.weights {
				if turned {
					sum += c * p.at(y, x+k)
				} else {
					sum += c * p.at(x+k, y)
				}
			}
			m[y*w+x] = q(sum)
		}
	}
	return m, w, h
}

// map2 quantises the residual of the square kernel.
func (r residual) map2(p plane, base float64) (m []int8, w, h int) {
	if w, h = p.width-2, p.height-2; w < 3 || h < 3 {
		return nil, 0, 0
	}
	q := quantiser(base * float64(r.step) / 2)
	m = make([]int8, w*h)
	for y := range h {
		for x := range w {
			corners := p.at(x, y) + p.at(x+2, y) + p.at(x, y+2) + p.at(x+2, y+2)
			sides := p.at(x+1, y) + p.at(x, y+1) + p.at(x+2, y+1) + p.at(x+1, y+2)
			m[y*w+x] = q(2*sides - corners - 4*p.at(x+1, y+1))
		}
	}
	return m, w, h
}

// quantiser divides by a step, rounds and clips to 0..levels-1.
func quantiser(step float64) func(int) int8 {
	const most = 255 * 8
	var table [2*most + 1]int8
	for v := range table {
		table[v] = int8(min(max(math.Round(float64(v-most)/step), -reach), reach)) + reach
	}
	return func(v int) int8 { return table[v+most] }
}

// count adds the cells of three in a row to along, and of three in a column to across.
func count(m []int8, w, h int, along, across []float64) {
	for y := range h {
		for x := range w {
			i := y*w + x
			if x+2 < w {
				along[classes[(int(m[i])*levels+int(m[i+1]))*levels+int(m[i+2])]]++
			}
			if y+2 < h {
				across[classes[(int(m[i])*levels+int(m[i+w]))*levels+int(m[i+2*w])]]++
			}
		}
	}
}

func shares(counts []float64) []float64 {
	total := 0.
	for _, c := range counts {
		total += c
	}
	for i := range counts {
		counts[i] = math.Sqrt(counts[i] / max(total, 1))
	}
	return counts
}
