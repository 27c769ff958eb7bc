package fusion

import (
	"fmt"
	"strings"

	"unmask/forensics"
	"unmask/forensics/sweep"
)

// declarations are the findings that say that a file declares AI. A trailing dot stands for the whole family.
var declarations = []string{"label.aigc.present", "c2pa.ai", "iptc.ai", "generator.", "label.visible.present", "c2pa.ingredient_ai"}

// readers are the detectors that read what a file says of itself, each with what it reads. The first must have looked for an answer to be no.
var readers = [...]struct{ name, reads string }{{"labels", "labels"}, {"c2pa", "C2PA manifests"}, {"visible", "visible labels"}}

func (d decision) declaredAI() forensics.Answer {
	if a, ok := d.declared(); ok {
		return a
	}
	if f := d.found("label.aigc.invalid"); f != nil {
		return answer(forensics.Inconclusive, f.Score, "%s", cited(f))
	}
	if r := d.result(readers[0].name); r.Status != forensics.Done {
		return without(r)
	}
	unread := ""
	if n := d.result(readers[0].name).Features["unread"]; n > 0 {
		unread = fmt.Sprintf("; %.0f pieces of its metadata are damaged or longer than is read", n)
	}
	for _, reader := range readers {
		switch r := d.result(reader.name); r.Status {
		case forensics.Broken:
			return answer(forensics.Inconclusive, 0, "no declaration of AI was found, but the %s detector did not finish: %s", r.Detector, r.Reason)
		case forensics.NotApplied:
			if d.ran(reader.name) && reader.name == "visible" {
				unread += "; visible labels were not looked for: " + r.Reason
			}
		}
	}
	return answer(forensics.No, 0, "no label, IPTC source type, C2PA claim or generator's metadata that declares AI was found%s; labels are easily removed, so this proves nothing about how the picture was made", unread)
}

// declared answers yes where a declaration was found, also of a file that could not be decoded.
func (d decision) declared() (forensics.Answer, bool) {
	f := d.found(declarations...)
	if f == nil {
		return forensics.Answer{}, false
	}
	reason := cited(f)
	if broken := d.found("c2pa.invalid"); broken != nil && f.Code == "c2pa.ai" {
		reason += " The manifest that says so fails its checks, so it was changed, or made for another file: " + broken.Text
	}
	return answer(forensics.Yes, f.Score, "%s", reason), true
}

// declaredUnseen answers for a picture or video that could not be decoded, and whose metadata may have been read all the same.
func (d decision) declaredUnseen() (forensics.Answer, bool) {
	if a, ok := d.declared(); ok {
		return a, true
	}
	if d.rec.Status != forensics.Failed || d.result(readers[0].name).Status != forensics.Done {
		return forensics.Answer{}, false
	}
	return answer(forensics.Inconclusive, 0, "no declaration of AI was found in what can be read of the file, but it could not be examined as a whole: %s", d.rec.Error.Text), true
}

// cited is the text of a finding with the clause that it rests on, where the text does not name it.
func cited(f *forensics.Finding) string {
	if f.Clause == "" || strings.Contains(f.Text, f.Clause) {
		return f.Text
	}
	return strings.TrimSuffix(f.Text, ".") + " (" + f.Clause + ")."
}

// copyDeclares decides again who is impersonated where the file shows somebody protected and a copy of it in the same case declares AI. It is
// a yes only where the pixels of both were compared and are the same; where the file is a faithful copy of the protected picture, the copy's
// label is the wrong one.
func (d decision) copyDeclares() {
	was := d.rec.Answers[forensics.Impersonation]
	protected := d.found("match.reference") != nil || d.rec.Answers[forensics.ProtectedIdentity].Answer == forensics.Yes
	f := d.found(sweep.Stripped)
	if f == nil || f.Score < sweep.LooksAlike || was.Answer != forensics.Inconclusive || !protected {
		return
	}
	was.Reason = strings.TrimSuffix(was.Reason, nothingShows)
	_, faithful := d.unaltered()
	switch {
	case faithful:
		was.Reason += "; a copy of this picture in the same case declares AI, but this one is the protected picture as it is"
	case f.Score < sweep.Settled:
		was.Reason += "; a file of the same case that looks like it declares AI, but their pixels were not compared, or differ, so that a person must say whether both are one picture"
	default:
		was = answer(forensics.Yes, f.Score, "%s, and a copy of this picture in the same case declares AI: %s", was.Reason, f.Text)
	}
	d.rec.Answers[forensics.Impersonation] = was
}

// nothingShows ends the reason of an impersonation that only half is found of.
const nothingShows = "; nothing shows that this copy was generated, swapped or edited"
