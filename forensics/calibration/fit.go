package calibration

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"unmask/forensics"
)

// Limits of a calibration: spec G caps |llr10| at log10(n)-1 of the smaller class, and what rests on pixels at two decades.
const (
	fewestFiles   = 30 // of each class
	fewestSources = 2  // of each class, so that each can be left out once
	minCap        = .5
	maxCap        = 2.
	fewestDecades = 1.  // from a likelihood ratio of 10 an answer may be decided
	mostWrong     = .01 // share of wrong decisions that leaving out sources may show
)

// Example is one labelled file with its answer.
type Example struct {
	Answer   forensics.Answer
	Positive bool
	Source   string
	SHA256   string
}

// Fit calibrates a question on labelled files. Those whose answer does not rest on a score are left out. Its error says why the rest does
// not suffice.
func Fit(q forensics.Question, all []Example) (*Line, error) {
	of := slices.DeleteFunc(slices.Clone(all), func(e Example) bool { return !Scored(e.Answer) })
	slices.SortStableFunc(of, func(a, b Example) int {
		return cmp.Or(cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.Source, b.Source), cmp.Compare(*a.Answer.Score, *b.Answer.Score))
	})
	l := &Line{Question: q, Sources: sources(of), Data: digest(of)}
	if err := l.count(of); err != nil {
		return nil, err
	}
	l.Cap = max(minCap, min(maxCap, math.Log10(float64(min(l.Positives, l.Negatives)))-1))
	if l.Slope, l.Intercept = logistic(of); !(l.Slope > 0) {
		return nil, fmt.Errorf("%s: the score does not rise where the label is 1, so there is nothing to calibrate", q)
	}
	l.hold(of)
	if l.Held.After >= 1 {
		return nil, fmt.Errorf("%s: judged by the others, the files of a source left out get ratios that mislead (Cllr %.2f; 1 is worth nothing): the scores of these sources are no basis for others",
			q, l.Held.After)
	}
	return l, nil
}

// count refuses what is too little.
func (l *Line) count(of []Example) error {
	var files, from [2]int
	for _, s := range l.Sources {
		files[class(s.Positive)] += s.Files
		from[class(s.Positive)]++
	}
	l.Negatives, l.Positives = files[0], files[1]
	for c, name := range []string{"negatives", "positives"} {
		if files[c] < fewestFiles || from[c] < fewestSources {
			return fmt.Errorf("%s: %d %s of %d sources have a score to calibrate; at least %d of %d are needed", l.Question, files[c], name, from[c], fewestFiles, fewestSources)
		}
	}
	return nil
}

func class(positive bool) int {
	if positive {
		return 1
	}
	return 0
}

// hold leaves out each source in turn, judges its files by a fit to the rest, and sets what was measured and the thresholds.
func (l *Line) hold(of []Example) {
	var llr, had [2][]float64
	for _, s := range names(of) {
		rest := slices.DeleteFunc(slices.Clone(of), func(e Example) bool { return e.Source == s })
		fold := *l
		if fold.Slope, fold.Intercept = logistic(rest); !(fold.Slope > 0) {
			fold.Slope, fold.Intercept = 0, 0 // Fit would refuse: no information
		}
		for _, e := range of {
			if e.Source == s {
				llr[class(e.Positive)] = append(llr[class(e.Positive)], fold.LLR(*e.Answer.Score))
			}
		}
	}
	for _, e := range of {
		if e.Answer.LLR != nil {
			had[class(e.Positive)] = append(had[class(e.Positive)], *e.Answer.LLR)
		}
	}
	if len(had[0]) == l.Negatives && len(had[1]) == l.Positives {
		before := six(Cllr(had[1], had[0]))
		l.Held.Before = &before
	}
	l.Held.After, l.Held.Min = six(Cllr(llr[1], llr[0])), six(MinCllr(llr[1], llr[0]))
	l.Yes, l.Held.FalseYes = threshold(llr[0], l.Cap)
	for i := range llr[1] {
		llr[1][i] = -llr[1][i]
	}
	l.No, l.Held.FalseNo = threshold(llr[1], l.Cap)
	if l.No != nil {
		*l.No = -*l.No
	}
}

// threshold returns the lowest llr10, of at least a decade, from which no more than 1 % of the files of the wrong class lie, and how many do; nil
// and how many lie at the cap where there is none.
func threshold(wrong []float64, cap float64) (*float64, Count) {
	sorted := slices.SortedFunc(slices.Values(wrong), func(a, b float64) int { return cmp.Compare(b, a) })
	at := fewestDecades
	if may := int(mostWrong * float64(len(sorted))); may < len(sorted) {
		at = max(at, (math.Round(sorted[may]*1e4)+1)/1e4)
	}
	from := min(at, cap)
	c := Count{Of: len(sorted)}
	for _, v := range sorted {
		if v >= from {
			c.Count++
		}
	}
	_, c.AtMost = Wilson(c.Count, c.Of)
	c.AtMost = six(c.AtMost)
	if at > cap {
		return nil, c
	}
	return &at, c
}

// logistic fits llr10 = slope*score + intercept by logistic regression with both classes weighing the same and an L2 penalty on the slope of the
// standardised score (after Platt 1999). The weights of the files add up to their number. Newton's method with halved steps.
func logistic(of []Example) (slope, intercept float64) {
	var n [2]float64
	mean, deviation := 0., 0.
	for _, e := range of {
		n[class(e.Positive)]++
		mean += *e.Answer.Score / float64(len(of))
	}
	for _, e := range of {
		deviation += (*e.Answer.Score - mean) * (*e.Answer.Score - mean) / float64(len(of))
	}
	if deviation = math.Sqrt(deviation); deviation == 0 || n[0] == 0 || n[1] == 0 {
		return 0, 0
	}
	x, weight, sign := make([]float64, len(of)), make([]float64, len(of)), make([]float64, len(of))
	for i, e := range of {
		c := class(e.Positive)
		x[i], weight[i], sign[i] = (*e.Answer.Score-mean)/deviation, float64(len(of))/(2*n[c]), float64(2*c-1)
	}
	a, b := descend(x, weight, sign)
	return six(a / deviation / math.Ln10), six((b - a*mean/deviation) / math.Ln10)
}

// descend minimises the sum of weight*log(1+exp(-sign*(a*x+b))) and half the square of a.
func descend(x, weight, sign []float64) (a, b float64) {
	loss := func(a, b float64) float64 {
		sum := a * a / 2
		for i := range x {
			sum += weight[i] * math.Ln2 * Cost(-sign[i]*(a*x[i]+b)/math.Ln10)
		}
		return sum
	}
	now := loss(0, 0)
	for range 50 {
		ga, gb, haa, hab, hbb := a, 0., 1., 0., 1e-9
		for i := range x {
			p := 1 / (1 + math.Exp(-(a*x[i] + b)))
			g, h := weight[i]*(p-(sign[i]+1)/2), weight[i]*p*(1-p)
			ga, gb = ga+g*x[i], gb+g
			haa, hab, hbb = haa+h*x[i]*x[i], hab+h*x[i], hbb+h
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			break
		}
		for range 30 {
			if next := loss(a-da, b-db); next <= now {
				a, b, now = a-da, b-db, next
				break
			}
			da, db = da/2, db/2
		}
	}
	return a, b
}

// six keeps six significant digits: more would differ between processors.
func six(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return v
	}
	unit := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*unit) / unit
}

func names(of []Example) []string {
	var out []string
	for _, e := range of {
		out = append(out, e.Source)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func sources(of []Example) (out []Source) {
	for _, name := range names(of) {
		for _, positive := range []bool{false, true} {
			s := Source{Source: name, Positive: positive}
			for _, e := range of {
				if e.Source == name && e.Positive == positive {
					s.Files++
				}
			}
			if s.Files > 0 {
				out = append(out, s)
			}
		}
	}
	return out
}

// digest stands for the files and their labels, whatever their names and their order.
func digest(of []Example) string {
	var lines []string
	for _, e := range of {
		lines = append(lines, fmt.Sprintf("%s %d\n", e.SHA256, class(e.Positive)))
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range lines {
		h.Write([]byte(line))
	}
	return hex.EncodeToString(h.Sum(nil))
}
