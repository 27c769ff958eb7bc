package c2pa

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"unmask/forensics"
	"unmask/media/jumbf"
)

// verdict is what was found by checking a manifest. The failures decide about its integrity; trust is judged apart from it.
type verdict struct {
	passed   []outcome
	failures []outcome
	skipped  []outcome // what could not be checked, in words why
	notes    []outcome // what the standard lets pass and wants told
	signed   *signed   // nil where the signature cannot be read
	verified bool      // the signature fits; who is named without that need not have signed
	profile  error     // why the signer's certificate is unfit
	stamp    *token
	stampErr error      // why no time stamp is valid; nil where there is none
	trust    error      // why the signer is not trusted; meaningless without a trust list
	expired  bool       // the certificate was not valid at the time of the time stamp
	timed    error      // why the authority of the time stamp is not trusted; likewise, but where its certificate was revoked
	revoked  revocation // of the signer's certificate
	clock    revocation // of that of the time stamp's authority
}

// Bounds of what is checked and reported of one store, of which real ones need a tenth.
const (
	maxOutcomes = 64 // failures of a manifest
	maxSigned   = 32 // manifests of which the signature is checked
)

// outcome is one check with the code that the standard has for it (C2PA 2.2 section 15.2).
type outcome struct {
	code  string
	words string
	box   *jumbf.Box // what it is about
}

func (v *verdict) pass(code, words string, box *jumbf.Box) {
	v.passed = append(v.passed, outcome{code, words, box})
}

func (v *verdict) fail(box *jumbf.Box, code, format string, args ...any) {
	if len(v.failures) < maxOutcomes {
		v.failures = append(v.failures, outcome{code, fmt.Sprintf(format, args...), box})
	}
}

func (v *verdict) note(box *jumbf.Box, code, words string) {
	v.notes = append(v.notes, outcome{code, words, box})
}

func (v *verdict) skip(box *jumbf.Box, code, why string) {
	v.skipped = append(v.skipped, outcome{code, why, box})
}

// judge checks a manifest but for its binding to the picture, which only the active one has to keep.
func (s *store) judge(m *manifest, t *trust) *verdict {
	if m.verdict != nil {
		return m.verdict
	}
	v := &verdict{}
	m.verdict = v
	switch {
	case s.beyond != nil:
		v.skip(m.box, "general.limit", s.beyond.Error())
		return v
	case errors.Is(m.packed, errPacked):
		v.skip(m.box, "general.limit", m.packed.Error())
		return v
	case m.packed != nil:
		v.fail(m.box, "manifest.compressed.invalid", "%v", m.packed)
		return v
	case len(m.claims) == 0:
		v.fail(m.box, "claim.missing", "it has no claim")
		return v
	case len(m.claims) > 1:
		v.fail(m.box, "claim.multiple", "it has %d claims, and only one can be what was signed", len(m.claims))
		return v
	case m.claimError != nil:
		v.fail(m.claims[0], "claim.cbor.invalid", "its claim cannot be read: %v", m.claimError)
		return v
	}
	if s.signed++; s.signed <= maxSigned {
		s.judgeSignature(v, m, t)
	} else {
		v.skip(m.box, "claimSignature", fmt.Sprintf("only %d signatures of a file are checked", maxSigned))
	}
	s.judgeAssertions(v, m)
	return v
}

func (s *store) judgeSignature(v *verdict, m *manifest, t *trust) {
	url := strings.TrimPrefix(m.claim.Signature, "self#jumbf=")
	url = strings.TrimPrefix(strings.TrimPrefix(url, "/c2pa/"+m.box.Label), "/")
	if len(m.signatures) != 1 || m.signatures[0].Label != url {
		v.fail(m.box, "claimSignature.missing", "it has %d signatures, and its claim names %q", len(m.signatures), m.claim.Signature)
		return
	}
	box := m.signatures[0]
	x, err := readSigned(box, m.claims[0].First(jumbf.CBOR))
	if err != nil {
		v.fail(box, "claimSignature.mismatch", "its signature does not hold: %v", err)
		return
	}
	v.signed, v.profile = x, unfit(x.chain[0])
	if err := x.verify(); err != nil {
		v.fail(box, "claimSignature.mismatch", "its signature does not fit the claim (%v)", err)
	} else {
		v.verified = true
		v.pass("claimSignature.validated", "signature over the claim, "+algorithms[x.algorithm], box)
	}
	for _, t := range x.stamps {
		if v.stamp, v.stampErr = readToken(t.token, t.message); v.stamp != nil {
			break
		}
	}
	if v.stamp != nil {
		v.expired = v.stamp.at.Before(x.chain[0].NotBefore) || v.stamp.at.After(x.chain[0].NotAfter)
	}
	s.judgeTrust(v, t)
}

// judgeTrust judges the signer and the authority of the time stamp: whether they are trusted, and whether their certificates had been revoked.
func (s *store) judgeTrust(v *verdict, t *trust) {
	says, chain := slices.Concat(v.signed.says, s.statuses()), v.signed.chain
	at := sound(chain)
	if v.stamp != nil {
		says = append(says, v.stamp.says...)
		if t != nil {
			v.timed = t.reaches(v.stamp.chain, v.stamp.at)
		}
		v.clock = s.revocation(v.stamp.says, v.stamp.chain, t, use{v.stamp.at, t != nil && v.timed == nil, true})
		if v.clock.result == forensics.Fell {
			v.timed = errors.New(v.clock.detail)
		}
		if v.timed == nil {
			at = v.stamp.at
		}
	}
	if t != nil {
		v.trust = t.reaches(chain, at)
	}
	v.revoked = s.revocation(says, chain, t, use{v.time(), t != nil && v.timed == nil && v.trust == nil, false})
}

// time is when the manifest was signed, by its time stamp; zero where that is not known.
func (v *verdict) time() (t time.Time) {
	if v.stamp != nil {
		return v.stamp.at
	}
	return t
}
