package fusion

import (
	"slices"
	"strings"

	"unmask/forensics"
)

// Rules says in words what triage does; reports print it.
const Rules = `high: impersonation is yes, or the file, or a picture that looks like it, is in an alert hash set.
medium: it shows a protected picture or person, or the file declares AI.
low: something was found that a person should look at, such as a contradiction, a label that is wrong or was removed, a manifest that fails its checks, a picture composed as a generator composes, or a file that could only be examined in part or not at all.
none: nothing of these; or a digest of the file is in a known-good hash set, whatever else was found, and in no alert hash set.`

// codes that raise a record to low on their own. A trailing dot stands for the whole family.
var lowCodes = []string{"contradiction.", "label.aigc.", "label.visible.", "c2pa.invalid", "iptc.conflict", "container.polyglot", "synthetic.", "swap.", "edit.", "match.part",
	"format.extension", "jpeg.thumbnail_mismatch"}

// belongs tells whether a code is the given one, or of the given family, which ends with a dot.
func belongs(code, family string) bool {
	return code == family || strings.HasSuffix(family, ".") && strings.HasPrefix(code, family)
}

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
			return slices.ContainsFunc(codes, func(c string) bool { return belongs(code, c) })
		}
	}
	strong := oneOf([]string{"match.", "identity.match", "swap.", "edit.against_reference", "label.aigc.", "label.visible.", "c2pa.ai", "c2pa.invalid", "iptc.ai", "generator.", "contradiction."})
	yes := func(q forensics.Question) bool { return rec.Answers[q].Answer == forensics.Yes }
	found := func(code string) bool {
		return slices.ContainsFunc(rec.Findings, func(f forensics.Finding) bool { return f.Code == code })
	}
	switch {
	case found("hashset.alert"):
		t.Level = forensics.High
		because(oneOf([]string{"hashset.alert"}))
	case isKnownGood(rec):
		because(oneOf([]string{"hashset.known"}))
	case yes(forensics.Impersonation):
		t.Level = forensics.High
		because(strong)
	case found("match.reference") || yes(forensics.ProtectedIdentity) || yes(forensics.DeclaredAI):
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
