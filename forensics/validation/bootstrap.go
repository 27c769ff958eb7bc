package validation

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	rounds           = 2000
	fewestToResample = 3 // of each class: fewer sources, or files, say nothing of how the next ones would differ
)

// Interval is a 95 % interval.
type Interval [2]Number

// clusters are the files that are drawn together, as indices: of negatives, then of positives.
type clusters [2][][]int

// pictures draws every file for itself.
func pictures(sorted []scored) (c clusters) {
	for i := range sorted {
		_, class := share(sorted, nil, i)
		c[class] = append(c[class], []int{i})
	}
	return c
}

// sources draws all files of a source of one class together, because they resemble each other more than those of the next source will.
func sources(sorted []scored) (c clusters) {
	var members [2]map[string][]int
	for class := range members {
		members[class] = map[string][]int{}
	}
	for i, s := range sorted {
		_, class := share(sorted, nil, i)
		members[class][s.source] = append(members[class][s.source], i)
	}
	for class, m := range members {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			c[class] = append(c[class], m[name])
		}
	}
	return c
}

// intervals draws as many clusters of each class as there are, with replacement, 2000 times, and returns the percentile intervals of the
// figures of what was drawn (Efron 1979). The same files in the same order give the same intervals. An interval is nil where there
// are fewer than three clusters of a class, or the figure has no value.
func intervals(sorted []scored, c clusters) (out [len(figures{})]*Interval) {
	if min(len(c[0]), len(c[1])) < fewestToResample {
		return out
	}
	random := rand.New(rand.NewPCG(1, 7))
	weight := make([]float64, len(sorted))
	var drawn [len(figures{})][]float64
	for range rounds {
		clear(weight)
		for _, groups := range c {
			for range groups {
				for _, i := range groups[random.IntN(len(groups))] {
					weight[i]++
				}
			}
		}
		for i, v := range measure(sorted, weight) {
			if !math.IsNaN(v) {
				drawn[i] = append(drawn[i], v)
			}
		}
	}
	for i, v := range drawn {
		if len(v) < rounds/2 {
			continue
		}
		slices.Sort(v)
		out[i] = &Interval{Number(v[len(v)*25/1000]), Number(v[len(v)*975/1000])}
	}
	return out
}
