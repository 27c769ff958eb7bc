package validation

import (
	"math"
	"slices"

	"unmask/forensics"
	"unmask/forensics/calibration"
)

// Share is a share of n with its Wilson interval.
type Share struct {
	Of    int      `json:"of"`
	Count int      `json:"count"`
	Value Number   `json:"value"`
	CI    Interval `json:"ci95"`
}

func shareOf(count, of int) Share {
	low, high := calibration.Wilson(count, of)
	return Share{of, count, ratio(count, of), Interval{Number(low), Number(high)}}
}

// Bounds prints the interval; "" where there is none of which to have a share.
func (s Share) Bounds() string {
	if s.Of == 0 {
		return ""
	}
	return s.CI.String()
}

// Answers counts what was answered, by class.
type Answers struct {
	Positives    map[forensics.Verdict]int `json:"positives"`
	Negatives    map[forensics.Verdict]int `json:"negatives"`
	FalseYes     Share                     `json:"false_yes"`    // of the negatives that were evaluated
	FalseNo      Share                     `json:"false_no"`     // of the positives that were evaluated
	Inconclusive Share                     `json:"inconclusive"` // of all that were evaluated
}

// noRecord counts files of which the case holds no record among the answers.
const noRecord forensics.Verdict = "no_record"

func answers(of []Observation) Answers {
	a := Answers{Positives: map[forensics.Verdict]int{}, Negatives: map[forensics.Verdict]int{}}
	for _, o := range of {
		v := o.Answer.Answer
		if !o.Found {
			v = noRecord
		}
		if o.Positive {
			a.Positives[v]++
		} else {
			a.Negatives[v]++
		}
	}
	evaluated := func(m map[forensics.Verdict]int) int {
		return m[forensics.Yes] + m[forensics.No] + m[forensics.Inconclusive]
	}
	p, n := evaluated(a.Positives), evaluated(a.Negatives)
	a.FalseYes, a.FalseNo = shareOf(a.Negatives[forensics.Yes], n), shareOf(a.Positives[forensics.No], p)
	a.Inconclusive = shareOf(a.Positives[forensics.Inconclusive]+a.Negatives[forensics.Inconclusive], p+n)
	return a
}

// Source is what was measured of the files of one class of one source.
type Source struct {
	Source   string `json:"source"`
	Positive bool   `json:"positive"`
	Files    int    `json:"files"`
	Scored   int    `json:"scored"`
	Median   Number `json:"median_score"`
	Yes      int    `json:"yes"`
	No       int    `json:"no"`
	Open     int    `json:"inconclusive"`
	Wrong    Share  `json:"wrong_side"` // yes to a negative or no to a positive, of those evaluated
}

func perSource(of []Observation) []Source {
	type key struct {
		name     string
		positive bool
	}
	at := map[key]int{}
	var out []Source
	var scores [][]float64
	for _, o := range of {
		k := key{o.Source, o.Positive}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out, scores = append(out, Source{Source: o.Source, Positive: o.Positive}), append(scores, nil)
		}
		s := &out[i]
		s.Files++
		switch o.Answer.Answer {
		case forensics.Yes:
			s.Yes++
		case forensics.No:
			s.No++
		case forensics.Inconclusive:
			s.Open++
		}
		if o.Scored() {
			s.Scored++
			scores[i] = append(scores[i], *o.Answer.Score)
		}
	}
	for i := range out {
		s := &out[i]
		wrong := s.Yes
		if s.Positive {
			wrong = s.No
		}
		s.Wrong, s.Median = shareOf(wrong, s.Yes+s.No+s.Open), Number(median(scores[i]))
	}
	slices.SortFunc(out, compareSources)
	return out
}

func compareSources(a, b Source) int {
	switch {
	case a.Positive != b.Positive && a.Positive:
		return -1
	case a.Positive != b.Positive:
		return 1
	case a.Source < b.Source:
		return -1
	}
	return 1
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
