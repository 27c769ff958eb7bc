package c2pa

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"
)

// trust holds the certificates that the user trusts: of authorities, or of signers themselves.
type trust struct {
	roots *x509.CertPool
	certs []*x509.Certificate
}

// readTrust reads a PEM bundle; nil for none.
func readTrust(bundle []byte) (*trust, error) {
	if bundle == nil {
		return nil, nil
	}
	t := &trust{roots: x509.NewCertPool()}
	for {
		var b *pem.Block
		if b, bundle = pem.Decode(bundle); b == nil {
			break
		}
		if b.Type != "CERTIFICATE" {
			continue
		}
		c, err := certificate(b.Bytes)
		if err != nil {
			return nil, fmt.Errorf("--trust: certificate %d cannot be read: %w", len(t.certs)+1, err)
		}
		t.certs = append(t.certs, c)
		t.roots.AddCert(c)
	}
	if len(t.certs) == 0 {
		return nil, errors.New("--trust: there is no certificate in it; it must be a PEM file")
	}
	return t, nil
}

const maxRSA = 8192 // bits of a modulus; longer ones only cost time

// certificate parses one. Keys that are for RSASSA-PSS alone (RFC 4055), which crypto/x509 leaves unread, are read as RSA keys.
func certificate(der []byte) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if c.PublicKey == nil {
		c, err = onlyPSS(c)
	}
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSA {
		return nil, fmt.Errorf("its RSA key has %d bits, more than the %d that are checked", key.N.BitLen(), maxRSA)
	}
	return c, err
}

func onlyPSS(c *x509.Certificate) (*x509.Certificate, error) {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	pss := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	if _, err := asn1.Unmarshal(c.RawSubjectPublicKeyInfo, &info); err != nil || !info.Algorithm.Algorithm.Equal(pss) {
		return c, nil
	}
	key, err := x509.ParsePKCS1PublicKey(info.Key.Bytes)
	if err != nil {
		return c, err
	}
	c.PublicKey, c.PublicKeyAlgorithm = key, x509.RSA
	return c, nil
}

// reaches tells why the chain of a signer does not lead to a trusted certificate at a time; nil where it does.
func (t *trust) reaches(chain []*x509.Certificate, at time.Time) error {
	if slices.ContainsFunc(t.certs, chain[0].Equal) {
		return nil
	}
	if at.IsZero() {
		at = at.Add(1) // the zero time would mean now
	}
	between := x509.NewCertPool()
	owners := map[string]bool{} // one certificate of each, so that there is one chain to try
	for _, c := range chain[1:] {
		if owner := string(c.RawSubject); !owners[owner] && !bytes.Equal(c.RawIssuer, c.RawSubject) {
			owners[owner] = true
			between.AddCert(c)
		}
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: t.roots, Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err
}

// Purposes that a signer's certificate may have (C2PA 2.2 section 14.4.1), beside those that crypto/x509 knows.
var (
	documentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}
	claimSigning    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 62558, 2, 1}
)

// unfit says what makes a certificate unfit for signing claims (C2PA 2.2 section 14.5.1); nil where nothing does.
func unfit(c *x509.Certificate) error {
	known := func(o asn1.ObjectIdentifier) bool { return o.Equal(documentSigning) || o.Equal(claimSigning) }
	switch {
	case c.Version != 3:
		return fmt.Errorf("it is a certificate of version %d", c.Version)
	case c.IsCA:
		return errors.New("it is that of an authority")
	case bytes.Equal(c.RawIssuer, c.RawSubject) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil:
		return errors.New("the signer issued it to himself")
	case c.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return errors.New("its key is not for signatures")
	case slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny):
		return errors.New("it is for any purpose")
	case !slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) && !slices.ContainsFunc(c.UnknownExtKeyUsage, known):
		return errors.New("it is not for signing documents or claims")
	}
	return nil
}

// sound is a time at which all certificates of a chain were valid, as far as there is one: the latest of their beginnings.
func sound(chain []*x509.Certificate) (t time.Time) {
	for _, c := range chain {
		if c.NotBefore.After(t) {
			t = c.NotBefore
		}
	}
	return t
}
