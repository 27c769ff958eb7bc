package match

import (
	"fmt"
	"image"
	"time"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
)

// span is what one protected picture or video has in common with the probe.
type span struct {
	best        sighting
	at          instant       // that shows the best
	from, to    time.Duration // in the probe
	frames      int           // of the probe that show it
	first, last float64       // in the protected video, seconds: of the frames nearest to the probe's
	entries     map[*reference.Entry]bool
}

// matchVideo looks at every frame that differs from the one before and reports one finding for each protected picture or video, with
// the stretch in which it appears, in the probe and in the protected video. Frames are sampled, so both ends are uncertain by the
// distance between samples. The shares are those of ThreatExchange's vPDQ: of the probe's frames, and of the reference's.
func matchVideo(p *forensics.Pass, refs *reference.Set) error {
	spans := map[source]*span{}
	var order []source
	content, refuted := clipContent(p), 0
	var found []sighting
	var before pdq.Hash
	all := instants(p)
	for i, t := range all {
		in, frame := t.in(p)
		hash := in.PDQ(frame).Hash()
		if i == 0 || hash.Distance(before) > sameFrame {
			var n int
			var err error
			if found, n, err = look(in, frame, refs, content); err != nil {
				return err
			}
			refuted += n
		}
		before = hash
		for _, s := range found {
			k := sourceOf(s.entry)
			o := spans[k]
			if o == nil {
				o = &span{best: s, at: t, from: t.Time, first: s.entry.Time, last: s.entry.Time, entries: map[*reference.Entry]bool{}}
				spans[k] = o
				order = append(order, k)
			}
			if own, has := t.own != glance, o.at.own != glance; own && !has || own == has && s.score() > o.best.score() {
				o.best, o.at = s, t // what comes after compares with a frame of the sample
			}
			o.to, o.first, o.last = t.Time, min(o.first, s.entry.Time), max(o.last, s.entry.Time)
			o.frames++
			o.entries[s.entry] = true
		}
	}
	p.Feature("hashes_refuted", float64(refuted))
	p.Feature("apart_s", apart(all, p.Info.Duration))
	for _, k := range order {
		if err := spans[k].report(p, refs, len(all)); err != nil {
			return err
		}
	}
	return nil
}

func (o *span) report(p *forensics.Pass, refs *reference.Set, looks int) error {
	s := &o.best
	in, _ := o.at.in(p)
	panel, err := s.sideBySide(in)
	if err != nil {
		return err
	}
	box, index := s.box(in), o.at.Index
	if o.at.own != glance {
		p.Placed = append(p.Placed, s.place)
	} else {
		for k := range box {
			box[k] = box[k] * p.Info.Width / o.at.Width
		}
	}
	f := forensics.Finding{
		Code: s.code(), Score: s.score(), Subject: s.entry.Identity, Evidence: []forensics.Ref{panel},
		Where: &forensics.Region{Frame: &index, Box: &box}, Range: &forensics.TimeRange{T0: o.from.Seconds(), T1: o.to.Seconds()},
	}
	what, ofReference := s.what(), ""
	if s.entry.Video {
		f.ReferenceRange = &forensics.TimeRange{T0: o.first, T1: o.last}
		all := refs.Frames(s.entry)
		what = fmt.Sprintf("%.1f to %.1f s of the protected video %q of %q", o.first, o.last, s.entry.Name, s.entry.Identity)
		ofReference = fmt.Sprintf(" and %d of the reference's %d (%.0f %%)", len(o.entries), all, 100*float64(len(o.entries))/float64(all))
	}
	f.Text = fmt.Sprintf("Shows %s%s%s between %.1f and %.1f s: %d of %d frames looked at (%.0f %%)%s match; at best, %s.", s.extent(), what, s.handling(),
		o.from.Seconds(), o.to.Seconds(), o.frames, looks, 100*float64(o.frames)/float64(looks), ofReference, s.grounds())
	p.Report(f)
	return nil
}

// clipContent is the part of a clip's reduced frames that is no border in any of 20 of them; empty where they have none.
func clipContent(p *forensics.Pass) (r image.Rectangle) {
	step := max(1, len(p.Frames)/20)
	for i := 0; i < len(p.Frames); i += step {
		g := greyOf(p.Small(i))
		if t := trim(g, g.Rect); t.Dx() > least && t.Dy() > least { // a black frame says nothing
			r = r.Union(t)
		}
	}
	if whole := p.Small(0).Rect; near(r.Min, whole.Min) && near(r.Max, whole.Max) {
		return image.Rectangle{}
	}
	return r
}
