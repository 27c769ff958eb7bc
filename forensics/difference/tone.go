package difference

import (
	"math"
	"slices"
)

const (
	knots     = 9         // of a tone curve; evenly spaced in the root of the level, so that dark tones have more
	toneTerms = knots + 8 // and other channels, extremes, shading
	rounds    = 9         // of robust fitting
	stiffness = .002      // of a tone curve, for each cell that it is fitted to
	mostCells = 2048      // that a tone is fitted to
	dark      = 8         // grey levels at or below which a channel of the probe may have been clipped
	bright    = 247       // at or above which
	satisfied = .02       // weight of clipped cells that the tone leads beyond black or white
	annealing = 5         // rounds in which the scale of the weights comes down to where it stays
)

// tone says what became of the colours of the original. For each channel it has a curve, shares of the other two channels (saturation,
// grey, sepia) and of the greatest and least channel (saturation as HSL and HSV have it), and a gain that changes smoothly over
// the picture (vignettes).
type tone [3][toneTerms]float64

// rest are the terms behind the curve.
type rest [toneTerms - knots]float64

// knot returns between which knots a level lies, and how far it is towards the second.
func knot(level float64) (int, float64) {
	at := min(math.Sqrt(max(level, 0)/256), 1) * (knots - 1)
	k := min(int(at), knots-2)
	return k, at - float64(k)
}

// others fills in what the coefficients behind the curve of channel c are multiplied with at a colour and a position, -1..1.
func (t *rest) others(c int, rgb *[3]float64, x, y float64) {
	own := rgb[c] / 256
	t[0], t[1] = rgb[(c+1)%3]/128-1, rgb[(c+2)%3]/128-1
	t[2], t[3] = max(rgb[0], rgb[1], rgb[2])/128-1, min(rgb[0], rgb[1], rgb[2])/128-1
	t[4], t[5], t[6], t[7] = own*x, own*y, own*x*x, own*y*y
}

// at is channel c of a colour under this tone, before it is clipped.
func (k *tone) at(c int, rgb *[3]float64, x, y float64) float64 {
	var t rest
	t.others(c, rgb, x, y)
	i, f := knot(rgb[c])
	sum := k[c][i]*(1-f) + k[c][i+1]*f
	for j, v := range t {
		sum += v * k[c][knots+j]
	}
	return sum
}

// toneOf fits the colours of probe to those of ref, where inside, by least squares with robust weights: altered regions do not bend it,
// and where a channel of the probe is black or white it may as well be beyond.
func toneOf(ref, probe picture, inside []bool) (tone, bool) {
	cells := cellsOf(ref, probe, inside)
	var out tone
	if len(cells) < 4*toneTerms {
		return out, false
	}
	errs := make([]float64, len(cells))
	for round := range rounds {
		for c := range out {
			k, ok := fitChannel(cells, c)
			if !ok {
				return out, false
			}
			out[c] = k
		}
		for i := range cells {
			errs[i] = cells[i].judge(&out)
		}
		scale := 4 * max(median(errs), 1) * math.Exp2(2*max(0, float64(annealing-round)))
		for i := range cells {
			cells[i].weigh(1 / (1 + errs[i]/scale))
		}
	}
	return out, true
}

// cell is the mean of a few pixels in both pictures and its position, -1..1.
type cell struct {
	ref, probe [3]float64
	x, y       float64
	weight     [3]float64
	clipped    [3]bool // the probe is black or white and the tone leads beyond
}

// judge returns the squared error of a cell under a tone.
func (c *cell) judge(t *tone) (sum float64) {
	for ch, is := range c.probe {
		e := is - t.at(ch, &c.ref, c.x, c.y)
		if c.clipped[ch] = e > 0 && is <= dark || e < 0 && is >= bright; !c.clipped[ch] {
			sum += e * e
		}
	}
	return sum
}

func (c *cell) weigh(w float64) {
	for ch := range c.weight {
		c.weight[ch] = w
		if c.clipped[ch] {
			c.weight[ch] *= satisfied
		}
	}
}

// cellsOf averages 2 x 2 or, where there are many, 4 x 4 pixels.
func cellsOf(ref, probe picture, inside []bool) (out []cell) {
	w, h := ref[0].w, ref[0].h
	size := 4
	if max(w, h) < 200 {
		size = 2
	}
	step := 1 + (w/size)*(h/size)/mostCells
	unit := 1 / float64(size*size)
	for n := 0; n < (w/size)*(h/size); n += step {
		x, y := n%(w/size)*size, n/(w/size)*size
		c := cell{x: 2*float64(x)/float64(w) - 1, y: 2*float64(y)/float64(h) - 1}
		whole := true
		for k := range size * size {
			i := (y+k/size)*w + x + k%size
			whole = whole && inside[i]
			for ch := range c.ref {
				c.ref[ch] += unit * float64(ref[ch].v[i])
				c.probe[ch] += unit * float64(probe[ch].v[i])
			}
		}
		if !whole {
			continue
		}
		c.weigh(1)
		out = append(out, c)
	}
	return out
}

// fitChannel solves the weighted normal equations of channel c.
func fitChannel(cells []cell, c int) ([toneTerms]float64, bool) {
	var a [toneTerms][toneTerms]float64
	b := make([]float64, toneTerms)
	var t rest
	for i := range cells {
		q := &cells[i]
		t.others(c, &q.ref, q.x, q.y)
		k, f := knot(q.ref[c])
		w := q.weight[c]
		lower, upper := w*(1-f), w*f
		a[k][k] += lower * (1 - f)
		a[k+1][k] += lower * f
		a[k+1][k+1] += upper * f
		b[k] += lower * q.probe[c]
		b[k+1] += upper * q.probe[c]
		for r, v := range t {
			row := &a[knots+r]
			row[k] += lower * v
			row[k+1] += upper * v
			v *= w
			b[knots+r] += v * q.probe[c]
			for s := range r + 1 {
				row[knots+s] += v * t[s]
			}
		}
	}
	n := float64(len(cells))
	for k := 1; k+1 < knots; k++ { // the curve bends only where pixels say so
		for r, u := range [3]float64{1, -2, 1} {
			for s, v := range [3]float64{1, -2, 1} {
				a[k-1+r][k-1+s] += stiffness * n / knots * u * v
			}
		}
	}
	rows := make([][]float64, toneTerms)
	for k := range rows {
		rows[k] = a[k][:]
		rows[k][k] += 1e-5 * n
	}
	x, ok := solve(rows, b)
	if !ok {
		return [toneTerms]float64{}, false
	}
	return [toneTerms]float64(x), true
}

// curveSteps is how many entries the table of a curve has for each grey level.
const curveSteps = 4

// apply returns the picture under this tone.
func (k *tone) apply(ref picture) picture {
	w, h := ref[0].w, ref[0].h
	out := newPicture(w, h)
	for c := range out {
		var curve [256*curveSteps + 1]float32
		for i := range curve {
			n, f := knot(float64(i) / curveSteps)
			curve[i] = float32(k[c][n]*(1-f) + k[c][n+1]*f)
		}
		var q [toneTerms - knots]float32
		for i := range q {
			q[i] = float32(k[c][knots+i])
		}
		own, next, last := ref[c].v, ref[(c+1)%3].v, ref[(c+2)%3].v
		for y := range h {
			v := 2*float32(y)/float32(h) - 1
			for x := range w {
				i, u := y*w+x, 2*float32(x)/float32(w)-1
				a, b, d := own[i], next[i], last[i]
				sum := curve[int(a*curveSteps)] + q[0]*(b/128-1) + q[1]*(d/128-1) + q[2]*(max(a, b, d)/128-1) + q[3]*(min(a, b, d)/128-1)
				sum += a / 256 * (u*(q[4]+u*q[6]) + v*(q[5]+v*q[7]))
				out[c].v[i] = min(max(sum, 0), 255)
			}
		}
	}
	return out
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}
