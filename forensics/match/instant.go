package match

import (
	"cmp"
	"slices"

	"unmask/forensics"
	"unmask/media"
)

// instant is a frame of a video: one of those of the sample, or one that was only glanced at.
type instant struct {
	*media.Frame
	own int // its number among the frames of the sample; glance for none of them
}

const glance = -1

// instants returns all frames of a sample in the order in which they are shown.
func instants(p *forensics.Pass) (out []instant) {
	for i := range p.Frames {
		out = append(out, instant{&p.Frames[i], i})
	}
	for i := range p.Glances {
		out = append(out, instant{&p.Glances[i], glance})
	}
	slices.SortStableFunc(out, func(a, b instant) int { return cmp.Compare(a.Index, b.Index) })
	return out
}

// in returns the pass that holds the frame, and its number there: p, or one of its own for a frame that was glanced at.
func (t instant) in(p *forensics.Pass) (*forensics.Pass, int) {
	if t.own != glance {
		return p, t.own
	}
	return forensics.NewPass(&media.Sample{Item: p.Item, Info: p.Info, Frames: []media.Frame{*t.Frame}}, p.Env), 0
}

// apart is the longest time in seconds of a video in which no frame was looked at.
func apart(all []instant, duration float64) float64 {
	longest, before := 0., 0.
	for _, t := range all {
		longest, before = max(longest, t.Time.Seconds()-before), t.Time.Seconds()
	}
	return max(longest, duration-before)
}
