package validation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// scores are the files of both classes, sorted.
func scores(positives, negatives []float64) []scored {
	var out []scored
	for i, v := range [][]float64{negatives, positives} {
		for _, s := range v {
			out = append(out, scored{score: s, positive: i == 1, cost: math.NaN()})
		}
	}
	order(out)
	return out
}

func same(a, b float64) bool { return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-9 }

func TestFiguresByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		what                 string
		positives, negatives []float64
		auc, eer, tpr1, tpr5 float64
	}{
		{"classes apart", []float64{3, 4}, []float64{1, 2}, 1, 0, 1, 1},
		{"classes swapped", []float64{1, 2}, []float64{3, 4}, 0, 1, 0, 0},
		{"one score for all", []float64{1, 1, 1}, []float64{1}, .5, .5, 0, 0},
		{"a tie", []float64{2, 3}, []float64{1, 2}, 3.5 / 4, .25, .5, .5}, // pairs 2>1, 2=2, 3>1, 3>2; the diagonal step of the tie meets the line at a quarter
		{"one of four wrong", []float64{1, 4, 5, 6}, []float64{0, 0, 2, 3}, 14. / 16, .25, .75, .75},
		{"no positives", nil, []float64{1}, nan, nan, nan, nan},
		{"no negatives", []float64{1}, nil, nan, nan, nan, nan},
		{"nothing", nil, nil, nan, nan, nan, nan},
	} {
		f := measure(scores(c.positives, c.negatives), nil)
		for i, want := range []float64{c.auc, c.eer, c.tpr1, c.tpr5, nan} {
			if !same(f[i], want) {
				t.Errorf("%s: figure %d is %v, not %v", c.what, i, f[i], want)
			}
		}
	}
}

// One false alarm in twenty negatives is 5 %, and in a hundred 1 %: the threshold may lie under it.
func TestRecallAtAShareOfFalseAlarms(t *testing.T) {
	for _, c := range []struct {
		n          int
		tpr1, tpr5 float64
	}{{19, .5, .5}, {20, .5, 1}, {100, 1, 1}} {
		negatives := make([]float64, c.n)
		negatives[0] = 5
		f := measure(scores([]float64{4, 6}, negatives), nil)
		if f[tpr1] != c.tpr1 || f[tpr5] != c.tpr5 {
			t.Errorf("%d negatives: %v and %v", c.n, f[tpr1], f[tpr5])
		}
	}
}

func TestAUCIsTheShareOfPairs(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		p, n := make([]float64, 1+random.IntN(9)), make([]float64, 1+random.IntN(9))
		for _, v := range [][]float64{p, n} {
			for i := range v {
				v[i] = float64(random.IntN(6))
			}
		}
		sum := 0.
		for _, a := range p {
			for _, b := range n {
				switch {
				case a > b:
					sum++
				case a == b:
					sum += .5
				}
			}
		}
		if got, want := measure(scores(p, n), nil)[auc], sum/float64(len(p)*len(n)); !same(got, want) {
			t.Fatalf("%v against %v: %v, not %v", p, n, got, want)
		}
	}
}

func TestWeightsCountFilesTwice(t *testing.T) {
	all := scores([]float64{1, 3, 5}, []float64{0, 2, 4})
	for i := range all {
		all[i].cost = float64(i)
	}
	weight := []float64{2, 0, 1, 1, 3, 1}
	var copies []scored
	for i, w := range weight {
		for range int(w) {
			copies = append(copies, all[i])
		}
	}
	a, b := measure(all, weight), measure(copies, nil)
	for i := range a {
		if !same(a[i], b[i]) {
			t.Errorf("figure %d: %v with weights, %v with copies", i, a[i], b[i])
		}
	}
}

func TestIntervals(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	var all []scored
	for i := range 400 {
		s := scored{score: random.NormFloat64(), positive: i%2 == 0, cost: math.NaN(), source: string(rune('a' + i%10))}
		s.score += float64(i%10) / 3 // sources differ
		if s.positive {
			s.score++
		}
		all = append(all, s)
	}
	order(all)
	a, b := intervals(all, sources(all)), intervals(all, sources(all))
	if *a[auc] != *b[auc] || *a[eer] != *b[eer] {
		t.Error("twice the same files, other intervals")
	}
	one, point := intervals(all, pictures(all)), measure(all, nil)[auc]
	if w, n := a[auc][1]-a[auc][0], one[auc][1]-one[auc][0]; w < 2*n || n <= 0 || float64(one[auc][0]) > point || float64(one[auc][1]) < point {
		t.Errorf("over sources %v, over pictures %v, AUC %.3f: sources that differ must give the wider one", a[auc], one[auc], point)
	}
	if a[cllr] != nil {
		t.Error("an interval of nothing")
	}
	for i := range all {
		if all[i].positive && all[i].source > "d" {
			all[i].source = "a"
		}
	}
	if c := intervals(all, sources(all)); c[auc] != nil { // a, c
		t.Error("two sources of a class give no interval")
	}
}
