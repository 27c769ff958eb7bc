package c2pa

import (
	"fmt"
	"strings"

	"unmask/forensics"
	"unmask/forensics/sourcetype"
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
	r.p.Report(forensics.Finding{Code: "c2pa.invalid", Score: 1, Where: at, Clause: standard + "15", Text: fmt.Sprintf("The C2PA manifest store cannot be read: %v.", err)})
}

// report reports the active manifest, and what is broken among those that it takes along.
func (r *reporter) report() {
	m := r.store.manifests[r.active]
	v := m.verdict
	words := fmt.Sprintf(" (manifests: %d", len(r.store.manifests))
	if by := m.claim.generator(); by != "" {
		words += fmt.Sprintf("; the active one was made by %s", quoted(by))
	}
	if v.signed != nil {
		words += ", signed by " + quoted(subject(v.signed.chain[0]))
	}
	r.present(words + ")")
	r.origins(m)
	for _, f := range v.failures {
		r.p.Report(forensics.Finding{Code: "c2pa." + f.code, Score: 1, Where: r.where(f.box), Clause: standard + "15.2",
			Text: fmt.Sprintf("The active C2PA manifest does not hold: %s.", f.words)})
	}
	if broken := r.broken(v); len(broken) > 0 {
		r.p.Report(forensics.Finding{Code: "c2pa.invalid", Score: 1, Where: r.where(m.box), Clause: standard + "15",
			Text: fmt.Sprintf("The C2PA manifest of the file fails its checks: %s. What it claims is therefore not vouched for.", strings.Join(broken, "; "))})
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
func (r *reporter) broken(v *verdict) (out []string) {
	for _, f := range v.failures {
		if !strings.HasSuffix(f.code, "additionalExclusionsPresent") {
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
	case r.trust == nil:
	case v.trust == nil:
		report("trusted", "The signer of the C2PA manifest, %s, is trusted by the certificates that were given.", who)
	default:
		report("untrusted", "The signer of the C2PA manifest, %s, is not trusted by the certificates that were given; the manifest may be intact all the same.", who)
	}
	if v.profile != nil {
		report("signingCredential.invalid", "The certificate of %s, who signed the C2PA manifest, is not one for signing claims: %v.", who, v.profile)
	}
	if v.expired {
		report("signingCredential.expired", "The certificate of %s, who signed the C2PA manifest, was not valid at the time of the time stamp.", who)
	}
	if v.stamp == nil && v.stampErr != nil {
		report("timeStamp.mismatch", "The time stamp of the C2PA manifest does not hold: %v.", v.stampErr)
	}
}

// origins reports what the active manifest claims of how the picture came about.
func (r *reporter) origins(m *manifest) {
	seen := map[string]bool{}
	for _, s := range m.sources() {
		code := "c2pa.source"
		switch {
		case s.kind.AI():
			code = "c2pa.ai"
		case s.kind.Origin == forensics.Captured:
			code = "c2pa.capture"
		case s.kind.Origin == "" && s.kind.Term == "empty":
			continue
		}
		if seen[s.kind.Term] {
			continue
		}
		seen[s.kind.Term] = true
		whose := "the picture"
		if s.of != "" {
			whose = s.of
		}
		r.p.Report(forensics.Finding{Code: code, Score: 1, Where: r.where(s.box), Clause: standard + "18.15",
			Text: fmt.Sprintf("A C2PA manifest claims of %s that %s%s.", whose, s.kind.Words(), s.tool())})
	}
}

// source is a statement on how something came about.
type source struct {
	kind  sourcetype.Type
	box   *jumbf.Box
	agent string
	of    string // what it is about, where that is not the picture
}

func (s source) tool() string {
	if s.agent == "" {
		return ""
	}
	return ", with " + quoted(s.agent)
}

// sources reads the digital source types of a manifest: of its actions, and of IPTC metadata that it carries.
func (m *manifest) sources() (out []source) {
	for _, a := range m.labelled("c2pa.actions") {
		for _, x := range list(a.value["actions"]) {
			o := object(x)
			term := text(o["digitalSourceType"])
			if term == "" {
				term = text(object(o["parameters"])["digitalSourceType"])
			}
			if term == "" || len(out) == maxAssertions {
				continue
			}
			t, _ := sourcetype.Of(term)
			s := source{kind: t, box: a.box, agent: agent(o["softwareAgent"])}
			if strings.HasSuffix(text(o["action"]), "placed") || strings.HasSuffix(text(o["action"]), ".removed") {
				s.of = "something that was placed in the picture"
			}
			out = append(out, s)
		}
	}
	for _, label := range []string{"stds.iptc", "stds.iptc.photo-metadata", "cawg.metadata", "c2pa.metadata", "stds.schema-org.CreativeWork"} {
		for _, a := range m.labelled(label) {
			for _, key := range []string{"Iptc4xmpExt:DigitalSourceType", "DigitalSourceType", "digitalSourceType", "iptc:DigitalSourceType"} {
				if term := text(a.value[key]); term != "" {
					t, _ := sourcetype.Of(term)
					out = append(out, source{kind: t, box: a.box})
				}
			}
		}
	}
	return out
}

// agent names the software of an action: a text, or since version 2 an object.
func agent(v any) string {
	if o := object(v); o != nil {
		return strings.TrimSpace(text(o["name"]) + " " + text(o["version"]))
	}
	return text(v)
}
