package match

import (
	"fmt"
	"time"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
)

// span is what one protected picture or video has in common with the probe.
type span struct {
	best        reference.Match
	frame       int           // of the best match
	from, to    time.Duration // in the probe
	probe       int           // frames of the probe that match
	first, last float64       // in the protected video, seconds: of the frames nearest to the probe's
}

// matchVideo compares every comparable frame and reports one finding for each protected picture or video, with the stretch of
// the probe in which it appears. Frames are sampled, so both ends are uncertain by the distance between samples.
func matchVideo(p *forensics.Pass, refs *reference.Set) error {
	type key struct{ identity, name string }
	spans := map[key]*span{}
	var order []key
	comparable := 0
	for i := range p.Frames {
		probe := p.PDQ(i)
		if !probe.Comparable() {
			continue
		}
		comparable++
		all := probe.All()
		seen := map[key]bool{}
		for _, m := range refs.Search(&all, pdq.MatchDistance) { // nearest first
			k := key{m.Entry.Identity, m.Entry.Name}
			if seen[k] {
				continue
			}
			seen[k] = true
			s := spans[k]
			if s == nil {
				s = &span{best: m, frame: i, from: p.Frames[i].Time, first: m.Entry.Time, last: m.Entry.Time}
				spans[k] = s
				order = append(order, k)
			}
			if m.Distance < s.best.Distance {
				s.best, s.frame = m, i
			}
			s.to, s.first, s.last = p.Frames[i].Time, min(s.first, m.Entry.Time), max(s.last, m.Entry.Time)
			s.probe++
		}
	}
	if comparable == 0 {
		return forensics.NotApplicable("none of the %d frames examined is detailed enough for its hash to be compared", len(p.Frames))
	}
	for _, k := range order {
		s := spans[k]
		panel, err := sideBySide(p, s.frame, s.best)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("the protected picture %q of %q", k.name, k.identity)
		if s.best.Entry.Video {
			what = fmt.Sprintf("%.1f to %.1f s of the protected video %q of %q", s.first, s.last, k.name, k.identity)
		}
		index := p.Frames[s.frame].Index
		p.Report(forensics.Finding{
			Code: "match.reference", Score: score(s.best.Distance), Subject: k.identity, Evidence: []forensics.Ref{panel},
			Where: &forensics.Region{Frame: &index}, Range: &forensics.TimeRange{T0: s.from.Seconds(), T1: s.to.Seconds()},
			Text: fmt.Sprintf("Shows %s%s between %.1f and %.1f s: %d of %d comparable frames match, at best %d of 256 hash bits differ (a match is 31 or fewer).",
				what, handling(s.best), s.from.Seconds(), s.to.Seconds(), s.probe, comparable, s.best.Distance),
		})
	}
	return nil
}
