package c2pa

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"unmask/forensics"

	"golang.org/x/crypto/ocsp"
)

const maxVerified = 16 // signatures of answers and of issuers that are checked for one store

// revocation is whether a certificate had been revoked when it was used (C2PA 2.2 section 15.9).
type revocation struct {
	result       forensics.CheckState
	code, detail string
	weight       int // the heaviest answer of several counts
}

// Weights of answers.
const (
	noAnswer = iota
	openAnswer
	unknownAnswer
	goodAnswer
	revokedAnswer
)

const ocspCode = "signingCredential.ocsp."

func undecided(weight int, format string, args ...any) revocation {
	return revocation{forensics.NotChecked, ocspCode + "skipped", fmt.Sprintf(format, args...), weight}
}

// use is when a certificate was used.
type use struct {
	at    time.Time // of the time stamp; zero where there is none
	sure  bool      // the issuer and the time stamp are trusted
	clock bool      // it is that of the time stamp's own authority
}

// revocation judges by the answers that the file carries, of which one that says revoked counts more than the others.
func (s *store) revocation(says [][]byte, chain []*x509.Certificate, t *trust, u use) revocation {
	if len(says) == 0 {
		return undecided(noAnswer, "no answer of the issuer (OCSP) is carried along, and nothing is fetched: there is no network")
	}
	found := undecided(noAnswer, "the answers (OCSP) that are carried along are on other certificates")
	says = slices.DeleteFunc(slices.Clone(says), func(der []byte) bool { return onOther(der, chain[0]) })
	if len(says) == 0 {
		return found
	}
	issuer := s.issuer(chain, t)
	if issuer == nil {
		return undecided(openAnswer, "the certificate of its issuer is not at hand, so that the answer (OCSP) that is carried along cannot be checked")
	}
	for _, der := range says {
		if s.verified += 2; s.verified > maxVerified {
			if found.weight < revokedAnswer {
				found = undecided(openAnswer, "more answers (OCSP) are carried along than are checked")
			}
			break
		}
		answer, err := readAnswer(der, chain[0], issuer)
		r := undecided(openAnswer, "an answer of the issuer (OCSP) is carried along and does not count: %v", err)
		if err == nil {
			r = u.judge(answer)
		}
		if r.weight > found.weight {
			found = r
		}
	}
	return found
}

// issuer returns the certificate of who issued the first of a chain, out of the chain or of those that are trusted; nil where it is not there.
func (s *store) issuer(chain []*x509.Certificate, t *trust) *x509.Certificate {
	all := slices.Clone(chain[1:])
	if t != nil {
		all = append(all, t.certs...)
	}
	for _, c := range all {
		if !bytes.Equal(c.RawSubject, chain[0].RawIssuer) {
			continue
		}
		if s.verified++; s.verified > maxVerified {
			return nil
		}
		if chain[0].CheckSignatureFrom(c) == nil {
			return c
		}
	}
	return nil
}

// superseded are the reasons of a revocation that leave older time stamps as they are (RFC 3161 section 4).
var superseded = []int{ocsp.Unspecified, ocsp.AffiliationChanged, ocsp.Superseded, ocsp.CessationOfOperation}

func (u use) judge(r *ocsp.Response) revocation {
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	until := r.NextUpdate
	if until.IsZero() {
		until = r.ProducedAt.Add(24 * time.Hour)
	}
	switch {
	case r.Status == ocsp.Good || r.Status == ocsp.Revoked && r.RevocationReason == ocsp.RemoveFromCRL:
		switch said := "its issuer called it good on " + day(r.ThisUpdate); {
		case u.at.IsZero():
			return undecided(openAnswer, "%s, but when it was used is not known, for there is no time stamp that fits", said)
		case u.at.After(until):
			return undecided(openAnswer, "%s, which was too early: it was used on %s", said, day(u.at))
		case !u.sure:
			return undecided(openAnswer, "%s, but the issuer or the time stamp is not known to be trusted", said)
		default:
			return revocation{forensics.Passed, ocspCode + "notRevoked", said, goodAnswer}
		}
	case r.Status == ocsp.Unknown:
		return revocation{forensics.Fell, ocspCode + "unknown", "its issuer said on " + day(r.ThisUpdate) + " that he does not know it", unknownAnswer}
	}
	said := "its issuer revoked it on " + day(r.RevokedAt)
	older := !u.at.IsZero() && u.at.Before(r.RevokedAt)
	switch {
	case older && (u.sure && !u.clock || u.clock && slices.Contains(superseded, r.RevocationReason)):
		return revocation{forensics.Passed, ocspCode + "notRevoked", said + ", after it was used", goodAnswer}
	case older:
		said += ", and nothing that is trusted shows that it was used before"
	case u.at.IsZero():
		said += ", and no time stamp shows that it was used before"
	}
	return revocation{forensics.Fell, ocspCode + "revoked", said, revokedAnswer}
}
