package c2pa

import (
	"bytes"
	"crypto"
	_ "crypto/sha1" // some authorities digest with it; C2PA judges the imprint, not the authority
	_ "crypto/sha256"
	_ "crypto/sha512"
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
}

var (
	errImprint = errors.New("it is over something else")
	errToken   = errors.New("it cannot be read")
)

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidECKey         = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
)

// digests by their object identifiers.
var digests = []struct {
	oid   asn1.ObjectIdentifier
	hash  crypto.Hash
	rsa   x509.SignatureAlgorithm
	ecdsa x509.SignatureAlgorithm
}{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256, x509.SHA256WithRSA, x509.ECDSAWithSHA256},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384, x509.SHA384WithRSA, x509.ECDSAWithSHA384},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512, x509.SHA512WithRSA, x509.ECDSAWithSHA512},
	{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, crypto.SHA1, x509.UnknownSignatureAlgorithm, x509.UnknownSignatureAlgorithm},
}

func hashOf(id pkix.AlgorithmIdentifier) (h crypto.Hash, rsa, ecdsa x509.SignatureAlgorithm) {
	for _, d := range digests {
		if d.oid.Equal(id.Algorithm) {
			return d.hash, d.rsa, d.ecdsa
		}
	}
	return 0, 0, 0
}

func sum(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

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
	if len(data.Certificates.Bytes) > maxChain*maxCert {
		return nil, errToken
	}
	certs, err := x509.ParseCertificates(data.Certificates.Bytes)
	if err != nil || len(certs) == 0 || len(certs) > maxChain {
		return nil, errors.New("it carries no certificate of the authority that can be read")
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
	return &token{stamp.At, chain}, nil
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
		if !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
			continue
		}
		if c.CheckSignature(algorithm, set, s.Signature) == nil {
			return c, nil
		}
	}
	return nil, errors.New("no certificate for time stamps in it fits its signature")
}

// named returns the algorithms whose identifier names the digest as well.
func named(oid asn1.ObjectIdentifier) x509.SignatureAlgorithm {
	for _, a := range []struct {
		oid       asn1.ObjectIdentifier
		algorithm x509.SignatureAlgorithm
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, x509.SHA256WithRSA},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, x509.SHA384WithRSA},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, x509.SHA512WithRSA},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, x509.ECDSAWithSHA256},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, x509.ECDSAWithSHA384},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, x509.ECDSAWithSHA512},
		{asn1.ObjectIdentifier{1, 3, 101, 112}, x509.PureEd25519},
	} {
		if a.oid.Equal(oid) {
			return a.algorithm
		}
	}
	return x509.UnknownSignatureAlgorithm
}
