package visible

import (
	"fmt"
	"slices"

	"unmask/forensics"
)

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
			Text: "A visible AI label was read, but no implicit one was found in the file, where the standard wants both; copies and screen shots lose it."})
	}
}
