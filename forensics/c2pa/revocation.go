package c2pa

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"

	"unmask/forensics"

	"golang.org/x/crypto/ocsp"
)

const (
	maxAnswers  = 9        // answers on certificates that are taken of one place, of which fewer are checked
	maxAnswer   = 16 << 10 // bytes of one
	maxVerified = 16       // signatures of answers and of issuers that are checked for one store
)

// revocation is whether a certificate had been revoked when it was used (C2PA 2.2 section 15.9).
type revocation struct {
	result       forensics.CheckState
	code, detail string
}

const ocspCode = "signingCredential.ocsp."

func undecided(format string, args ...any) revocation {
	return revocation{forensics.NotChecked, ocspCode + "skipped", fmt.Sprintf(format, args...)}
}

// rank orders what answers say by what counts more.
var rank = map[string]int{ocspCode + "skipped": 1, ocspCode + "unknown": 2, ocspCode + "notRevoked": 3, ocspCode + "revoked": 4}

// use is when a certificate was used.
type use struct {
	at    time.Time // of the time stamp; zero where there is none
	sure  bool      // the issuer and the time stamp are trusted
	clock bool      // it is that of the time stamp's own authority
}

// revocation judges by the answers that the file carries, of which one that says revoked counts more than the others.
func (s *store) revocation(answers [][]byte, chain []*x509.Certificate, t *trust, u use) revocation {
	if len(answers) == 0 {
		return undecided("no answer of the issuer (OCSP) is carried along, and nothing is fetched: there is no network")
	}
	var found revocation
	issuer := s.issuer(chain, t)
	for _, der := range answers {
		r := undecided("the certificate of its issuer is not at hand, so that the answer that is carried along cannot be checked")
		if issuer != nil {
			if s.verified += 2; s.verified > maxVerified {
				r = undecided("more answers (OCSP) are carried along than are checked")
			} else if answer, err := readAnswer(der, chain[0], issuer); err != nil {
				r = undecided("an answer of the issuer (OCSP) is carried along and does not count: %v", err)
			} else {
				r = u.judge(answer)
			}
		}
		if rank[r.code] >= rank[found.code] {
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

// readAnswer reads an OCSP response (RFC 6960) on a certificate, and checks that its issuer, or a responder that he authorised, signed it.
func readAnswer(der []byte, cert, issuer *x509.Certificate) (*ocsp.Response, error) {
	if err := light(der); err != nil {
		return nil, err
	}
	r, err := ocsp.ParseResponseForCert(der, cert, nil)
	if err != nil {
		return nil, err
	}
	switch by := r.Certificate; {
	case by == nil:
		err = r.CheckSignatureFrom(issuer)
	case by.Equal(issuer):
	case !slices.Contains(by.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning):
		err = errors.New("the issuer did not authorise who signed it")
	case r.ProducedAt.Before(by.NotBefore) || r.ProducedAt.After(by.NotAfter):
		err = errors.New("the certificate of who signed it was not valid then")
	default:
		err = by.CheckSignatureFrom(issuer)
	}
	return r, err
}

// light refuses an answer that would cost time: a long one, or one with a key of many bits.
func light(der []byte) error {
	if len(der) > maxAnswer {
		return fmt.Errorf("it has %d bytes, more than the %d that are read", len(der), maxAnswer)
	}
	var outer struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type  asn1.ObjectIdentifier
			Basic []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	var basic struct {
		Data, Algorithm asn1.RawValue
		Signature       asn1.BitString
		Certificates    []asn1.RawValue `asn1:"explicit,tag:0,optional"`
	}
	if _, err := asn1.Unmarshal(der, &outer); err != nil || outer.Bytes.Basic == nil {
		return errors.New("it is no answer")
	}
	if _, err := asn1.Unmarshal(outer.Bytes.Basic, &basic); err != nil {
		return errors.New("it is no answer")
	}
	if len(basic.Certificates) == 0 {
		return nil
	}
	_, err := certificate(basic.Certificates[0].FullBytes)
	return err
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
			return undecided("%s, but when it was used is not known, for there is no time stamp that fits", said)
		case u.at.After(until):
			return undecided("%s, which was too early: it was used on %s", said, day(u.at))
		case !u.sure:
			return undecided("%s, but the issuer or the time stamp is not known to be trusted", said)
		default:
			return revocation{forensics.Passed, ocspCode + "notRevoked", said}
		}
	case r.Status == ocsp.Unknown:
		return revocation{forensics.Fell, ocspCode + "unknown", "its issuer said on " + day(r.ThisUpdate) + " that he does not know it"}
	}
	said := "its issuer revoked it on " + day(r.RevokedAt)
	older := !u.at.IsZero() && u.at.Before(r.RevokedAt)
	switch {
	case older && (u.sure && !u.clock || u.clock && slices.Contains(superseded, r.RevocationReason)):
		return revocation{forensics.Passed, ocspCode + "notRevoked", said + ", after it was used"}
	case older:
		said += ", and nothing that is trusted shows that it was used before"
	case u.at.IsZero():
		said += ", and no time stamp shows that it was used before"
	}
	return revocation{forensics.Fell, ocspCode + "revoked", said}
}

// answers are OCSP responses in a list of them.
func answers(values any) (out [][]byte) {
	for _, v := range list(values) {
		if der := octets(v); der != nil && len(out) < maxAnswers {
			out = append(out, der)
		}
	}
	return out
}

// statuses are the answers that assertions of the store carry on certificates of any of its manifests (c2pa.certificate-status).
func (s *store) statuses() (out [][]byte) {
	for _, m := range s.manifests {
		for _, a := range m.labelled("c2pa.certificate-status") {
			if out = append(out, answers(a.value["ocspVals"])...); len(out) >= maxAnswers {
				return out[:maxAnswers]
			}
		}
	}
	return out
}

// answers are the OCSP responses among the revocation information of a signature (RFC 5940 section 2.1).
func (d *signedData) answers() (out [][]byte) {
	rest := d.Revocations.Bytes
	for range maxAnswers {
		var choice asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &choice); err != nil {
			return out
		}
		var format asn1.ObjectIdentifier
		if der, err := asn1.Unmarshal(choice.Bytes, &format); err == nil && choice.Class == asn1.ClassContextSpecific && format.Equal(oidOCSP) {
			out = append(out, der)
		}
	}
	return out
}
