package calibration

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || !math.IsNaN(want) && got != want && math.Abs(got-want) > 1e-6 {
		t.Errorf("%s is %v, not %v", what, got, want)
	}
}

func TestCllr(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		what                 string
		positives, negatives []float64
		want                 float64
	}{
		{"of ratios of 1", []float64{0, 0}, []float64{0}, 1},
		{"of 10 and 1/10", []float64{1}, []float64{-1}, 0.1375035237}, // log2(1.1)
		{"with one of two misleading", []float64{1, -1}, []float64{-1}, (0.1375035237+3.4594316186)/4 + 0.1375035237/2},
		{"of infinite ratios on the right side", []float64{inf}, []float64{-inf, -inf}, 0},
		{"of an infinite ratio on the wrong side", []float64{inf, -inf}, []float64{-1}, inf},
		{"of a huge ratio on the wrong side", []float64{-1000}, []float64{-inf}, 1000 * math.Log2(10) / 2},
		{"without positives", nil, []float64{-1}, math.NaN()},
		{"without negatives", []float64{1}, nil, math.NaN()},
	} {
		near(t, "Cllr "+c.what, Cllr(c.positives, c.negatives), c.want)
	}
}

// Scores 1 2 2 3 4 of classes n, p n, n, p: the tie and the n after it fall together to one in three.
func TestIsotonicByHand(t *testing.T) {
	p, n := Isotonic([]float64{2, 4}, []float64{1, 2, 3})
	prior := math.Log10(2. / 3)
	near(t, "the ratio of the tie", p[0], math.Log10(1./2)-prior)
	near(t, "that of the negative above it", n[2], math.Log10(1./2)-prior)
	near(t, "the lowest", n[0], math.Inf(-1))
	near(t, "the highest", p[1], math.Inf(1))
	near(t, "Cllr_min without negatives", MinCllr([]float64{1}, nil), math.NaN())
	near(t, "Cllr_min of one score for all", MinCllr([]float64{5, 5}, []float64{5, 5, 5}), 1)
	near(t, "Cllr_min of classes apart", MinCllr([]float64{3, 4}, []float64{1, 2}), 0)
	near(t, "Cllr_min of classes swapped", MinCllr([]float64{1, 2}, []float64{3, 4}), 1)
}

// Pool-adjacent-violators gives the lowest Cllr of all rising calibrations: tried with every division of the scores into runs.
func TestIsotonicIsTheBestRisingCalibration(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for range 400 {
		p, n := make([]float64, 1+random.IntN(6)), make([]float64, 1+random.IntN(6))
		for _, v := range [][]float64{p, n} {
			for i := range v {
				v[i] = float64(random.IntN(7))
			}
		}
		if got, want := MinCllr(p, n), bestOfAll(p, n); math.Abs(got-want) > 1e-9 {
			t.Fatalf("%v against %v: %v, but %v is possible", p, n, got, want)
		}
	}
}

func bestOfAll(p, n []float64) float64 {
	scores := slices.Concat(p, n)
	slices.Sort(scores)
	scores = slices.Compact(scores)
	best := math.Inf(1)
	for cuts := range 1 << (len(scores) - 1) {
		run := map[float64]int{}
		r := 0
		for i, s := range scores {
			if i > 0 && cuts>>(i-1)&1 == 1 {
				r++
			}
			run[s] = r
		}
		var of [8][2]float64
		for _, s := range n {
			of[run[s]][0]++
		}
		for _, s := range p {
			of[run[s]][1]++
		}
		llr, rising := [8]float64{}, true
		for i := range r + 1 {
			llr[i] = math.Log10(of[i][1]/of[i][0]) - math.Log10(float64(len(p))/float64(len(n)))
			rising = rising && (i == 0 || llr[i] >= llr[i-1])
		}
		if !rising {
			continue
		}
		var a, b []float64
		for _, s := range p {
			a = append(a, llr[run[s]])
		}
		for _, s := range n {
			b = append(b, llr[run[s]])
		}
		best = min(best, Cllr(a, b))
	}
	return best
}

func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{0, 0, 0, 1}, {0, 300, 0, 0.0126434}, {5, 10, 0.2365931, 0.7634069}, {10, 10, 0.7224672, 1}} {
		low, high := Wilson(c.k, c.n)
		near(t, "the lower end", low, c.low)
		near(t, "the upper end", high, c.high)
	}
}
