package fusion

import (
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
	"unmask/media"
)

// sets is a hash set with digests and PDQ hashes.
func sets(digests, hashes int) []setfile.Given {
	info := setfile.Info{Counts: setfile.Counts{setfile.MD5: digests, setfile.PDQ: hashes}}
	return []setfile.Given{{Kind: setfile.Alert, Name: "alert.txt", Set: &setfile.Set{Info: info}}}
}

// looked is a record that the hashset detector looked up, with this many frames compared.
func looked(frames float64, codes ...string) *forensics.Record {
	r := record(codes...)
	r.Results = append(r.Results, forensics.Result{Detector: "hashset", Version: 1, Status: forensics.Done, Features: map[string]float64{"pdq_frames": frames}})
	for i := range r.Findings {
		if strings.HasPrefix(r.Findings[i].Code, "hashset.") {
			r.Findings[i].Score = 1
		}
	}
	return r
}

func failed(r *forensics.Record, kind media.Kind, code string) *forensics.Record {
	r.Media.Kind = kind
	r.Fail(media.Failf(code, "no"))
	return r
}

func lookalike(r *forensics.Record) *forensics.Record {
	r.Findings[0].Score = .4
	return r
}

func TestHashSets(t *testing.T) {
	both := Given{References: 3, HashSets: sets(5, 0)}
	partial := looked(1)
	partial.Status, partial.Error = forensics.Partial, media.Failf("decode.truncated", "cut")
	broken := looked(0)
	broken.Results[len(broken.Results)-1].Status = forensics.Broken
	for name, c := range map[string]struct {
		r      *forensics.Record
		given  Given
		answer forensics.Verdict
		says   string
		level  forensics.Level
	}{
		"no sets, no references":  {looked(0), Given{}, forensics.NotEvaluated, "--refs", forensics.None},
		"alert":                   {looked(0, "hashset.alert"), Given{HashSets: sets(5, 0)}, forensics.Yes, "found hashset.alert", forensics.High},
		"known":                   {looked(0, "hashset.known"), Given{HashSets: sets(5, 0)}, forensics.Yes, "found hashset.known", forensics.None},
		"alert and known":         {looked(0, "hashset.known", "hashset.alert"), both, forensics.Yes, "found hashset.alert", forensics.High},
		"known, and declared AI":  {looked(0, "hashset.known", "label.aigc.present"), both, forensics.Yes, "found hashset.known", forensics.None},
		"known, and protected":    {looked(0, "hashset.known", "match.reference"), both, forensics.Yes, "found match.reference", forensics.None},
		"alert, and protected":    {looked(0, "hashset.alert", "match.reference"), both, forensics.Yes, "found hashset.alert", forensics.High},
		"looks known":             {lookalike(looked(1, "hashset.known")), Given{HashSets: sets(0, 5)}, forensics.Yes, "found hashset.known", forensics.None},
		"looks known, declared":   {lookalike(looked(1, "hashset.known", "c2pa.ai")), Given{HashSets: sets(0, 5)}, forensics.Yes, "", forensics.Medium},
		"nowhere":                 {looked(0), Given{HashSets: sets(5, 0)}, forensics.No, `none of the 5 in the hash set "alert.txt"`, forensics.None},
		"nowhere, two sets":       {looked(2), Given{HashSets: append(sets(5, 1), sets(6, 0)...)}, forensics.No, "none of the 11 in the 2 hash sets given, and it is within 31 of 256 bits of none of their 1 PDQ", forensics.None},
		"nowhere, but too plain":  {looked(0), Given{HashSets: sets(5, 1)}, forensics.Inconclusive, "too plain", forensics.None},
		"nowhere, but in part":    {partial, Given{HashSets: sets(5, 1)}, forensics.Inconclusive, "the part that could be decoded", forensics.Low},
		"nowhere, no reference":   {looked(0), both, forensics.No, "protected pictures and frames", forensics.None},
		"nowhere, no reference 2": {looked(0), both, forensics.No, "none of the 5", forensics.None},
		"nowhere, plain, no ref":  {looked(0), Given{References: 1, HashSets: sets(1, 1)}, forensics.Inconclusive, "too plain", forensics.None},
		"detector failed":         {broken, Given{HashSets: sets(5, 0)}, forensics.NotEvaluated, "did not finish", forensics.None},
		"failed, alert":           {failed(looked(0, "hashset.alert"), media.Image, "decode.failed"), Given{HashSets: sets(5, 0)}, forensics.Yes, "found hashset.alert", forensics.High},
		"skipped, alert":          {failed(looked(0, "hashset.alert"), media.Other, "format.unsupported"), Given{HashSets: sets(5, 0)}, forensics.Yes, "", forensics.High},
		"failed, known":           {failed(looked(0, "hashset.known"), media.Video, "decode.failed"), Given{HashSets: sets(5, 0)}, forensics.Yes, "", forensics.None},
		"passed over":             {failed(looked(0, "hashset.known"), media.Image, media.CodeKnown), Given{HashSets: sets(5, 0)}, forensics.Yes, "", forensics.None},
		"failed, nowhere":         {failed(looked(0), media.Image, "decode.failed"), Given{HashSets: sets(5, 0)}, forensics.NotEvaluated, "not examined", forensics.Low},
	} {
		Decide(c.r, c.given)
		a := c.r.Answers[forensics.KnownMedia]
		if a.Answer != c.answer || !strings.Contains(a.Reason, c.says) || (a.Score == nil) != (a.Answer == forensics.NotEvaluated) {
			t.Errorf("%s: %+v", name, a)
		}
		if c.r.Triage.Level != c.level {
			t.Errorf("%s: triage %+v", name, c.r.Triage)
		}
	}
}

// A hash set names no person and protects nobody.
func TestAHashSetAloneIsNoImpersonation(t *testing.T) {
	for _, code := range []string{"hashset.known", "hashset.alert"} {
		r := looked(1, code, "label.aigc.present")
		Decide(r, Given{References: 3, HashSets: sets(5, 0)})
		if a := r.Answers[forensics.Impersonation]; a.Answer == forensics.Yes {
			t.Errorf("%s: %+v", code, a)
		}
	}
}
