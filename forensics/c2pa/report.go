package c2pa

import (
	"fmt"
	"strings"

	"unmask/forensics"
	"unmask/media/jumbf"
)

const standard = "C2PA 2.2 section "

// reporter turns what was found in one store into claims and findings.
type reporter struct {
	p      *forensics.Pass
	found  found
	store  *store
	trust  *trust
	active int
	broken int // ingredients that were reported
}

// where tells where a box stands in the file; nil for a store in a file of its own.
func (r *reporter) where(b *jumbf.Box) *forensics.Region {
	if r.found.beside || b == nil {
		return nil
	}
	o, n := r.found.packet.Span(b.Offset, b.Offset+b.Length)
	offset, length := int64(o), int64(n)
	return &forensics.Region{Offset: &offset, Length: &length}
}

func (r *reporter) present(words string) {
	whole := &jumbf.Box{Length: len(r.found.packet.Data)}
	r.p.Report(forensics.Finding{Code: "c2pa.present", Score: 1, Where: r.where(whole), Clause: standard + "11.3",
		Text: fmt.Sprintf("The file carries C2PA provenance in %s%s.", r.found.place, words)})
}

func (r *reporter) unreadable(err error) {
	whole := &jumbf.Box{Length: len(r.found.packet.Data)}
	at := r.where(whole)
	says := fmt.Sprintf("a manifest store that cannot be read: %v", err)
	c := forensics.Claim{Kind: "c2pa", Place: r.found.place, Clause: standard + "11.1", Says: says,
		Checks: []forensics.Check{{What: "integrity", Result: forensics.Fell, Code: "general.error", Detail: fmt.Sprint(err)}}}
	if at != nil {
		c.Offset, c.Length = at.Offset, at.Length
	}
	r.p.Claim(c)
	r.p.Report(forensics.Finding{Code: "c2pa.invalid", Score: 1, Where: at, Clause: standard + "15",
		Text: fmt.Sprintf("The C2PA manifest store cannot be read, counted from its start: %v.", err)})
}

func (r *reporter) long() {
	at := r.where(&jumbf.Box{})
	why := fmt.Sprintf("it has %d bytes, and of all stores together %d are read at most", *at.Length, maxStore)
	r.p.Claim(forensics.Claim{Kind: "c2pa", Place: r.found.place, Clause: standard + "11.1", Says: "a manifest store that is longer than is read", Offset: at.Offset, Length: at.Length,
		Checks: []forensics.Check{{What: "integrity", Result: forensics.NotChecked, Code: "general.limit", Detail: why}}})
	r.p.Report(forensics.Finding{Code: "c2pa.not_checked", Score: .2, Where: at, Clause: standard + "15",
		Text: fmt.Sprintf("The C2PA manifest store was not read: %s.", why)})
}

// report reports the active manifest, and what is broken among those that it takes along.
func (r *reporter) report() {
	m := r.store.manifests[r.active]
	v := m.verdict
	words := fmt.Sprintf(" (manifests: %d", len(r.store.manifests))
	if by := m.claim.generator(); by != "" {
		words += fmt.Sprintf("; the active one was made by %s", quoted(by))
	}
	switch {
	case v.verified:
		words += ", signed by " + quoted(subject(v.signed.chain[0]))
	case v.signed != nil:
		words += ", with a signature that does not fit, in the name of " + quoted(subject(v.signed.chain[0]))
	}
	r.present(words + ")")
	r.origins(m)
	for _, f := range v.failures {
		r.p.Report(forensics.Finding{Code: "c2pa." + f.code, Score: 1, Where: r.where(f.box), Clause: standard + "15.2",
			Text: fmt.Sprintf("The active C2PA manifest does not hold: %s.", f.words)})
	}
	for _, n := range v.notes {
		r.p.Report(forensics.Finding{Code: "c2pa." + n.code, Score: .2, Where: r.where(n.box), Clause: standard + "15.2",
			Text: fmt.Sprintf("The C2PA manifest of the file holds, but %s.", n.words)})
	}
	if broken := broken(v); len(broken) > 0 {
		r.p.Report(forensics.Finding{Code: "c2pa.invalid", Score: 1, Where: r.where(m.box), Clause: standard + "15",
			Text: fmt.Sprintf("The C2PA manifest of the file fails its checks: %s. What it claims is therefore not vouched for.", strings.Join(broken, "; "))})
	}
	if len(v.skipped) > 0 && len(v.failures) == 0 {
		r.p.Report(forensics.Finding{Code: "c2pa.not_checked", Score: .2, Where: r.where(m.box), Clause: standard + "15",
			Text: fmt.Sprintf("Whether the C2PA manifest is intact could not be checked as a whole: %s.", v.skipped[0].words)})
	}
	r.signer(v)
	children := r.children(m, map[*manifest]bool{m: true}, 0)
	root := r.claim(m, v, true)
	root.Contains = append(root.Contains, children...)
	whole := forensics.Claim{Kind: "c2pa", Place: r.found.place, Clause: standard + "11.3", Origin: root.Origin, Says: root.Says, Checks: root.Checks,
		Fields: root.Fields, Contains: []forensics.Claim{root}}
	if at := r.where(&jumbf.Box{Length: len(r.found.packet.Data)}); at != nil {
		whole.Offset, whole.Length = at.Offset, at.Length
	}
	r.p.Claim(whole)
}

// broken are the failures in words. Ranges that a digest leaves out are told apart: the standard lets them pass.
func broken(v *verdict) (out []string) {
	for _, f := range v.failures {
		if !strings.HasSuffix(f.code, additional) {
			out = append(out, f.words)
		}
	}
	return out[:min(len(out), 8)]
}

// signer reports what is found of the signer beside the signature.
func (r *reporter) signer(v *verdict) {
	if v.signed == nil {
		return
	}
	at := r.where(r.store.manifests[r.active].box)
	who := quoted(subject(v.signed.chain[0]))
	report := func(code, format string, args ...any) {
		r.p.Report(forensics.Finding{Code: "c2pa." + code, Score: 1, Where: at, Clause: standard + "14", Text: fmt.Sprintf(format, args...)})
	}
	switch {
	case r.trust == nil || !v.verified:
	case v.trust == nil && v.profile == nil && !v.expired && v.revoked.result != forensics.Fell:
		report("trusted", "The signer of the C2PA manifest, %s, is trusted by the certificates that were given.", who)
	case v.trust != nil:
		report("untrusted", "The signer of the C2PA manifest, %s, is not trusted by the certificates that were given; the manifest may be intact all the same.", who)
	}
	if v.profile != nil {
		report("signingCredential.invalid", "The certificate of %s, who signed the C2PA manifest, is not one for signing claims: %v.", who, v.profile)
	}
	if v.expired {
		report("signingCredential.expired", "The certificate of %s, who signed the C2PA manifest, was not valid at the time of the time stamp.", who)
	}
	if v.verified && v.revoked.result == forensics.Fell {
		report(v.revoked.code, "The certificate of %s, who signed the C2PA manifest, does not count: %s.", who, v.revoked.detail)
	}
	if v.stamp == nil && v.stampErr != nil {
		report("timeStamp.mismatch", "The time stamp of the C2PA manifest does not hold: %v.", v.stampErr)
	}
}
