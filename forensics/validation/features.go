package validation

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"unmask/forensics"
)

// Feature is how well one number that a detector measures separates the classes of a question by itself.
type Feature struct {
	Question  forensics.Question `json:"question"`
	Feature   string             `json:"feature"` // detector and name, "geometry.score"
	Positives int                `json:"positives"`
	Negatives int                `json:"negatives"`
	AUC       Number             `json:"auc"` // below .5 where it falls with the answer
}

// Features measures every feature against every question that has labels, those that separate best first.
func Features(all []Observation) []Feature {
	type key struct {
		q    forensics.Question
		name string
	}
	values := map[key][]scored{}
	for _, o := range all {
		for name, v := range o.Features {
			k := key{o.Question, name}
			values[k] = append(values[k], scored{score: v, positive: o.Positive, cost: math.NaN()})
		}
	}
	var out []Feature
	for _, k := range slices.SortedFunc(maps.Keys(values), func(a, b key) int { return cmp.Or(cmp.Compare(a.q, b.q), cmp.Compare(a.name, b.name)) }) {
		v := values[k]
		order(v)
		f := Feature{Question: k.q, Feature: k.name}
		for _, s := range v {
			if s.positive {
				f.Positives++
			} else {
				f.Negatives++
			}
		}
		if f.AUC = Number(area(curve(v, nil))); !math.IsNaN(float64(f.AUC)) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Feature) int {
		return cmp.Compare(math.Abs(float64(b.AUC)-.5), math.Abs(float64(a.AUC)-.5))
	})
	return out
}
