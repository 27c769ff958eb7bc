package validation

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Pairing says which negatives the positives of a source are held against: a positive source that holds the first text goes with negative
// sources that hold the second. The first that fits counts.
type Pairing [][2]string

const maxPairings = 10_000

// ReadPairing reads a pairing: "positive negative" on each line. Empty lines and lines that begin with # are left out.
func ReadPairing(r io.Reader) (Pairing, error) {
	var p Pairing
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		fields := strings.Fields(s.Text())
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 || len(p) == maxPairings {
			return nil, fmt.Errorf("line %d: a pair of sources is two texts, of the positive and of the negative source (at most %d lines)", n, maxPairings)
		}
		p = append(p, [2]string{fields[0], fields[1]})
	}
	return p, s.Err()
}

// against returns the negatives that positives of a source are held against, and how they are called: those that the pairing names, else
// those of sources of the same origin (the part of the name before the first colon), else all.
func (p Pairing) against(source string, negatives []string) (matched map[string]bool, name string) {
	choose := func(fits func(string) bool) map[string]bool {
		m := map[string]bool{}
		for _, n := range negatives {
			if fits(n) {
				m[n] = true
			}
		}
		return m
	}
	for _, pair := range p {
		if !strings.Contains(source, pair[0]) {
			continue
		}
		if m := choose(func(n string) bool { return strings.Contains(n, pair[1]) }); len(m) > 0 {
			return m, strings.Join(slices.Sorted(maps.Keys(m)), ", ")
		}
		break
	}
	if origin, _, ok := strings.Cut(source, ":"); ok {
		if m := choose(func(n string) bool { return strings.HasPrefix(n, origin+":") }); len(m) > 0 {
			return m, strings.Join(slices.Sorted(maps.Keys(m)), ", ")
		}
	}
	return choose(func(string) bool { return true }), "all"
}

// Pair is what was measured of the positives of one source against the negatives that they are matched with.
type Pair struct {
	Source    string    `json:"source"`
	Against   string    `json:"against"` // sources of the negatives, or "all"
	Positives int       `json:"positives"`
	Negatives int       `json:"negatives"`
	AUC       Number    `json:"auc"`
	CI        *Interval `json:"ci95_pictures,omitempty"`
	TPR5      Number    `json:"tpr_at_5_percent_fpr"`
}

// pairs measures each positive source, sorted by name, and the mean AUC of those with enough files.
func pairs(sorted []scored, pairing Pairing) (out []Pair, mean Number) {
	names := [2]map[string]bool{{}, {}}
	for i, s := range sorted {
		_, class := share(sorted, nil, i)
		names[class][s.source] = true
	}
	negatives := slices.Sorted(maps.Keys(names[0]))
	n := 0
	for _, source := range slices.Sorted(maps.Keys(names[1])) {
		matched, against := pairing.against(source, negatives)
		var of []scored
		p := Pair{Source: source, Against: against}
		for _, s := range sorted {
			switch {
			case s.positive && s.source == source:
				p.Positives++
			case !s.positive && matched[s.source]:
				p.Negatives++
			default:
				continue
			}
			of = append(of, s)
		}
		f, ci := measure(of, nil), intervals(of, pictures(of))
		p.AUC, p.CI, p.TPR5 = Number(f[auc]), ci[auc], Number(f[tpr5])
		if p.Positives >= fewestOfPair && p.Negatives >= fewestOfPair {
			mean += p.AUC
			n++
		}
		out = append(out, p)
	}
	return out, mean / Number(n)
}
