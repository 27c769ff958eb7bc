package c2pa

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

const (
	maxAnswers = 9        // answers on certificates that are taken of one place, of which fewer are checked
	maxAnswer  = 16 << 10 // bytes of one
)

// readAnswer reads an OCSP response (RFC 6960) on a certificate, and checks that its issuer, or a responder that he authorised, signed it.
func readAnswer(der []byte, cert, issuer *x509.Certificate) (*ocsp.Response, error) {
	basic, err := parseAnswer(der)
	if err == nil && len(basic.Certificates) > 0 {
		_, err = certificate(basic.Certificates[0].FullBytes) // which refuses keys that only cost time
	}
	if err != nil {
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

// basicAnswer is a BasicOCSPResponse (RFC 6960 section 4.2.1), as far as it is needed before its signature is checked.
type basicAnswer struct {
	Data struct {
		Version   int `asn1:"optional,default:0,explicit,tag:0"`
		Responder asn1.RawValue
		At        time.Time `asn1:"generalized"`
		Responses []struct{ ID certID }
	}
	Algorithm    asn1.RawValue
	Signature    asn1.BitString
	Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type certID struct {
	Hash                  pkix.AlgorithmIdentifier
	IssuerName, IssuerKey []byte
	Serial                *big.Int
}

func parseAnswer(der []byte) (*basicAnswer, error) {
	if len(der) > maxAnswer {
		return nil, fmt.Errorf("it has %d bytes, more than the %d that are read", len(der), maxAnswer)
	}
	var outer struct {
		Status asn1.Enumerated
		Bytes  struct {
			Type  asn1.ObjectIdentifier
			Basic []byte
		} `asn1:"explicit,tag:0,optional"`
	}
	var basic basicAnswer
	if _, err := asn1.Unmarshal(der, &outer); err != nil || outer.Bytes.Basic == nil {
		return nil, errors.New("it is no answer")
	}
	if _, err := asn1.Unmarshal(outer.Bytes.Basic, &basic); err != nil {
		return nil, errors.New("it is no answer")
	}
	return &basic, nil
}

// onOther tells whether an answer can be read and is not on a certificate.
func onOther(der []byte, cert *x509.Certificate) bool {
	basic, err := parseAnswer(der)
	if err != nil {
		return false
	}
	for _, r := range basic.Data.Responses {
		if h, _, _ := hashOf(r.ID.Hash); h != 0 && r.ID.Serial.Cmp(cert.SerialNumber) == 0 && bytes.Equal(r.ID.IssuerName, sum(h, cert.RawIssuer)) {
			return false
		}
	}
	return true
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
