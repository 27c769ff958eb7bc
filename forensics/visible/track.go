package visible

import (
	"image"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/media"
)

// shown is what was seen of a mark in the frames of a video, in showing order.
type shown struct {
	frames []*media.Frame
	seen   []bool
	long   float64 // seconds that the video lasts; 0 where it broke off
	two    int     // which of the frames is on the screen when two seconds are over; -1 where that is not known
}

// film lists the frames of a video in showing order: those of its opening, and those spread over all of it.
func film(p *forensics.Pass) (out []*media.Frame) {
	for _, list := range [][]media.Frame{p.Opening, p.Frames} {
		for i := range list {
			if !slices.ContainsFunc(out, func(o *media.Frame) bool { return o.Index == list[i].Index }) {
				out = append(out, &list[i])
			}
		}
	}
	slices.SortFunc(out, func(a, b *media.Frame) int { return a.Index - b.Index })
	return out
}

// chosen are the frames that are read until one has a label: a still picture; of a video the first and last frame of its opening, and those
// that stand at a quarter, half and three quarters of it.
func chosen(p *forensics.Pass) (out []*media.Frame) {
	add := func(list []media.Frame, i int) {
		if i < len(list) && !slices.ContainsFunc(out, func(o *media.Frame) bool { return o.Index == list[i].Index }) {
			out = append(out, &list[i])
		}
	}
	if p.Info.Kind == media.Video {
		add(p.Opening, 0)
		add(p.Opening, max(0, len(p.Opening)-1))
		for i := 1; i < 4; i++ {
			add(p.Frames, i*len(p.Frames)/4)
		}
	}
	add(p.Frames, 0)
	return out
}

// alikeFrom is the correlation of strokes from which on a frame shows the label that was read in another one.
const alikeFrom = .5

// track looks for a mark that was read in one frame at the same place of all others: by the correlation of their strokes, which does not
// mind what is behind a label.
func track(p *forensics.Pass, f *media.Frame, m *mark) (s shown, err error) {
	s.frames, s.two = film(p), -1
	if p.Partial == nil {
		s.long = p.Info.Duration
	}
	if n := len(p.Opening); n > 0 && (s.long >= least || s.at(len(s.frames)-1) >= least) {
		s.two = slices.IndexFunc(s.frames, func(f *media.Frame) bool { return f.Index == p.Opening[n-1].Index })
	}
	want, err := patch(f, m.box)
	if err != nil {
		return s, err
	}
	for _, o := range s.frames {
		have, err := patch(o, m.box)
		if err != nil {
			return s, err
		}
		s.seen = append(s.seen, o.Index == f.Index || correlation(want, have) >= alikeFrom)
	}
	return s, nil
}

// patch is how much each pixel under a label differs from what is behind strokes: positive where it is brighter.
func patch(f *media.Frame, box image.Rectangle) ([]float64, error) {
	cut := f.Crop(box)
	part := media.Frame{Width: cut.Rect.Dx(), Height: cut.Rect.Dy()}
	for i := 0; i < len(cut.Pix); i += 4 {
		part.Pix = append(part.Pix, cut.Pix[i+2], cut.Pix[i+1], cut.Pix[i])
	}
	small := reducedTo(&part, 24)
	window := 2*max(1, small.h/6) + 1
	bright, err := small.strokes(window)
	if err != nil {
		return nil, err
	}
	negative := small.inverted()
	dark, err := negative.strokes(window)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(bright))
	for i := range out {
		out[i] = float64(bright[i]) - float64(dark[i])
	}
	return out, nil
}

// correlation is Pearson's, 0 where one of the two does not vary or they differ in size.
func correlation(a, b []float64) float64 {
	if len(a) != len(b) {
		return 0
	}
	var sa, sb, aa, bb, ab float64
	for i := range a {
		sa, sb, aa, bb, ab = sa+a[i], sb+b[i], aa+a[i]*a[i], bb+b[i]*b[i], ab+a[i]*b[i]
	}
	n := float64(len(a))
	if va, vb := aa-sa*sa/n, bb-sb*sb/n; va > 0 && vb > 0 {
		return (ab - sa*sb/n) / math.Sqrt(va*vb)
	}
	return 0
}
