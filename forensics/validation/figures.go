package validation

import (
	"cmp"
	"math"
	"slices"
)

// scored is one labelled file with the score that it got.
type scored struct {
	score    float64
	positive bool
	cost     float64 // of its likelihood ratio, see Cllr; NaN where it has none
	source   string
}

// figures are error rates of scores against labels, NaN where a class is empty: AUC, EER, TPR at 1 % and 5 % FPR, Cllr.
type figures [5]float64

const (
	auc  = iota
	eer  // share of errors where misses and false alarms are equally frequent
	tpr1 // share of positives found at the lowest threshold that at most 1 % of the negatives pass
	tpr5
	cllr
)

// point is a point of a ROC curve.
type point struct {
	FPR, TPR  float64
	Threshold float64 // scores of at least this much count as positive
}

// order sorts by falling score.
func order(all []scored) {
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
}

// measure computes the figures of files sorted by order, each counted as often as its weight says; nil counts each once.
func measure(sorted []scored, weight []float64) figures {
	roc := curve(sorted, weight)
	f := figures{area(roc), equalError(roc), found(roc, .01), found(roc, .05), math.NaN()}
	var cost, mass [2]float64
	for i, s := range sorted {
		if w, class := share(sorted, weight, i); w > 0 && !math.IsNaN(s.cost) {
			cost[class] += w * s.cost
			mass[class] += w
		}
	}
	if mass[0] > 0 && mass[1] > 0 {
		f[cllr] = (cost[0]/mass[0] + cost[1]/mass[1]) / 2
	}
	return f
}

// share is how often a file counts, and in which class: 1 for positives.
func share(sorted []scored, weight []float64, i int) (w float64, class int) {
	if w = 1; weight != nil {
		w = weight[i]
	}
	if sorted[i].positive {
		class = 1
	}
	return w, class
}

// curve returns the ROC curve of files sorted by order, from (0, 0) to (1, 1), with one step for all files of the same score; nil where a class is empty.
func curve(sorted []scored, weight []float64) []point {
	var total, passed [2]float64
	for i := range sorted {
		w, class := share(sorted, weight, i)
		total[class] += w
	}
	if total[0] == 0 || total[1] == 0 {
		return nil
	}
	roc := []point{{Threshold: math.Inf(1)}}
	for i := range sorted {
		w, class := share(sorted, weight, i)
		passed[class] += w
		if i+1 == len(sorted) || sorted[i+1].score != sorted[i].score {
			roc = append(roc, point{passed[0] / total[0], passed[1] / total[1], sorted[i].score})
		}
	}
	return roc
}

// area is the AUC: the area under the ROC curve by trapezoids, which is the Mann-Whitney statistic (Hanley and McNeil 1982).
func area(roc []point) float64 {
	if roc == nil {
		return math.NaN()
	}
	sum := 0.
	for i := 1; i < len(roc); i++ {
		sum += (roc[i].FPR - roc[i-1].FPR) * (roc[i].TPR + roc[i-1].TPR) / 2
	}
	return sum
}

// equalError is where the ROC curve, with straight lines between its points, crosses the line of equal error rates.
func equalError(roc []point) float64 {
	for i := 1; i < len(roc); i++ {
		a, b := roc[i-1], roc[i]
		before, after := 1-a.TPR-a.FPR, 1-b.TPR-b.FPR // misses less false alarms, falling
		if after <= 0 {
			t := before / (before - after)
			return a.FPR + t*(b.FPR-a.FPR)
		}
	}
	return math.NaN()
}

// found is the share of positives at the lowest threshold that at most a share of the negatives pass.
func found(roc []point, share float64) float64 {
	best := math.NaN()
	for _, p := range roc {
		if p.FPR <= share+1e-12 {
			best = p.TPR
		}
	}
	return best
}
