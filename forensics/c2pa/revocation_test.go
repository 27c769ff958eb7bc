package c2pa

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"

	"github.com/veraison/go-cose"
	"golang.org/x/crypto/ocsp"
)

func issuing(t testing.TB, name string) authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return authorityWith(t, name, key)
}

// answer is what an authority says of a certificate, from a day before it was used to a day after where a case says nothing else.
func (a authority) answer(t testing.TB, of *x509.Certificate, change func(*ocsp.Response)) []byte {
	return a.answerBy(t, a.cert, a.key, nil, of, change)
}

func (a authority) answerBy(t testing.TB, by *x509.Certificate, key crypto.Signer, carried, of *x509.Certificate, change func(*ocsp.Response)) []byte {
	t.Helper()
	r := ocsp.Response{SerialNumber: of.SerialNumber, ThisUpdate: signedAt.AddDate(0, 0, -1), NextUpdate: signedAt.AddDate(0, 0, 1), Certificate: carried}
	if change != nil {
		change(&r)
	}
	der, err := ocsp.CreateResponse(a.cert, by, r, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// stapled puts an OCSP response into a time stamp.
func stapled(t testing.TB, token, response []byte) []byte {
	t.Helper()
	var info contentInfo
	var data signedData
	if _, err := asn1.Unmarshal(token, &info); err != nil {
		t.Fatal(err)
	}
	if _, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil {
		t.Fatal(err)
	}
	encode := func(v any) []byte {
		b, err := asn1.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	choice := encode(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: append(encode(oidOCSP), response...)})
	data.Revocations = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: choice}
	info.Content = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: encode(data)}
	return encode(info)
}

const revocationOf = "revocation of the signer's certificate"

func revokedOn(day int, reason int) func(*ocsp.Response) {
	return func(r *ocsp.Response) {
		r.Status, r.RevocationReason, r.RevokedAt = ocsp.Revoked, reason, signedAt.AddDate(0, 0, day)
		r.ThisUpdate, r.NextUpdate = signedAt.AddDate(0, 0, max(day, 0)+1), signedAt.AddDate(0, 0, max(day, 0)+2)
	}
}

// What the issuer said of a certificate counts at the time of the time stamp, and never by the clock; integrity is apart from it.
func TestRevocation(t *testing.T) {
	ca, clocks, other := issuing(t, "CA"), issuing(t, "Clocks"), issuing(t, "Other CA")
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	clock := clocks.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageTimeStamping, nil)
	responder := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageOCSPSigning, func(c *x509.Certificate) { c.NotAfter = signedAt.AddDate(9, 0, 0) })
	usurper := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	old := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageOCSPSigning, func(c *x509.Certificate) { c.NotAfter = signedAt.AddDate(0, 0, -20) })
	leaf := s.chain[0]
	by := func(who signer) []byte {
		return ca.answerBy(t, who.chain[0], who.key, who.chain[0], leaf, nil)
	}
	good := ca.answer(t, leaf, nil)
	revoked := ca.answer(t, leaf, revokedOn(-1, ocsp.KeyCompromise))
	another := *leaf
	another.SerialNumber = big.NewInt(8)
	const notRevoked, gone, unknown, skipped = ocspCode + "notRevoked", ocspCode + "revoked", ocspCode + "unknown", ocspCode + "skipped"
	for name, c := range map[string]struct {
		says    [][]byte
		stamped bool
		want    string
		words   string
	}{
		"nothing":                    {nil, true, skipped, "no network"},
		"good":                       {[][]byte{good}, true, notRevoked, "good on 2026-02-28"},
		"good, without a time stamp": {[][]byte{good}, false, skipped, "no time stamp"},
		"good, said later": {[][]byte{ca.answer(t, leaf, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = signedAt.AddDate(0, 0, 5), signedAt.AddDate(0, 0, 6)
		})}, true, notRevoked, "good on 2026-03-06"},
		"good, too early": {[][]byte{ca.answer(t, leaf, func(r *ocsp.Response) {
			r.ThisUpdate, r.NextUpdate = signedAt.AddDate(0, 0, -9), signedAt.AddDate(0, 0, -2)
		})}, true, skipped, "too early"},
		"good, by who may answer":      {[][]byte{by(responder)}, true, notRevoked, "good"},
		"good, by who may not answer":  {[][]byte{by(usurper)}, true, skipped, "did not authorise"},
		"good, by who no longer may":   {[][]byte{by(old)}, true, skipped, "not valid then"},
		"good, by somebody else":       {[][]byte{other.answer(t, leaf, nil)}, true, skipped, "on other certificates"},
		"good, of another certificate": {[][]byte{ca.answer(t, &another, nil)}, true, skipped, "on other certificates"},
		"noise":                        {[][]byte{[]byte("noise"), {}}, true, skipped, "no answer"},
		"revoked before":               {[][]byte{revoked}, true, gone, "revoked it on 2026-02-28"},
		"revoked before, and good":     {[][]byte{good, revoked}, true, gone, "revoked it"},
		"revoked after":                {[][]byte{ca.answer(t, leaf, revokedOn(3, ocsp.KeyCompromise))}, true, notRevoked, "after it was used"},
		"revoked, without a stamp":     {[][]byte{ca.answer(t, leaf, revokedOn(3, ocsp.Superseded))}, false, gone, "no time stamp shows"},
		"taken back": {[][]byte{ca.answer(t, leaf, func(r *ocsp.Response) {
			r.Status, r.RevocationReason, r.RevokedAt = ocsp.Revoked, ocsp.RemoveFromCRL, signedAt
		})}, true, notRevoked, "good"},
		"not known":           {[][]byte{ca.answer(t, leaf, func(r *ocsp.Response) { r.Status = ocsp.Unknown })}, true, unknown, "does not know it"},
		"not known, and good": {[][]byte{ca.answer(t, leaf, func(r *ocsp.Response) { r.Status = ocsp.Unknown }), good}, true, notRevoked, "good"},
		"more than are read":  {slices.Repeat([][]byte{good}, 9), true, skipped, "more answers"},
	} {
		p := actions(ai)
		p.says = c.says
		if c.stamped {
			p.stamp = func(counter func([]byte) []byte, _, signature []byte) (string, []byte) {
				return "sigTst2", clock.stamp(t, counter(enc(t, signature)), signedAt)
			}
		}
		file := s.bound(t, "jpg", p)
		got, claim := see(t, "a.jpg", file, append(ca.pem(), clocks.pem()...))
		r := check(claim, revocationOf)
		fell := c.want == gone || c.want == unknown
		if r.Code != c.want || !strings.Contains(r.Detail, c.words) || check(claim, "integrity").Result != forensics.Passed {
			t.Errorf("%s: %+v", name, r)
		}
		if slices.Contains(got, "c2pa."+c.want) != fell || slices.Contains(got, "c2pa.trusted") == fell || (check(claim, "trust of the signer").Code == c.want) != fell {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
		_, claim = see(t, "a.jpg", file, nil) // the issuer is not at hand, so that nothing can be told
		if r := check(claim, revocationOf); r.Result != forensics.NotChecked || c.says != nil && !strings.Contains(r.Detail, "not at hand") && !strings.Contains(r.Detail, "other certificates") {
			t.Errorf("%s, without his certificate: %+v", name, r)
		}
		_, claim = see(t, "a.jpg", file, ca.pem())
		if r := check(claim, revocationOf); r.Result == forensics.Passed || (r.Result == forensics.Fell) != (fell || strings.HasPrefix(name, "revoked") || strings.HasPrefix(name, "not known")) {
			t.Errorf("%s, by a clock that is not trusted: %+v", name, r)
		}
	}
}

// Answers count wherever in the file they are: in the time stamp, in an assertion of another manifest, with the issuer's certificate in the chain.
func TestWhereAnswersStand(t *testing.T) {
	ca, clocks := issuing(t, "CA"), issuing(t, "Clocks")
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	clock := clocks.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageTimeStamping, nil)
	trust := append(ca.pem(), clocks.pem()...)
	stamped := func(says []byte) func(func([]byte) []byte, []byte, []byte) (string, []byte) {
		return func(counter func([]byte) []byte, _, signature []byte) (string, []byte) {
			token := clock.stamp(t, counter(enc(t, signature)), signedAt)
			if says != nil {
				token = stapled(t, token, says)
			}
			return "sigTst2", token
		}
	}
	p := actions(ai)
	p.stamp = stamped(ca.answer(t, s.chain[0], nil))
	if _, claim := see(t, "a.jpg", s.bound(t, "jpg", p), trust); check(claim, revocationOf).Code != ocspCode+"notRevoked" {
		t.Errorf("in the time stamp: %+v", claim.Checks)
	}
	p = actions(ai)
	p.stamp = stamped(nil)
	p.order, p.assertions["c2pa.certificate-status"] = append(p.order, "c2pa.certificate-status"), map[string]any{"ocspVals": [][]byte{ca.answer(t, s.chain[0], revokedOn(-3, 0))}}
	if _, claim := see(t, "a.jpg", s.bound(t, "jpg", p), trust); check(claim, revocationOf).Code != ocspCode+"revoked" {
		t.Errorf("in an assertion: %+v", claim.Checks)
	}
	p = actions(ai)
	p.says = [][]byte{ca.answer(t, s.chain[0], revokedOn(-3, 0))}
	s.chain = append(s.chain, ca.cert)
	if _, claim := see(t, "a.jpg", s.bound(t, "jpg", p), nil); check(claim, revocationOf).Code != ocspCode+"revoked" {
		t.Errorf("with the certificate in the chain: %+v", claim.Checks)
	}
	for name, c := range map[string]struct {
		change func(*ocsp.Response)
		fell   bool
	}{
		"good":                {nil, false},
		"revoked before":      {revokedOn(-3, ocsp.Superseded), true},
		"superseded later":    {revokedOn(3, ocsp.Superseded), false},
		"key lost later":      {revokedOn(3, ocsp.KeyCompromise), true},
		"of another, revoked": {func(r *ocsp.Response) { revokedOn(-3, 0)(r); r.SerialNumber = big.NewInt(99) }, false},
	} {
		p := actions(ai)
		p.says = [][]byte{ca.answer(t, s.chain[0], nil)}
		p.stamp = stamped(clocks.answer(t, clock.chain[0], c.change))
		_, claim := see(t, "a.jpg", s.bound(t, "jpg", p), trust)
		stamp, signer := check(claim, "trust of the time stamp"), check(claim, revocationOf)
		if (stamp.Result == forensics.Fell) != c.fell || (signer.Result == forensics.Passed) == c.fell || signer.Result == forensics.Fell {
			t.Errorf("the clock's, %s: %+v %+v", name, stamp, signer)
		}
	}
}

// An answer that only costs time is refused before it is used.
func TestHeavyAnswers(t *testing.T) {
	ca := issuing(t, "CA")
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	n := new(big.Int).Lsh(big.NewInt(1), 40_000)
	c := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: signedAt, NotAfter: signedAt}
	der, err := x509.CreateCertificate(rand.Reader, c, ca.cert, &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 1<<31 - 1}, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	heavy := ca.answerBy(t, ca.cert, ca.key, &x509.Certificate{Raw: der}, s.chain[0], nil)
	if _, err := readAnswer(ca.answer(t, s.chain[0], nil), s.chain[0], ca.cert); err != nil {
		t.Errorf("an answer as they are: %v", err)
	}
	for want, der := range map[string][]byte{"bits": heavy, "bytes": make([]byte, maxAnswer+1), "no answer": {0x30, 3, 0x0a, 1, 6}} {
		if _, err := readAnswer(der, s.chain[0], ca.cert); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
