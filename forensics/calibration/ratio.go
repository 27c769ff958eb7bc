package calibration

import (
	"cmp"
	"math"
	"slices"
)

// Cost is log2(1 + 10^x), the cost of a log10 likelihood ratio of x on the wrong side; it does not overflow.
func Cost(x float64) float64 {
	if x > 300 {
		return x * math.Log2(10)
	}
	return math.Log1p(math.Pow(10, x)) / math.Ln2
}

// Cllr is the cost of log10 likelihood ratios (Brümmer and du Preez 2006): half the mean of log2(1+1/LR) over the positives and of
// log2(1+LR) over the negatives. 0 is perfect, 1 is what a tool that always says LR = 1 gets, and more than 1 misleads. It is infinite
// where an infinite LR is on the wrong side, and NaN where a class is empty.
func Cllr(positives, negatives []float64) float64 {
	a, b := 0., 0.
	for _, l := range positives {
		a += Cost(-l)
	}
	for _, l := range negatives {
		b += Cost(l)
	}
	return (a/float64(len(positives)) + b/float64(len(negatives))) / 2
}

// MinCllr is the Cllr after the best monotone calibration of the scores on the same files: what their order alone is worth. It is NaN
// where a class is empty.
func MinCllr(positives, negatives []float64) float64 {
	p, n := Isotonic(positives, negatives)
	return Cllr(p, n)
}

// Isotonic returns the log10 likelihood ratios that pool-adjacent-violators (Zadrozny and Elkan 2002) gives to the scores, in the order
// of the arguments. Those of scores that only one class has at an end are infinite.
func Isotonic(positives, negatives []float64) (ofPositives, ofNegatives []float64) {
	type one struct {
		score float64
		index int // of a negative: -1-index
	}
	all := make([]one, 0, len(positives)+len(negatives))
	for i, s := range positives {
		all = append(all, one{s, i})
	}
	for i, s := range negatives {
		all = append(all, one{s, -1 - i})
	}
	slices.SortFunc(all, func(a, b one) int { return cmp.Or(cmp.Compare(a.score, b.score), cmp.Compare(a.index, b.index)) })
	type block struct{ from, positives, n int }
	var blocks []block
	for i := 0; i < len(all); {
		b := block{from: i} // one score has one ratio: ties are one block
		for ; i < len(all) && all[i].score == all[b.from].score; i++ {
			b.n++
			if all[i].index >= 0 {
				b.positives++
			}
		}
		for len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if last.positives*b.n < b.positives*last.n {
				break
			}
			blocks = blocks[:len(blocks)-1]
			b = block{last.from, last.positives + b.positives, last.n + b.n}
		}
		blocks = append(blocks, b)
	}
	ofPositives, ofNegatives = make([]float64, len(positives)), make([]float64, len(negatives))
	prior := math.Log10(float64(len(positives)) / float64(len(negatives)))
	for _, b := range blocks {
		llr := math.Log10(float64(b.positives)/float64(b.n-b.positives)) - prior
		for _, o := range all[b.from : b.from+b.n] {
			if o.index >= 0 {
				ofPositives[o.index] = llr
			} else {
				ofNegatives[-1-o.index] = llr
			}
		}
	}
	return ofPositives, ofNegatives
}

// Wilson returns the Wilson score interval, 95 %, of a share of k in n (Wilson 1927). Without any n it is 0 to 1.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	m, p := float64(n), float64(k)/float64(n)
	mid, half := (p+z*z/(2*m))/(1+z*z/m), z/(1+z*z/m)*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, mid-half), min(1, mid+half)
}
