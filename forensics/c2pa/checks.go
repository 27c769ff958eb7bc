package c2pa

import "unmask/forensics"

// checks are the answers on a manifest, and the single checks behind the first.
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
