package fusion

import (
	"slices"
	"strings"

	"unmask/forensics"
)

// Rules says in words what triage does; reports print it.
const Rules = `high: impersonation is yes, or the file is in an alert hash set.
medium: it shows a protected picture or person, or the file declares AI.
low: something was found that a person should look at, such as a contradiction, a picture composed as a generator composes, or a file that could only be examined in part or not at all.
none: nothing of these.`

// codes that raise a record to low on their own. A trailing dot stands for the whole family.
var lowCodes = []string{"contradiction.", "label.aigc.", "synthetic.", "swap.", "edit.", "format.extension", "jpeg.thumbnail_mismatch"}

// triage applies Rules and names the findings that gave the level.
func triage(rec *forensics.Record) forensics.Triage {
	t := forensics.Triage{Level: forensics.None, Reasons: []string{}}
	because := func(match func(code string) bool) {
		for _, f := range rec.Findings {
			if match(f.Code) && !slices.Contains(t.Reasons, f.Code) {
				t.Reasons = append(t.Reasons, f.Code)
			}
		}
	}
	oneOf := func(codes []string) func(string) bool {
		return func(code string) bool {
			return slices.ContainsFunc(codes, func(c string) bool { return c == code || strings.HasSuffix(c, ".") && strings.HasPrefix(code, c) })
		}
	}
	strong := oneOf([]string{"match.", "identity.match", "label.aigc.", "c2pa.ai", "iptc.ai"})
	yes := func(q forensics.Question) bool { return rec.Answers[q].Answer == forensics.Yes }
	switch {
	case slices.ContainsFunc(rec.Findings, func(f forensics.Finding) bool { return f.Code == "hashset.alert" }):
		t.Level = forensics.High
		because(oneOf([]string{"hashset.alert"}))
	case yes(forensics.Impersonation):
		t.Level = forensics.High
		because(strong)
	case yes(forensics.KnownMedia) || yes(forensics.ProtectedIdentity) || yes(forensics.DeclaredAI):
		t.Level = forensics.Medium
		because(strong)
	default:
		because(oneOf(lowCodes))
		if rec.Error != nil && rec.Status != forensics.Skipped {
			t.Reasons = append(t.Reasons, rec.Error.Code)
		}
		if len(t.Reasons) > 0 {
			t.Level = forensics.Low
		}
	}
	return t
}
