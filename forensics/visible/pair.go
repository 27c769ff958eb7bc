package visible

import (
	"fmt"
	"slices"

	"unmask/forensics"
)

// opening tells whether the label stands on the frame that a player shows before it plays.
func (s sightings) opening(clause string) forensics.Check {
	c := forensics.Check{What: "opening frame", Result: forensics.Passed, Clause: clause}
	switch {
	case s[0].frame.Index != 0:
		c.Result, c.Detail = forensics.NotChecked, fmt.Sprintf("the first frame that was decoded is number %d", s[0].frame.Index)
	case !s[0].labelled():
		c.Result, c.Detail = forensics.Fell, "no label was read on it"
	}
	return c
}

// duration tells for how long the label is seen, as far as the frames that were looked at can say.
func (s sightings) duration(clause string) forensics.Check {
	c := forensics.Check{What: "shown for two seconds", Result: forensics.NotChecked, Clause: clause}
	last := s[len(s)-1].frame.Time
	gone := slices.IndexFunc(s, func(one sighting) bool { return !one.labelled() })
	switch {
	case gone == 0 || s[0].frame.Index != 0:
		c.Detail = "it was not read at the opening"
	case gone > 0 && s[gone].frame.Time < shown:
		c.Result, c.Detail = forensics.Fell, fmt.Sprintf("it was read at the opening and not any more at %.1f s; OCR may have missed it", s[gone].frame.Time.Seconds())
	case gone > 0:
		c.Detail = fmt.Sprintf("it was read at %.1f s and not any more at %.1f s; when it went was not looked at", s[gone-1].frame.Time.Seconds(), s[gone].frame.Time.Seconds())
	case last < shown:
		c.Detail = "no frame from two seconds on was looked at"
	default:
		c.Result, c.Detail = forensics.Passed, fmt.Sprintf("it was read in each of the %d frames looked at, up to %.1f s; those between were not looked at", len(s), last.Seconds())
	}
	return c
}

func (one *sighting) labelled() bool {
	return slices.ContainsFunc(one.marks, func(m mark) bool { return m.kind == full })
}

// pair compares the visible label with the implicit ones that were read before: the standard wants both.
func pair(p *forensics.Pass, seen sightings) {
	implicit := slices.IndexFunc(p.Claims(), func(c forensics.Claim) bool { return c.Kind == "aigc" && c.Origin == forensics.MadeByAI })
	_, label := seen.best(full)
	switch {
	case implicit >= 0 && label == nil:
		c := p.Claims()[implicit]
		p.Report(forensics.Finding{Code: "label.visible.missing", Score: .5, Clause: clause(p), Where: &forensics.Region{Offset: c.Offset, Length: c.Length},
			Text: fmt.Sprintf("The file carries an implicit AI label (in %s), but no visible one was read in the picture, where the standard wants both; OCR may miss one.", c.Place)})
	case implicit < 0 && label != nil:
		p.Report(forensics.Finding{Code: "label.aigc.missing", Score: .5, Clause: "GB 45438-2025 6.1",
			Text: "The picture shows a visible AI label, but no implicit one was found in the file, where the standard wants both; copies and screen shots lose it."})
	}
}
