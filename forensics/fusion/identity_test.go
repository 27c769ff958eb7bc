package fusion

import (
	"strings"
	"testing"

	"unmask/forensics"
)

// faced is a record whose identity detector left this.
func faced(status forensics.Outcome, reason string, features map[string]float64, codes ...string) *forensics.Record {
	r := record(codes...)
	r.Results = append(r.Results, forensics.Result{Detector: "identity", Version: 1, Status: status, Reason: reason, Features: features})
	return r
}

type features = map[string]float64

func TestProtectedIdentity(t *testing.T) {
	for name, c := range map[string]struct {
		r      *forensics.Record
		want   forensics.Verdict
		reason string
	}{
		"not run":       {record(), forensics.NotEvaluated, "not part of this profile"},
		"no model":      {faced(forensics.NotApplied, "get it with: unmask models fetch", nil), forensics.NotEvaluated, "models fetch"},
		"no face":       {faced(forensics.NotApplied, "no face was found", features{"faces": 0}), forensics.NotEvaluated, "no face"},
		"broken":        {faced(forensics.Broken, "panic: nil", nil), forensics.NotEvaluated, "did not finish"},
		"none usable":   {faced(forensics.NotApplied, "too blurred", features{"faces": 2, "usable": 0}), forensics.Inconclusive, "too blurred"},
		"two fit":       {faced(forensics.Done, "", features{"faces": 1, "usable": 1, "ambiguous": 1}), forensics.Inconclusive, "neither is named"},
		"nobody":        {faced(forensics.Done, "", features{"faces": 3, "usable": 2, "best": 1.5}), forensics.No, "1 more could not be compared"},
		"somebody":      {faced(forensics.Done, "", features{"faces": 1, "usable": 1}, "identity.match"), forensics.Yes, "found identity.match"},
		"likeness":      {faced(forensics.Done, "", features{"faces": 1, "usable": 1}, "identity.resembles"), forensics.Inconclusive, "found identity.resembles"},
		"and somebody":  {faced(forensics.Done, "", features{"faces": 2, "usable": 2}, "identity.resembles", "identity.match"), forensics.Yes, "found identity.match"},
		"one and a tie": {faced(forensics.Done, "", features{"faces": 2, "usable": 2, "ambiguous": 1}, "identity.match"), forensics.Yes, "found identity.match"},
	} {
		Decide(c.r, given)
		if a := c.r.Answers[forensics.ProtectedIdentity]; a.Answer != c.want || !strings.Contains(a.Reason, c.reason) || (a.Score == nil) != (c.want == forensics.NotEvaluated) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	partial := faced(forensics.Done, "", features{"faces": 1, "usable": 1})
	partial.Status = forensics.Partial
	if Decide(partial, given); partial.Answers[forensics.ProtectedIdentity].Answer != forensics.Inconclusive {
		t.Errorf("partial: %+v", partial.Answers[forensics.ProtectedIdentity])
	}
}

func TestImpersonationOfAPerson(t *testing.T) {
	all := features{"faces": 1, "usable": 1}
	for name, c := range map[string]struct {
		r     *forensics.Record
		want  forensics.Verdict
		level forensics.Level
	}{
		"person, nothing else":   {faced(forensics.Done, "", all, "identity.match"), forensics.Inconclusive, forensics.Medium},
		"person, declared AI":    {faced(forensics.Done, "", all, "identity.match", "iptc.ai"), forensics.Yes, forensics.High},
		"nobody, declared AI":    {faced(forensics.Done, "", all, "iptc.ai"), forensics.No, forensics.Medium},
		"likeness, declared AI":  {faced(forensics.Done, "", all, "identity.resembles", "iptc.ai"), forensics.Inconclusive, forensics.Medium},
		"unusable, declared AI":  {faced(forensics.NotApplied, "too small", features{"faces": 1}, "iptc.ai"), forensics.Inconclusive, forensics.Medium},
		"no model, declared AI":  {faced(forensics.NotApplied, "no model", nil, "iptc.ai"), forensics.NotEvaluated, forensics.Medium},
		"no model, but the shot": {faced(forensics.NotApplied, "no model", nil, "match.reference", "iptc.ai"), forensics.Yes, forensics.High},
	} {
		Decide(c.r, given)
		if a := c.r.Answers[forensics.Impersonation]; a.Answer != c.want || c.r.Triage.Level != c.level {
			t.Errorf("%s: %+v, triage %s", name, a, c.r.Triage.Level)
		}
	}
	r := faced(forensics.Done, "", all, "match.reference", "identity.match", "c2pa.ai")
	r.Findings[1].Subject = "the person"
	if Decide(r, given); !strings.Contains(r.Answers[forensics.Impersonation].Reason, `"the person"`) {
		t.Error(r.Answers[forensics.Impersonation].Reason)
	}
}
