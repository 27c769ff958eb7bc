package surround

import (
	"cmp"
	"slices"
)

// cue is a group of features with a name for a layman.
type cue struct{ name, text string }

// cues in the order of the catalogue.
var cues = [...]cue{
	{"noise", "noise"}, {"sharp", "sharpness"}, {"edge", "its outline"}, {"colour", "colour"}, {"resampled", "traces of resizing"},
	{"grid", "traces of JPEG"},
}

// strongest returns the names of the cues that speak most for a swap, at most n.
func (l *looked) strongest(n int) (out []string) {
	order := slices.Clone(cues[:])
	slices.SortStableFunc(order, func(a, b cue) int { return cmp.Compare(l.cues[b.name], l.cues[a.name]) })
	for _, c := range order[:n] {
		out = append(out, c.text)
	}
	return out
}

// value returns a feature by name, 0 where there is none.
func (v vector) value(name string) float64 {
	for _, f := range v {
		if f.name == name {
			return f.value
		}
	}
	return 0
}
