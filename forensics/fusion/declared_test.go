package fusion

import (
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/sweep"
	"unmask/media"
)

// withResult adds what a detector left.
func withResult(r *forensics.Record, detector string, status forensics.Outcome, features features) *forensics.Record {
	r.Results = append(r.Results, forensics.Result{Detector: detector, Version: 1, Status: status, Reason: "a reason", Features: features})
	return r
}

func TestWhatDeclaresAI(t *testing.T) {
	for name, c := range map[string]struct {
		r    *forensics.Record
		want forensics.Verdict
		says string
	}{
		"a visible label":                    {record("label.visible.present"), forensics.Yes, "found label.visible.present"},
		"a manifest that fails its checks":   {record("c2pa.ai", "c2pa.invalid"), forensics.Yes, "fails its checks"},
		"a label beside a broken manifest":   {record("label.aigc.present", "c2pa.invalid"), forensics.Yes, "found label.aigc.present"},
		"a broken manifest of a camera":      {record("c2pa.invalid"), forensics.No, "no label"},
		"labels could not all be read":       {withResult(record(), "c2pa", forensics.Broken, nil), forensics.Inconclusive, "the c2pa detector did not finish"},
		"visible labels were not looked for": {withResult(record(), "visible", forensics.NotApplied, nil), forensics.No, "visible labels were not looked for: a reason"},
		"a damaged file with a label":        {failed(record("label.aigc.present"), media.Image, "decode.failed"), forensics.Yes, "found label.aigc.present"},
		"a damaged file without":             {failed(record(), media.Image, "decode.failed"), forensics.Inconclusive, "could not be examined as a whole"},
		"no media":                           {failed(record(), media.Other, "format.unsupported"), forensics.NotEvaluated, "not examined"},
		"no media, but labelled":             {failed(record("label.aigc.present"), media.Other, "format.unsupported"), forensics.Yes, ""},
	} {
		Decide(c.r, given)
		if a := c.r.Answers[forensics.DeclaredAI]; a.Answer != c.want || !strings.Contains(a.Reason, c.says) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	r := record("label.aigc.present")
	r.Findings[0].Clause = "GB 45438-2025 annex E"
	if Decide(r, given); !strings.Contains(r.Answers[forensics.DeclaredAI].Reason, "(GB 45438-2025 annex E).") {
		t.Error(r.Answers[forensics.DeclaredAI].Reason)
	}
	unread := failed(record(), media.Image, "decode.failed")
	unread.Results = nil // killed before it was examined
	if Decide(unread, given); unread.Answers[forensics.DeclaredAI].Answer != forensics.NotEvaluated {
		t.Errorf("%+v", unread.Answers[forensics.DeclaredAI])
	}
}

func TestWhatRaisesTriage(t *testing.T) {
	for code, want := range map[string]forensics.Level{"c2pa.invalid": forensics.Low, "contradiction.origin": forensics.Low, sweep.Stripped: forensics.Low, "label.aigc.reused": forensics.Low,
		"label.visible.small": forensics.Low, "container.polyglot": forensics.Low, "label.visible.present": forensics.Medium,
		"exif.camera": forensics.None, "exif.software": forensics.None, "exif.dimensions": forensics.None, "c2pa.present": forensics.None, "c2pa.untrusted": forensics.None, sweep.Without: forensics.None} {
		r := record(code)
		if Decide(r, given); r.Triage.Level != want {
			t.Errorf("%s: %+v", code, r.Triage)
		}
	}
}

func TestACopyThatDeclaresAI(t *testing.T) {
	faithful := withResult(record("match.reference"), "difference", forensics.Done, features{"shown": 1, "regions": 0})
	for name, c := range map[string]struct {
		r     *forensics.Record
		score float64
		want  forensics.Verdict
		says  string
	}{
		"the same pixels":              {record("match.reference"), sweep.Settled, forensics.Yes, "a copy of this picture in the same case declares AI"},
		"only alike":                   {record("match.reference"), sweep.LooksAlike, forensics.Inconclusive, "a person must say"},
		"a manifest of a camera":       {record("match.reference"), .3, forensics.Inconclusive, "nothing shows"},
		"a person, the same pixels":    {faced(forensics.Done, "", features{"faces": 1, "usable": 1}, "identity.match"), sweep.Settled, forensics.Yes, "a protected person"},
		"the protected picture itself": {faithful, sweep.Settled, forensics.Inconclusive, "the protected picture as it is"},
		"nobody protected":             {record(), sweep.Settled, forensics.NotEvaluated, ""},
	} {
		Decide(c.r, given)
		Join(c.r, []forensics.Finding{{Code: sweep.Stripped, Score: c.score, Text: "its copy carries a label"}})
		if a := c.r.Answers[forensics.Impersonation]; a.Answer != c.want || !strings.Contains(a.Reason, c.says) {
			t.Errorf("%s: %+v", name, a)
		}
		if c.r.Answers[forensics.DeclaredAI].Answer != forensics.No {
			t.Errorf("%s: the file itself declares nothing", name)
		}
	}
}

func TestACopyThatDiffersLeavesEditedOpen(t *testing.T) {
	for name, c := range map[string]struct {
		was  forensics.Answer
		want string
	}{
		"calibrated to no":    {forensics.Answer{Answer: forensics.No, Score: new(.1), LLR: new(-2.), Reason: "calibrated"}, "inconclusive: differs"},
		"calibrated and open": {forensics.Answer{Answer: forensics.Inconclusive, Score: new(.1), LLR: new(.2), Reason: "calibrated"}, "inconclusive: differs"},
		"calibrated to yes":   {forensics.Answer{Answer: forensics.Yes, Score: new(.9), LLR: new(2.), Reason: "calibrated"}, "yes: calibrated"},
	} {
		r := record()
		Decide(r, given)
		r.Answers[forensics.Edited] = c.was
		Join(r, []forensics.Finding{{Code: "edit.against_copy", Score: .9, Text: "differs"}})
		if a := r.Answers[forensics.Edited]; string(a.Answer)+": "+a.Reason != c.want {
			t.Errorf("%s: %+v", name, a)
		}
	}
}
