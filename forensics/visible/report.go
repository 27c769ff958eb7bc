package visible

import (
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"

	"unmask/forensics"
	"unmask/media"
)

const (
	// margin is the room between a label and the border, as a share of the shorter side, up to which it stands at an edge: two lines of the
	// least height. The standard gives no figure.
	margin = .1

	leastHeight = .05 // of the shorter side (GB 45438-2025 5.2, 5.4)
	tolerance   = .9  // of that: heights are measured up to a tenth too small (see validation.json)
)

// clause of the visible label.
func clause(p *forensics.Pass) string {
	if p.Info.Kind == media.Video {
		return "GB 45438-2025 5.4"
	}
	return "GB 45438-2025 5.2"
}

// place says where in the frame a mark stands: "in the bottom right corner", "at the top edge", or inside.
func (m *mark) place(f *media.Frame) string {
	room := int(margin * float64(min(f.Width, f.Height)))
	var sides []string
	for _, s := range []struct {
		name string
		gap  int
	}{{"top", m.box.Min.Y}, {"bottom", f.Height - m.box.Max.Y}, {"left", m.box.Min.X}, {"right", f.Width - m.box.Max.X}} {
		if s.gap <= room {
			sides = append(sides, s.name)
		}
	}
	switch len(sides) {
	case 0:
		return inside
	case 2:
		return "in the " + strings.Join(sides, " ") + " corner"
	}
	return "at the " + sides[0] + " edge"
}

// inside is the place of what stands nowhere near the border.
const inside = "inside the picture"

func (m *mark) near(f *media.Frame) bool { return m.place(f) != inside }

// share is the height of the characters as a share of the shorter side.
func (m *mark) share(f *media.Frame) float64 {
	return float64(m.box.Dy()) / float64(min(f.Width, f.Height))
}

// report makes findings and the claim of the surest label, or of a mark that is only half of one.
func report(p *forensics.Pass, seen sightings) error {
	f, m := seen.best(full)
	if m == nil {
		if f, m = seen.best(partial); m == nil {
			return nil
		}
	}
	evidence, err := crop(p, f, m)
	if err != nil {
		return err
	}
	box := [4]int{m.box.Min.X, m.box.Min.Y, m.box.Dx(), m.box.Dy()}
	where := &forensics.Region{Box: &box}
	var during *forensics.TimeRange
	var opening, duration forensics.Check
	if p.Info.Kind == media.Video {
		s, err := track(p, f, m)
		if err != nil {
			return err
		}
		where.Frame, during = &f.Index, s.seconds()
		opening, duration = s.opening(clause(p)), s.duration(clause(p))
	}
	say := func(code string, score float64, format string, args ...any) {
		p.Report(forensics.Finding{Code: code, Score: score, Clause: clause(p), Range: during, Where: where, Evidence: evidence, Text: fmt.Sprintf(format, args...)})
	}
	c := claim(p, f, m)
	if p.Info.Kind == media.Video {
		c.Checks = append(c.Checks, opening, duration)
	}
	p.Claim(c)
	p.Feature("height_share", m.share(f))
	p.Feature("confidence", m.confidence)
	if m.kind == partial {
		say("label.visible.partial", .3, "A mark %s reads %q: it names AI, but not that the content was generated, so it is no full visible label.", m.place(f), m.text)
		return nil
	}
	say("label.visible.present", m.confidence/100, "Text %s reads %q: a visible label that says that AI made the content (read by OCR, confidence %.0f of 100; characters %d pixels high, %s of the shorter side).",
		m.place(f), m.text, m.confidence, m.box.Dy(), percent(m.share(f)))
	if m.share(f) < leastHeight*tolerance {
		say("label.visible.small", m.confidence/100, "The characters of the visible label are %d pixels high, %s of the shorter side, where the standard wants 5 %%; the box around them was measured, as it does not say how.",
			m.box.Dy(), percent(m.share(f)))
	}
	if opening.Result == forensics.Fell {
		say("label.visible.late", .4, "The visible label does not stand on the opening frame of the video, where the standard wants it: %s.", opening.Detail)
	}
	if duration.Result == forensics.Fell {
		say("label.visible.brief", .4, "The visible label is shown for less than the two seconds that the standard wants: %s.", duration.Detail)
	}
	if !m.near(f) {
		say("label.visible.position", .5, "The text that reads as an AI label does not stand at an edge or in a corner, where the standard wants it; it may belong to what is shown.")
	}
	return nil
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + " %" }

// claim says what the mark says, with what was checked of it.
func claim(p *forensics.Pass, f *media.Frame, m *mark) forensics.Claim {
	c := forensics.Claim{Kind: "visible", Place: "the pixels, " + m.place(f), Clause: clause(p), Says: fmt.Sprintf("visible label %q", m.text),
		Fields: []forensics.Field{{Name: "Text", Value: m.text}, {Name: "Confidence", Value: fmt.Sprintf("%.0f", m.confidence)},
			{Name: "Height", Value: fmt.Sprintf("%d px", m.box.Dy())}, {Name: "HeightShare", Value: percent(m.share(f))}}}
	if m.kind == full {
		c.Origin = forensics.MadeByAI
	}
	check := func(what string, passed bool, detail string) {
		result := forensics.Passed
		if !passed {
			result = forensics.Fell
		}
		c.Checks = append(c.Checks, forensics.Check{What: what, Result: result, Detail: detail, Clause: c.Clause})
	}
	check("both elements", m.kind == full, "AI, and generation")
	check("position", m.near(f), m.place(f))
	check("height", m.share(f) >= leastHeight*tolerance, fmt.Sprintf("%s of the shorter side, measured as the box around the characters; 5 %% is wanted", percent(m.share(f))))
	c.Checks = append(c.Checks, forensics.Check{What: "typeface", Result: forensics.NotChecked, Detail: "whether it is legible is for a person to judge", Clause: c.Clause})
	return c
}

// crop keeps the surroundings of a mark with a box around it.
func crop(p *forensics.Pass, f *media.Frame, m *mark) ([]forensics.Ref, error) {
	around := m.box.Inset(-max(8, m.box.Dy())).Intersect(image.Rect(0, 0, f.Width, f.Height))
	img := f.Crop(around)
	frame := m.box.Inset(-3).Sub(around.Min).Intersect(img.Rect)
	red := color.NRGBA{255, 0, 0, 255}
	for x := frame.Min.X; x < frame.Max.X; x++ {
		img.SetNRGBA(x, frame.Min.Y, red)
		img.SetNRGBA(x, frame.Max.Y-1, red)
	}
	for y := frame.Min.Y; y < frame.Max.Y; y++ {
		img.SetNRGBA(frame.Min.X, y, red)
		img.SetNRGBA(frame.Max.X-1, y, red)
	}
	ref, err := p.Picture(img)
	return []forensics.Ref{ref}, err
}
