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

// checks are the four answers on a manifest, and the single checks behind the first.
func (r *reporter) checks(m *manifest, v *verdict, active bool) (out []forensics.Check) {
	integrity := forensics.Check{What: "integrity", Result: forensics.Passed, Clause: standard + "15"}
	switch {
	case len(v.failures) > 0:
		integrity.Result, integrity.Detail = forensics.Fell, v.failures[0].words
	case len(v.skipped) > 0:
		integrity.Result, integrity.Detail = forensics.NotChecked, v.skipped[0].words
	case !active:
		integrity.Detail = "but for its own picture, which is not there"
	}
	out = append(out, integrity, r.signerTrust(v), r.stampTrust(v), aiClaim(m), r.validity(v), notRevoked(v))
	for _, o := range v.passed {
		out = append(out, forensics.Check{What: o.words, Result: forensics.Passed, Code: o.code})
	}
	for _, o := range v.failures {
		out = append(out, forensics.Check{What: "manifest", Result: forensics.Fell, Code: o.code, Detail: o.words})
	}
	for _, o := range v.notes {
		out = append(out, forensics.Check{What: "what the digest covers", Result: forensics.NotChecked, Code: o.code, Detail: o.words})
	}
	for _, o := range v.skipped {
		out = append(out, forensics.Check{What: "binding to the picture", Result: forensics.NotChecked, Code: o.code, Detail: o.words})
	}
	return out
}

const noList = "known trust list: none given (--trust)"

func (r *reporter) signerTrust(v *verdict) forensics.Check {
	c := forensics.Check{What: "trust of the signer", Result: forensics.NotChecked, Clause: standard + "14.4"}
	switch {
	case v.signed == nil:
		c.Detail = "there is no signature that can be read"
	case !v.verified:
		c.Detail = "the signature does not fit, so that nobody is shown to have signed"
	case v.profile != nil:
		c.Result, c.Code, c.Detail = forensics.Fell, "signingCredential.invalid", v.profile.Error()
	case v.expired:
		c.Result, c.Code, c.Detail = forensics.Fell, "signingCredential.expired", "the certificate was not valid at the time of the time stamp"
	case v.revoked.result == forensics.Fell:
		c.Result, c.Code, c.Detail = forensics.Fell, v.revoked.code, v.revoked.detail
	case r.trust == nil:
		c.Detail = noList
	case v.trust != nil:
		c.Result, c.Code, c.Detail = forensics.Fell, "signingCredential.untrusted", v.trust.Error()
	default:
		c.Result, c.Code = forensics.Passed, "signingCredential.trusted"
	}
	return c
}

// validity tells whether the signer's certificate was valid when it was used, which only a trusted time stamp can show (C2PA 2.2 section 15.8).
func (r *reporter) validity(v *verdict) forensics.Check {
	c := forensics.Check{What: "validity of the certificate when it was used", Result: forensics.NotChecked, Clause: standard + "15.8"}
	switch {
	case v.signed == nil:
		c.Detail = "there is no signature that can be read"
	case v.stamp == nil:
		c.Detail = "there is no time stamp that fits, and a result does not depend on the day of the check"
	case v.expired:
		c.Result, c.Code, c.Detail = forensics.Fell, "claimSignature.outsideValidity", "the time stamp names a time at which it was not valid"
	case r.trust == nil:
		c.Detail = "valid at the time of the time stamp, of which the authority was not checked; " + noList
	case v.timed != nil:
		c.Detail = "valid at the time of the time stamp, of which the authority is not trusted"
	default:
		c.Result, c.Code = forensics.Passed, "claimSignature.insideValidity"
	}
	return c
}

// notRevoked tells whether the issuer of the signer's certificate had revoked it when it was used.
func notRevoked(v *verdict) forensics.Check {
	c := forensics.Check{What: "revocation of the signer's certificate", Result: forensics.NotChecked, Clause: standard + "15.9"}
	switch {
	case v.signed == nil:
		c.Detail = "there is no signature that can be read"
	case !v.verified:
		c.Detail = "the signature does not fit, so that nobody is shown to have signed"
	default:
		c.Result, c.Code, c.Detail = v.revoked.result, v.revoked.code, v.revoked.detail
	}
	return c
}

func (r *reporter) stampTrust(v *verdict) forensics.Check {
	c := forensics.Check{What: "trust of the time stamp", Result: forensics.NotChecked, Clause: standard + "10.3.2.5"}
	switch {
	case v.stamp == nil && v.stampErr != nil:
		c.Result, c.Code, c.Detail = forensics.Fell, "timeStamp.mismatch", v.stampErr.Error()
	case v.stamp == nil:
		c.Detail = "there is none"
	case v.clock.result == forensics.Fell:
		c.Result, c.Code, c.Detail = forensics.Fell, "timeStamp.untrusted", "of the certificate of "+subject(v.stamp.chain[0])+": "+v.clock.detail
	case r.trust == nil:
		c.Code, c.Detail = "timeStamp.validated", "it fits, by "+subject(v.stamp.chain[0])+"; "+noList
	case v.timed != nil:
		c.Result, c.Code, c.Detail = forensics.Fell, "timeStamp.untrusted", v.timed.Error()
	default:
		c.Result, c.Code, c.Detail = forensics.Passed, "timeStamp.trusted", "by "+subject(v.stamp.chain[0])
	}
	return c
}

// aiClaim says what is claimed, not whether it is true.
func aiClaim(m *manifest) forensics.Check {
	c := forensics.Check{What: "claim of AI", Result: forensics.NotChecked, Detail: "no source type is claimed", Clause: standard + "18.15"}
	for _, s := range m.sources() {
		c.Detail = "claimed: " + s.kind.Words() + "; a claim, which nothing here can prove"
		if s.kind.AI() {
			break
		}
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
