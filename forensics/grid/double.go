package grid

import (
	"math"

	"unmask/media/jpeg"
)

const (
	frequencies = 9   // the first AC coefficients in zig-zag order; higher ones are nought nearly everywhere
	largest     = 60  // multiple of the quantisation step that is told apart
	beforeMost  = 40  // largest step of the compression before that is tried
	telling     = .01 // nats a block that a frequency must be explained better by two compressions than by one
	surest      = 4   // nats that one coefficient may count for
	rounding    = .5  // standard deviation in grey levels of what rounding to pixels does to a coefficient
	window      = 5   // blocks a side over which a map is averaged
	fine        = 4   // bins a unit in the histogram of unquantised coefficients
	sampled     = 1e4 // blocks from which that histogram is taken
	smoothing   = .5  // counts that every bin starts with
)

// doubled is what the coefficients of a file tell of a compression before the last.
type doubled struct {
	across, down int
	used         int       // frequencies that show it
	gain         float64   // nats a block, over all frequencies
	steps        [10]int   // quantisation step before by frequency, 0 where it does not show
	llr          []float64 // by block: for compressed once, against compressed twice; mean of window x window blocks, in nats
}

// double compares for each block how likely its coefficients are after one compression and after two with aligned grids. The step before is the
// one that explains all blocks best; what coefficients look like after one compression is told by the same picture, cut four pixels off the
// grid. (Bianchi, Piva, "Image forgery localization via block-grained analysis of JPEG artifacts", TIFS 2012.)
func double(c *jpeg.Coefficients, across, down int) doubled {
	d := doubled{across: across, down: down, llr: make([]float64, across*down)}
	free := unquantised(c, across, down)
	for k := 1; k <= frequencies; k++ {
		step := int(c.Table.Values[k])
		if step < 1 {
			continue
		}
		x := make([]int, across*down)
		for i := range x {
			x[i] = int(c.Blocks[i/across*c.Across+i%across][k])
		}
		once, twice, before, gain := explain(x, free[k-1], step)
		d.gain += gain
		if gain < telling {
			continue
		}
		d.used++
		d.steps[k] = before
		for i, v := range x {
			b := once.bin(v)
			d.llr[i] += min(max(math.Log(once.p[b]/twice.p[b]), -surest), surest)
		}
	}
	d.llr = averaged(d.llr, across, down)
	return d
}

// histogram is the distribution of the multiples of a step from -limit to limit, and of what lies beyond on each side.
type histogram struct {
	limit int
	p     []float64
}

func (h *histogram) bin(v int) int { return min(max(v, -h.limit-1), h.limit+1) + h.limit + 1 }

// normalised makes counts symmetric and adds up to one.
func (h *histogram) normalised() {
	n := len(h.p)
	sum := 0.
	for i := range (n + 1) / 2 {
		mean := (h.p[i]+h.p[n-1-i])/2 + smoothing
		h.p[i], h.p[n-1-i] = mean, mean
	}
	for _, v := range h.p {
		sum += v
	}
	for i := range h.p {
		h.p[i] /= sum
	}
}

// explain finds the step before that makes the coefficients likeliest. gain is by how many nats a block it beats a single compression.
func explain(x []int, free []float64, step int) (once, twice histogram, before int, gain float64) {
	limit := percentile(x)
	seen := histogram{limit, make([]float64, 2*limit+3)}
	for _, v := range x {
		seen.p[seen.bin(v)]++
	}
	once = requantised(free, 0, step, limit)
	base := likelihood(seen, once, once, 0)
	best := base
	for q := 2; q < min(beforeMost, max(4, 3*step+8)); q++ {
		if q == step {
			continue
		}
		h := requantised(free, q, step, limit)
		for _, share := range [...]float64{.02, .1, .3, .6} { // of blocks that were compressed once
			if l := likelihood(seen, once, h, 1-share); l > best {
				best, twice, before = l, h, q
			}
		}
	}
	return once, twice, before, (best - base) / float64(len(x))
}

// percentile is the multiple that 99 % of the coefficients do not exceed, and one more.
func percentile(x []int) int {
	var counts [largest + 1]int
	for _, v := range x {
		counts[min(max(v, -v), largest)]++
	}
	sum := 0
	for v, n := range counts {
		if sum += n; float64(sum) >= .99*float64(len(x)) {
			return min(v+1, largest)
		}
	}
	return largest
}

// likelihood of the counts in nats under a mixture of two distributions.
func likelihood(seen, a, b histogram, share float64) float64 {
	sum := 0.
	for i, n := range seen.p {
		if n > 0 {
			sum += n * math.Log((1-share)*a.p[i]+share*b.p[i])
		}
	}
	return sum
}

// requantised is the distribution of the multiples of a step when the unquantised coefficients, a fine histogram around its middle, were first
// rounded to multiples of before (0: not at all) and then turned into pixels.
func requantised(free []float64, before, step, limit int) histogram {
	h := histogram{limit, make([]float64, 2*limit+3)}
	middle := len(free) / 2
	if before == 0 {
		for i, n := range free {
			h.p[h.bin(int(math.Round(float64(i-middle)/fine/float64(step))))] += n
		}
		h.normalised()
		return h
	}
	first := map[int]float64{}
	lowest, highest := 0, 0
	for i, n := range free {
		if n > 0 {
			m := int(math.Round(float64(i-middle) / fine / float64(before)))
			first[m] += n
			lowest, highest = min(lowest, m), max(highest, m)
		}
	}
	for m := lowest; m <= highest; m++ {
		spread(&h, float64(m*before), first[m], float64(step))
	}
	h.normalised()
	return h
}

// spread adds n coefficients of a value, blurred by rounding, to the bins.
func spread(h *histogram, value, n, step float64) {
	if n == 0 {
		return
	}
	near := int(math.Round(value / step))
	reach := int(3*rounding/step) + 1
	for b := near - reach; b <= near+reach; b++ {
		low, high := (float64(b)-.5)*step-value, (float64(b)+.5)*step-value
		h.p[h.bin(b)] += n * (math.Erf(high/rounding/math.Sqrt2) - math.Erf(low/rounding/math.Sqrt2)) / 2
	}
}

// averaged is the mean of a map over window x window blocks, fewer at the border.
func averaged(v []float64, w, h int) []float64 {
	s := newIntegral(v, w, h)
	out := make([]float64, len(v))
	for i := range out {
		x0, y0, x1, y1 := max(i%w-window/2, 0), max(i/w-window/2, 0), min(i%w+window/2+1, w), min(i/w+window/2+1, h)
		out[i] = s.sum(x0, y0, x1, y1) / float64((x1-x0)*(y1-y0))
	}
	return out
}
