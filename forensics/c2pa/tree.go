package c2pa

import (
	"crypto/x509"
	"fmt"
	"time"

	"unmask/forensics"
	"unmask/media/jumbf"
)

const (
	maxFields = 64
	maxValue  = 200 // characters of a field
	maxNested = 12  // ingredients of ingredients
)

// claim describes a manifest with its checks, fields and assertions.
func (r *reporter) claim(m *manifest, v *verdict, active bool) forensics.Claim {
	c := forensics.Claim{Kind: "c2pa", Place: "the manifest " + quoted(m.box.Label), Clause: standard + "11.1.4", Says: "provenance without a source type"}
	if m.box.Type == jumbf.CompressedManifest {
		c.Place += ", compressed"
	}
	if at := r.where(m.box); at != nil {
		c.Offset, c.Length = at.Offset, at.Length
	}
	for _, s := range m.sources() {
		if s.of == "" && (c.Origin == "" || s.kind.AI()) {
			c.Origin, c.Says = s.kind.Origin, "claims that "+s.kind.Words()
		}
	}
	c.Checks = r.checks(m, v, active)
	f := fields{}
	f.add("claim_generator", m.claim.generator())
	f.add("title", m.claim.Title)
	f.add("format", m.claim.Format)
	f.add("instanceID", m.claim.Instance)
	if v.signed != nil {
		leaf := v.signed.chain[0]
		f.add("signer", subject(leaf))
		f.add("issuer", leaf.Issuer.String())
		f.add("serial", leaf.SerialNumber.String())
		f.add("certificate valid", leaf.NotBefore.UTC().Format(time.DateOnly)+" to "+leaf.NotAfter.UTC().Format(time.DateOnly))
		f.add("algorithm", algorithms[v.signed.algorithm])
	}
	if t := v.time(); !t.IsZero() {
		f.add("time stamp", t.UTC().Format(time.RFC3339))
	}
	c.Fields = f
	for i := range m.assertions {
		c.Contains = append(c.Contains, r.statement(&m.assertions[i]))
	}
	return c
}

// children are the manifests of what a picture was made from.
func (r *reporter) children(m *manifest, seen map[*manifest]bool, depth int) (out []forensics.Claim) {
	for _, in := range r.store.ingredients(m) {
		if in.url == "" {
			continue
		}
		if in.broken != "" {
			r.ingredientBroken(in, in.broken)
		}
		if in.manifest == nil || seen[in.manifest] || depth == maxNested {
			continue
		}
		seen[in.manifest] = true
		v := r.store.judge(in.manifest, r.trust)
		if len(v.failures) > 0 {
			r.ingredientBroken(in, v.failures[0].words)
		}
		r.inherited(in, depth == 0 && m.places(in))
		c := r.claim(in.manifest, v, false)
		c.Place = fmt.Sprintf("the manifest of %s, %s", quoted(in.title), in.relationText)
		c.Contains = append(c.Contains, r.children(in.manifest, seen, depth+1)...)
		out = append(out, c)
	}
	return out
}

// ingredientBroken reports an ingredient whose manifest does not hold; the active manifest may hold all the same.
func (r *reporter) ingredientBroken(in ingredient, why string) {
	if r.broken++; r.broken > maxOutcomes {
		return
	}
	r.p.Report(forensics.Finding{Code: "c2pa.ingredient_invalid", Score: .5, Where: r.where(in.assertion.box), Clause: standard + "15.11",
		Text: fmt.Sprintf("The C2PA manifest of %s, which the picture was made from, fails its checks: %s.", quoted(in.title), why)})
}

// statement describes one assertion.
func (r *reporter) statement(a *assertion) forensics.Claim {
	c := forensics.Claim{Kind: "c2pa", Place: "the assertion " + quoted(a.box.Label), Says: "a statement of the manifest"}
	if at := r.where(a.box); at != nil {
		c.Offset, c.Length = at.Offset, at.Length
	}
	var f fields
	actions := list(a.value["actions"])
	for _, x := range actions[:min(len(actions), maxFields)] {
		o := object(x)
		words := text(o["action"])
		for _, extra := range []string{agent(o["softwareAgent"]), text(o["when"]), text(o["digitalSourceType"])} {
			if extra != "" {
				words += ", " + extra
			}
		}
		f.add("action", words)
	}
	for _, key := range []string{"dc:title", "title", "relationship", "name", "alg", "author", "@type", "format", "dc:format", "use", "copyrightNotice", "url"} {
		f.add(key, text(a.value[key]))
	}
	c.Fields = f
	return c
}

// fields are bounded in number and length.
type fields []forensics.Field

func (f *fields) add(name, value string) {
	if value != "" && len(*f) < maxFields {
		*f = append(*f, forensics.Field{Name: name, Value: short(value)})
	}
}

func short(s string) string {
	if r := []rune(s[:min(len(s), 4*maxValue)]); len(r) > maxValue {
		return string(r[:maxValue]) + "..."
	}
	return s
}

func quoted(s string) string { return fmt.Sprintf("%q", short(s)) }

// subject names the owner of a certificate as people do.
func subject(c *x509.Certificate) string {
	name := c.Subject.CommonName
	if len(c.Subject.Organization) > 0 && c.Subject.Organization[0] != name {
		name = first(name, "?") + ", " + c.Subject.Organization[0]
	}
	return first(name, c.Subject.String())
}
