package fusion

import (
	"fmt"

	"unmask/forensics"
)

// protectedIdentity goes by the comparison of faces alone.
func (d decision) protectedIdentity() forensics.Answer {
	if f := d.found("identity.match"); f != nil {
		return answer(forensics.Yes, f.Score, "%s", f.Text)
	}
	if f := d.found("identity.resembles"); f != nil {
		return answer(forensics.Inconclusive, f.Score, "%s", f.Text)
	}
	r := d.result("identity")
	faces, usable := r.Features["faces"], r.Features["usable"]
	switch {
	case r.Status == forensics.NotApplied && faces > 0:
		return answer(forensics.Inconclusive, 0, "%s", r.Reason)
	case r.Status != forensics.Done:
		return without(r)
	case r.Features["ambiguous"] > 0:
		return answer(forensics.Inconclusive, .5, "a face is like two protected people, and about equally, so that neither is named")
	case d.rec.Status == forensics.Partial:
		return answer(forensics.Inconclusive, 0, "no protected person was recognised in the part that could be decoded")
	}
	refused := ""
	if faces > usable {
		refused = fmt.Sprintf("; %.0f more could not be compared", faces-usable)
	}
	return answer(forensics.No, 0, "none of the %.0f faces that can be compared is one of the protected people (the likest scores %.1f)%s", usable, r.Features["best"], refused)
}

// nobody answers whether anyone is impersonated where neither a protected picture nor a protected person was recognised: only where
// both were looked for is that a no.
func nobody(picture, person forensics.Answer) forensics.Answer {
	reason := "no protected picture or person was recognised (picture: " + picture.Reason + "; person: " + person.Reason + ")"
	switch {
	case picture.Answer == forensics.NotEvaluated || person.Answer == forensics.NotEvaluated:
		return notEvaluated(reason)
	case picture.Answer == forensics.Inconclusive || person.Answer == forensics.Inconclusive:
		return answer(forensics.Inconclusive, 0, "%s", reason)
	}
	return answer(forensics.No, 0, "no protected picture and no protected person was recognised")
}
