// Package fusion turns the findings of one item into answers, the answers into the finding that matters (somebody is being
// impersonated), and both into a place in the queue. It is rules and arithmetic only.
package fusion

import (
	"fmt"
	"slices"
	"strings"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
)

// Given says what a run was given to compare with; what was not given is not answered.
type Given struct {
	References int                     // protected pictures and frames; 0 where no pack was named
	HashSets   []setfile.Given         // of files to be found and of known-good ones
	Calibrate  func(*forensics.Record) // gives the answers on pixels a laboratory's own likelihood ratios; nil for none
}

// Decide fills the answers and the triage of a record from its results and findings.
func Decide(rec *forensics.Record, given Given) {
	d := decision{rec, given}
	if rec.Status == forensics.Failed || rec.Status == forensics.Skipped {
		for _, q := range forensics.Questions {
			rec.Answers[q] = notEvaluated("not examined: " + rec.Error.Text)
		}
		if a, ok := d.listed(); ok {
			rec.Answers[forensics.KnownMedia] = a
		}
		if a, ok := d.declaredUnseen(); ok {
			rec.Answers[forensics.DeclaredAI] = a
		}
	} else {
		rec.Answers[forensics.KnownMedia] = d.knownMedia()
		rec.Answers[forensics.ProtectedIdentity] = d.protectedIdentity()
		rec.Answers[forensics.DeclaredAI] = d.declaredAI()
		rec.Answers[forensics.Synthetic] = d.synthetic()
		rec.Answers[forensics.FaceSwap] = d.faceSwap()
		rec.Answers[forensics.Edited] = d.edited()
		if given.Calibrate != nil {
			given.Calibrate(rec)
		}
		rec.Answers[forensics.Impersonation] = d.impersonation()
	}
	rec.Triage = triage(rec)
}

// Join adds findings that were made after the examination, by comparing files of one case. They can leave it open whether a file was edited, unless the
// protected picture that it shows tells, say that a copy of somebody protected declares AI, and raise its triage; all other answers stand.
func Join(rec *forensics.Record, findings []forensics.Finding) {
	rec.Findings = append(rec.Findings, findings...)
	d := decision{rec: rec}
	_, agrees := d.unaltered()
	for i := range rec.Findings {
		f := &rec.Findings[i]
		if f.Code != "edit.against_copy" {
			continue
		}
		if agrees {
			f.Text += " Held against the protected picture that it shows, this one is unaltered, so it is the other."
		} else if a := rec.Answers[forensics.Edited]; a.Answer != forensics.Yes {
			open := answer(forensics.Inconclusive, f.Score, "%s", f.Text)
			open.LLR = a.LLR
			rec.Answers[forensics.Edited] = open
			break
		}
	}
	d.copyDeclares()
	rec.Triage = triage(rec)
}

type decision struct {
	rec   *forensics.Record
	given Given
}

// found returns the first finding with one of the codes or of a family of them, which is the one its detector holds strongest.
func (d decision) found(codes ...string) *forensics.Finding {
	for i := range d.rec.Findings {
		for _, c := range codes {
			if belongs(d.rec.Findings[i].Code, c) {
				return &d.rec.Findings[i]
			}
		}
	}
	return nil
}

// result returns what a detector left; it stands as not applicable where the profile does not run it.
func (d decision) result(name string) forensics.Result {
	for _, r := range d.rec.Results {
		if r.Detector == name {
			return r
		}
	}
	return forensics.Result{Detector: name, Status: forensics.NotApplied, Reason: "the " + name + " detector is not part of this profile"}
}

// ran tells whether the profile runs a detector.
func (d decision) ran(name string) bool {
	return slices.ContainsFunc(d.rec.Results, func(r forensics.Result) bool { return r.Detector == name })
}

// without answers a question for which a detector left nothing to go by.
func without(r forensics.Result) forensics.Answer {
	if r.Status == forensics.NotApplied {
		return notEvaluated(r.Reason)
	}
	return notEvaluated(fmt.Sprintf("the %s detector did not finish: %s", r.Detector, r.Reason))
}

func answer(v forensics.Verdict, score float64, format string, args ...any) forensics.Answer {
	return forensics.Answer{Answer: v, Reason: fmt.Sprintf(format, args...), Score: &score}
}

func notEvaluated(reason string) forensics.Answer {
	return forensics.Answer{Answer: forensics.NotEvaluated, Reason: reason}
}

// protectedPicture answers from the protected references alone.
func (d decision) protectedPicture() forensics.Answer {
	if d.given.References == 0 {
		return notEvaluated("no protected references were given (--refs)")
	}
	if f := d.found("match.reference"); f != nil {
		if r := d.result("difference"); r.Status == forensics.NotApplied && r.Features["regions"] > 0 {
			return answer(forensics.Inconclusive, f.Score, "%s It is %s.", f.Text, r.Reason)
		}
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if f := d.found("match.part"); f != nil {
		return answer(forensics.Inconclusive, f.Score, "%s", f.Text)
	}
	r := d.result("match")
	switch {
	case r.Status == forensics.NotApplied:
		return answer(forensics.Inconclusive, 0, "%s", r.Reason)
	case r.Status != forensics.Done:
		return without(r)
	case d.rec.Status == forensics.Partial:
		return answer(forensics.Inconclusive, 0, "no protected picture was recognised in the part that could be decoded")
	}
	all := fmt.Sprintf("none of the %d protected pictures and frames was", d.given.References)
	if d.given.References == 1 {
		all = "the protected picture was not"
	}
	short := ""
	if apart := r.Features["apart_s"]; apart > 0 {
		short = fmt.Sprintf("; frames up to %.1f s apart were looked at, and a shorter clip may be missed", apart)
	}
	return answer(forensics.No, 0, "%s found in it, by hashes or by keypoints; a small part of one, or one seen at an angle, would not be found%s", all, short)
}

// synthetic goes by the pixels: how a portrait looks, and how it is laid out.
func (d decision) synthetic() forensics.Answer {
	if a, ok := d.pixels(forensics.Synthetic); ok {
		return a
	}
	if r := d.result("probe"); r.Status == forensics.Broken {
		return without(r)
	}
	return without(d.result("texture"))
}

// faceSwap goes by the comparison with a protected original, and without one by the pixels.
func (d decision) faceSwap() forensics.Answer {
	if f := d.found("swap.against_reference"); f != nil {
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if same, ok := d.unaltered(); ok {
		return same
	}
	if a, ok := d.pixels(forensics.FaceSwap); ok {
		return a
	}
	return without(d.result("surround"))
}

func (d decision) edited() forensics.Answer {
	if f := d.found("swap.against_reference"); f != nil {
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if f := d.found("edit.against_reference"); f != nil {
		if f.Where != nil && f.Where.Frame != nil {
			return answer(forensics.Inconclusive, f.Score, "%s In a video this may be another moment of the scene.", f.Text)
		}
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if f := d.found("jpeg.thumbnail_mismatch", "edit.against_copy"); f != nil {
		return answer(forensics.Inconclusive, f.Score, "%s", f.Text)
	}
	if same, ok := d.unaltered(); ok {
		return same
	}
	if a, ok := d.pixels(forensics.Edited); ok {
		return a
	}
	return without(d.result("noise"))
}

// unaltered answers for a picture that was compared with the protected picture it shows, where nothing differs.
func (d decision) unaltered() (forensics.Answer, bool) {
	r := d.result("difference")
	if r.Status != forensics.Done || r.Features["regions"] > 0 {
		return forensics.Answer{}, false
	}
	return answer(forensics.No, 0, "compared with the protected picture that it shows, nothing differs beyond what re-encoding, resizing and toning explain (over %.0f %% of that picture)",
		100*r.Features["shown"]), true
}

// impersonation joins a protected picture or person with evidence that this copy was made by AI, swapped or edited.
func (d decision) impersonation() forensics.Answer {
	a := d.rec.Answers
	shown, person := d.protectedPicture(), a[forensics.ProtectedIdentity] // a hash set protects nobody
	who, code := "a protected picture", "match.reference"
	if person.Answer == forensics.Yes {
		shown, who, code = person, "a protected person", "identity.match"
	}
	if shown.Answer != forensics.Yes {
		return nobody(shown, person)
	}
	if f := d.found(code); f != nil && f.Subject != "" {
		who += fmt.Sprintf(" (%q)", f.Subject)
	}
	best, grounds := 0., []string(nil)
	for _, q := range []forensics.Question{forensics.DeclaredAI, forensics.Synthetic, forensics.FaceSwap, forensics.Edited} {
		if a[q].Answer == forensics.Yes {
			best, grounds = max(best, *a[q].Score), append(grounds, because[q])
		}
	}
	if grounds != nil {
		return answer(forensics.Yes, best**shown.Score, "shows %s, and %s", who, strings.Join(grounds, ", "))
	}
	return answer(forensics.Inconclusive, 0, "shows %s%s", who, nothingShows)
}

// because says in words what a yes means for the finding that joins them.
var because = map[forensics.Question]string{
	forensics.DeclaredAI: "the file declares that AI made or edited it",
	forensics.Synthetic:  "the picture was generated",
	forensics.FaceSwap:   "the face was replaced",
	forensics.Edited:     "the picture was edited",
}
