package fusion

import (
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
)

// record is one that all detectors examined, with findings of these codes.
func record(codes ...string) *forensics.Record {
	r := forensics.NewRecord(media.Item{Path: "x.jpg"})
	r.Status, r.Media.Kind = forensics.Examined, media.Image
	for _, d := range []string{"match", "labels", "jpeghistory", "geometry"} {
		r.Results = append(r.Results, forensics.Result{Detector: d, Version: 1, Status: forensics.Done})
	}
	for _, c := range codes {
		r.Findings = append(r.Findings, forensics.Finding{Code: c, Score: .9, Subject: "someone", Text: "found " + c})
	}
	return r
}

var given = Given{References: 3}

func TestEveryQuestionIsAnsweredWithAReason(t *testing.T) {
	failed := record()
	failed.Fail(media.Failf("worker.crashed", "the worker crashed"))
	for _, r := range []*forensics.Record{record(), record("match.reference"), failed} {
		Decide(r, given)
		for _, q := range forensics.Questions {
			a := r.Answers[q]
			if a.Reason == "" || a.Answer == "" || (a.Score == nil) != (a.Answer == forensics.NotEvaluated) {
				t.Errorf("%s: %+v", q, a)
			}
		}
	}
}

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		codes []string
		given Given
		q     forensics.Question
		want  forensics.Verdict
	}{
		"no references":            {nil, Given{}, forensics.KnownMedia, forensics.NotEvaluated},
		"references, no match":     {nil, given, forensics.KnownMedia, forensics.No},
		"match":                    {[]string{"match.reference"}, given, forensics.KnownMedia, forensics.Yes},
		"no declaration":           {nil, given, forensics.DeclaredAI, forensics.No},
		"AIGC label":               {[]string{"label.aigc.present"}, given, forensics.DeclaredAI, forensics.Yes},
		"unreadable label":         {[]string{"label.aigc.invalid"}, given, forensics.DeclaredAI, forensics.Inconclusive},
		"a generator's metadata":   {[]string{"generator.comfyui"}, given, forensics.DeclaredAI, forensics.Yes},
		"camera's source type":     {[]string{"iptc.source", "c2pa.present"}, given, forensics.DeclaredAI, forensics.No},
		"the layout alone":         {[]string{"synthetic.geometry"}, given, forensics.Synthetic, forensics.NotEvaluated},
		"another thumbnail":        {[]string{"jpeg.thumbnail_mismatch"}, given, forensics.Edited, forensics.Inconclusive},
		"nobody recognised":        {[]string{"label.aigc.present"}, given, forensics.Impersonation, forensics.NotEvaluated},
		"protected, but unaltered": {[]string{"match.reference"}, given, forensics.Impersonation, forensics.Inconclusive},
		"protected, declared AI":   {[]string{"match.reference", "label.aigc.present"}, given, forensics.Impersonation, forensics.Yes},
	} {
		r := record(c.codes...)
		Decide(r, c.given)
		if got := r.Answers[c.q]; got.Answer != c.want {
			t.Errorf("%s: %s is %s: %s", name, c.q, got.Answer, got.Reason)
		}
	}
}

func TestImpersonationNamesTheSubjectAndTheGrounds(t *testing.T) {
	r := record("match.reference", "iptc.ai")
	Decide(r, given)
	if reason := r.Answers[forensics.Impersonation].Reason; !strings.Contains(reason, `"someone"`) || !strings.Contains(reason, "declares that AI") {
		t.Error(reason)
	}
}

func TestADetectorThatDidNotRunAnswersNothing(t *testing.T) {
	r := record()
	r.Results[1].Status, r.Results[1].Reason = forensics.Broken, "panic: nil"
	r.Results = r.Results[:3] // geometry is not part of the profile
	Decide(r, given)
	for _, q := range []forensics.Question{forensics.DeclaredAI, forensics.Synthetic} {
		if a := r.Answers[q]; a.Answer != forensics.NotEvaluated {
			t.Errorf("%s: %+v", q, a)
		}
	}
}

func TestAPartialRecordIsNoMiss(t *testing.T) {
	r := record()
	r.Status, r.Error = forensics.Partial, media.Failf("decode.truncated", "cut off")
	Decide(r, given)
	if a := r.Answers[forensics.KnownMedia]; a.Answer != forensics.Inconclusive {
		t.Errorf("%+v", a)
	}
}

func TestTriage(t *testing.T) {
	skipped := record()
	skipped.Media.Kind = media.Other
	skipped.Fail(media.Failf("format.unsupported", "no picture"))
	failed := record()
	failed.Fail(media.Failf("decode.failed", "damaged"))
	for name, c := range map[string]struct {
		r      *forensics.Record
		want   forensics.Level
		reason string
	}{
		"nothing":       {record(), forensics.None, ""},
		"skipped":       {skipped, forensics.None, ""},
		"failed":        {failed, forensics.Low, "decode.failed"},
		"extension":     {record("format.extension"), forensics.Low, "format.extension"},
		"camera source": {record("iptc.source", "c2pa.present"), forensics.None, ""},
		"generator":     {record("generator.comfyui"), forensics.Medium, "generator.comfyui"},
		"declared":      {record("iptc.ai"), forensics.Medium, "iptc.ai"},
		"match":         {record("match.reference"), forensics.Medium, "match.reference"},
		"both":          {record("match.reference", "c2pa.ai"), forensics.High, "match.reference c2pa.ai"},
		"alert":         {record("hashset.alert"), forensics.High, "hashset.alert"},
	} {
		Decide(c.r, given)
		if got := c.r.Triage; got.Level != c.want || strings.Join(got.Reasons, " ") != c.reason {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestTheOriginalDecidesWhetherACopyWasEdited(t *testing.T) {
	same := record("match.reference")
	same.Results = append(same.Results, forensics.Result{Detector: "difference", Version: 1, Status: forensics.Done, Features: map[string]float64{"shown": 1, "regions": 0}})
	for name, c := range map[string]struct {
		r                           *forensics.Record
		edited, swap, impersonation forensics.Verdict
	}{
		"altered":     {record("match.reference", "edit.against_reference"), forensics.Yes, forensics.NotEvaluated, forensics.Yes},
		"swapped":     {record("match.reference", "swap.against_reference"), forensics.Yes, forensics.Yes, forensics.Yes},
		"nothing":     {same, forensics.No, forensics.No, forensics.Inconclusive},
		"a part only": {record("match.part"), forensics.NotEvaluated, forensics.NotEvaluated, forensics.NotEvaluated},
	} {
		Decide(c.r, given)
		for q, want := range map[forensics.Question]forensics.Verdict{forensics.Edited: c.edited, forensics.FaceSwap: c.swap, forensics.Impersonation: c.impersonation} {
			if got := c.r.Answers[q]; got.Answer != want {
				t.Errorf("%s: %s is %s: %s", name, q, got.Answer, got.Reason)
			}
		}
	}
}

func TestAFrameThatDiffersFromAPhotographMayBeAnotherMoment(t *testing.T) {
	r := record("match.reference", "edit.against_reference")
	r.Findings[len(r.Findings)-1].Where = &forensics.Region{Frame: new(7)}
	Decide(r, given)
	if a := r.Answers[forensics.Edited]; a.Answer != forensics.Inconclusive || !strings.Contains(a.Reason, "another moment") {
		t.Errorf("%+v", a)
	}
}

func TestAnotherShotOfTheSceneIsNotTheProtectedPicture(t *testing.T) {
	r := record("match.reference")
	r.Results = append(r.Results, forensics.Result{Detector: "difference", Version: 2, Status: forensics.NotApplied, Reason: "perhaps another shot of the same scene", Features: map[string]float64{"shown": 1, "regions": 2, "shift": .8}})
	Decide(r, given)
	for _, q := range []forensics.Question{forensics.KnownMedia, forensics.Edited, forensics.Impersonation} {
		if a := r.Answers[q].Answer; a == forensics.Yes || q == forensics.KnownMedia && a != forensics.Inconclusive {
			t.Errorf("%s: %+v", q, r.Answers[q])
		}
	}
}

func TestACopyThatAgreesWithTheOriginalIsNotTheAlteredOne(t *testing.T) {
	r := record("match.reference")
	r.Results = append(r.Results, forensics.Result{Detector: "difference", Version: 1, Status: forensics.Done, Features: map[string]float64{"shown": 1, "regions": 0}})
	Decide(r, given)
	Join(r, []forensics.Finding{{Code: "edit.against_copy", Score: .9, Text: "differs from a copy."}, {Code: "edit.against_copy", Score: .8, Text: "differs from another."}})
	if a := r.Answers[forensics.Edited]; a.Answer != forensics.No {
		t.Errorf("edited: %+v", a)
	}
	for _, f := range r.Findings[len(r.Findings)-2:] {
		if !strings.HasSuffix(f.Text, "so it is the other.") {
			t.Error(f.Text)
		}
	}
}

func TestJoinedFindingsOnlyAdd(t *testing.T) {
	copies := []forensics.Finding{{Code: "edit.against_copy", Score: .9, Text: "differs from another copy"}}
	r := record("match.reference", "edit.against_reference")
	Decide(r, given)
	Join(r, copies)
	if r.Answers[forensics.Impersonation].Answer != forensics.Yes || r.Answers[forensics.Edited].Answer != forensics.Yes || r.Triage.Level != forensics.High {
		t.Errorf("%+v %+v", r.Answers, r.Triage)
	}
	r = record()
	Decide(r, Given{})
	Join(r, copies)
	if r.Answers[forensics.Edited].Answer != forensics.Inconclusive || r.Triage.Level != forensics.Low {
		t.Errorf("%+v %+v", r.Answers, r.Triage)
	}
}
