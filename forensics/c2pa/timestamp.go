package c2pa

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// token is a time stamp that was found to be over a message and signed by an authority.
type token struct {
	at    time.Time
	chain []*x509.Certificate // the authority's first
	says  [][]byte            // OCSP responses that it carries
}

var (
	errImprint = errors.New("it is over something else")
	errToken   = errors.New("it cannot be read")
)

// Structures of RFC 5652 (CMS) and RFC 3161, as far as a time stamp needs them.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      asn1.RawValue
	Content      encapsulated
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	Revocations  asn1.RawValue `asn1:"optional,tag:1"`
	Signers      []signerInfo  `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content []byte `asn1:"explicit,optional,tag:0"`
}

type signerInfo struct {
	Version    int
	ID         asn1.RawValue
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

type tstInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	Serial *big.Int
	At     time.Time `asn1:"generalized"`
}

// readToken reads a time stamp token, or the response that holds one, and checks that an authority signed that the message was there.
func readToken(der, message []byte) (*token, error) {
	var outer struct {
		Status asn1.RawValue
		Token  asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &outer); err == nil && outer.Status.Tag == asn1.TagSequence && len(outer.Token.FullBytes) > 0 {
		der = outer.Token.FullBytes
	}
	var info contentInfo
	var data signedData
	if _, err := asn1.Unmarshal(der, &info); err != nil || !info.Type.Equal(oidSignedData) {
		return nil, errToken
	}
	if _, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil || !data.Content.Type.Equal(oidTSTInfo) || len(data.Signers) != 1 {
		return nil, errToken
	}
	var stamp tstInfo
	if _, err := asn1.Unmarshal(data.Content.Content, &stamp); err != nil {
		return nil, fmt.Errorf("%w: %w", errToken, err)
	}
	if h, _, _ := hashOf(stamp.Imprint.Algorithm); h == 0 || h == crypto.SHA1 || !bytes.Equal(stamp.Imprint.Digest, sum(h, message)) {
		return nil, errImprint
	}
	certs, err := data.certificates()
	if err != nil {
		return nil, err
	}
	signer, err := data.Signers[0].verify(data.Content.Content, certs)
	if err != nil {
		return nil, err
	}
	chain := []*x509.Certificate{signer}
	for _, c := range certs {
		if c != signer {
			chain = append(chain, c)
		}
	}
	return &token{stamp.At, chain, data.answers()}, nil
}

func (d *signedData) certificates() (certs []*x509.Certificate, err error) {
	var der asn1.RawValue
	for rest := d.Certificates.Bytes; len(rest) > 0 && err == nil; {
		if rest, err = asn1.Unmarshal(rest, &der); err != nil || len(certs) == maxChain || len(der.FullBytes) > maxCert {
			return nil, errToken
		}
		var c *x509.Certificate
		c, err = certificate(der.FullBytes)
		certs = append(certs, c)
	}
	if err != nil || len(certs) == 0 {
		return nil, errors.New("it carries no certificate of the authority that can be read")
	}
	return certs, nil
}

// names tells whether a certificate is the one that a signature says it was made with (RFC 5652 section 5.3).
func (s *signerInfo) names(c *x509.Certificate) bool {
	if s.ID.Class == asn1.ClassContextSpecific {
		return len(c.SubjectKeyId) > 0 && bytes.Equal(s.ID.Bytes, c.SubjectKeyId)
	}
	var id struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	_, err := asn1.Unmarshal(s.ID.FullBytes, &id)
	return err == nil && id.Serial.Cmp(c.SerialNumber) == 0 && bytes.Equal(id.Issuer.FullBytes, c.RawIssuer)
}

// verify checks the signature over the content (RFC 5652 section 5.4) and returns the certificate that it was made with.
func (s *signerInfo) verify(content []byte, certs []*x509.Certificate) (*x509.Certificate, error) {
	h, rsa, ecdsa := hashOf(s.Digest)
	if h == 0 || s.Attributes.Bytes == nil {
		return nil, errToken
	}
	set := slices.Clone(s.Attributes.FullBytes)
	set[0] = 0x31 // it is signed as a SET OF, and stands there as [0]
	var attributes []attribute
	if _, err := asn1.UnmarshalWithParams(set, &attributes, "set"); err != nil {
		return nil, errToken
	}
	var digested, typed bool
	for _, a := range attributes {
		if len(a.Values) != 1 {
			continue
		}
		switch {
		case a.Type.Equal(oidMessageDigest):
			digested = bytes.Equal(a.Values[0].Bytes, sum(h, content))
		case a.Type.Equal(oidContentType):
			var oid asn1.ObjectIdentifier
			_, err := asn1.Unmarshal(a.Values[0].FullBytes, &oid)
			typed = err == nil && oid.Equal(oidTSTInfo)
		}
	}
	if !digested || !typed {
		return nil, errors.New("its signature is over something else")
	}
	algorithm := rsa
	switch {
	case s.Algorithm.Algorithm.Equal(oidRSA):
	case s.Algorithm.Algorithm.Equal(oidECKey):
		algorithm = ecdsa
	default:
		algorithm = named(s.Algorithm.Algorithm)
	}
	for _, c := range certs {
		if !s.names(c) || !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
			continue
		}
		if err := c.CheckSignature(algorithm, set, s.Signature); err != nil {
			return nil, fmt.Errorf("its signature does not fit: %w", err)
		}
		return c, nil
	}
	return nil, errors.New("it has no certificate for time stamps by the one that signed it")
}
