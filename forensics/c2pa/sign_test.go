package c2pa

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"unmask/media/jumbf"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// authority issues the certificates of a test.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

var signedAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newAuthority(t testing.TB, name string) authority {
	t.Helper()
	_, key, _ := ed25519.GenerateKey(rand.Reader)
	return authorityWith(t, name, key)
}

func authorityWith(t testing.TB, name string, key crypto.Signer) authority {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: signedAt.AddDate(-1, 0, 0), NotAfter: signedAt.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, _ = x509.ParseCertificate(der)
	return authority{c, key}
}

func (a authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// signer makes manifests.
type signer struct {
	alg   cose.Algorithm
	key   crypto.Signer
	chain []*x509.Certificate
}

func (a authority) issue(t testing.TB, alg cose.Algorithm, use x509.ExtKeyUsage, change func(*x509.Certificate)) signer {
	t.Helper()
	var key crypto.Signer
	if alg == cose.AlgorithmES256 {
		key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		_, key, _ = ed25519.GenerateKey(rand.Reader)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Signer", Organization: []string{"Camera Works"}}, NotBefore: signedAt.AddDate(0, -1, 0),
		NotAfter: signedAt.AddDate(0, 1, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{use}}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	c, _ = x509.ParseCertificate(der)
	return signer{alg, key, []*x509.Certificate{c}}
}

func boxOf(kind string, data ...[]byte) []byte {
	b := bytes.Join(data, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(b))), kind...), b...)
}

func super(kind, label string, content ...[]byte) []byte {
	desc := boxOf("jumd", []byte(kind+suffixOfTypes+"\x03"+label+"\x00"))
	return boxOf("jumb", append([][]byte{desc}, content...)...)
}

const suffixOfTypes = "\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"

func enc(t testing.TB, v any) []byte {
	t.Helper()
	b, err := cbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// plan is what goes into a manifest. The hooks change it where a test wants it broken.
type plan struct {
	label      string
	assertions map[string]any // by label
	order      []string
	before     [][]byte // manifests that stand before it in the store
	update     bool
	pack       func(manifest []byte) []byte // how the whole is compressed
	v2         bool
	redacted   []string
	stamp      func(counter func(payload []byte) []byte, claim, signature []byte) (kind string, token []byte)
	says       [][]byte // OCSP responses
	payload    []byte   // put into the signature instead of nothing
	claim      func(map[string]any)
	after      func(parts map[string][]byte) // "assertions", "claim", "signature": whole boxes, before they are joined
}

// manifest makes a manifest box.
func (s signer) manifest(t testing.TB, p plan) []byte {
	t.Helper()
	var boxes [][]byte
	var refs []any
	for _, label := range p.order {
		b := super(jumbf.CBOR, label, boxOf("cbor", enc(t, p.assertions[label])))
		boxes = append(boxes, b)
		sum := sha256.Sum256(b[8:])
		refs = append(refs, map[string]any{"url": "self#jumbf=c2pa.assertions/" + label, "hash": sum[:]})
	}
	claim := map[string]any{"alg": "sha256", "signature": "self#jumbf=c2pa.signature", "instanceID": "xmp:iid:1", "dc:title": "test"}
	name := "c2pa.claim"
	if p.v2 {
		claim["created_assertions"], claim["claim_generator_info"], name = refs, map[string]any{"name": "unmask test", "version": "1"}, "c2pa.claim.v2"
	} else {
		claim["assertions"], claim["claim_generator"], claim["dc:format"] = refs, "unmask test/1", "image/jpeg"
	}
	if p.redacted != nil {
		claim["redacted_assertions"] = p.redacted
	}
	if p.claim != nil {
		p.claim(claim)
	}
	claimBytes := enc(t, claim)
	parts := map[string][]byte{
		"assertions": super(jumbf.Assertions, "c2pa.assertions", boxes...),
		"claim":      super(jumbf.Claim, name, boxOf("cbor", claimBytes)),
		"signature":  super(jumbf.Signature, "c2pa.signature", boxOf("cbor", s.sign(t, claimBytes, p))),
	}
	if p.after != nil {
		p.after(parts)
	}
	kind := jumbf.Manifest
	if p.update {
		kind = jumbf.UpdateManifest
	}
	whole := super(kind, p.label, parts["assertions"], parts["claim"], parts["signature"])
	if p.pack != nil {
		return super(jumbf.CompressedManifest, p.label, boxOf("brob", p.pack(whole)))
	}
	return whole
}

func (s signer) sign(t testing.TB, claim []byte, p plan) []byte {
	t.Helper()
	var chain []any
	for _, c := range s.chain {
		chain = append(chain, c.Raw)
	}
	protected := enc(t, map[any]any{1: int64(s.alg), 33: chain})
	tbs := func(context string, payload []byte) []byte {
		return enc(t, []any{context, protected, []byte{}, payload})
	}
	maker, err := cose.NewSigner(s.alg, s.key)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := maker.Sign(rand.Reader, tbs("Signature1", claim))
	if err != nil {
		t.Fatal(err)
	}
	open := map[any]any{"pad": make([]byte, 16)}
	if p.stamp != nil {
		kind, token := p.stamp(func(payload []byte) []byte { return tbs("CounterSignature", payload) }, claim, signature)
		open[kind] = map[string]any{"tstTokens": []any{map[string]any{"val": token}}}
	}
	if p.says != nil {
		open["rVals"] = map[string]any{"ocspVals": p.says}
	}
	var payload any
	if p.payload != nil {
		payload = p.payload
	}
	return append([]byte{0xd2}, enc(t, []any{protected, open, payload, signature})...)
}

// stamp makes an RFC 3161 token over a message.
func (s signer) stamp(t testing.TB, message []byte, at time.Time) []byte {
	t.Helper()
	der := func(v any, params string) []byte {
		b, err := asn1.MarshalWithParams(v, params)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	raw := func(class, tag int, b []byte) asn1.RawValue {
		return asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: b}
	}
	sha := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}}
	sum := sha256.Sum256(message)
	info := tstInfo{Version: 1, Policy: asn1.ObjectIdentifier{1, 2, 3}, Serial: big.NewInt(5), At: at}
	info.Imprint.Algorithm, info.Imprint.Digest = sha, sum[:]
	content := der(info, "")
	digested := sha256.Sum256(content)
	attribute := func(oid asn1.ObjectIdentifier, value []byte) []byte {
		return der(struct {
			Type   asn1.ObjectIdentifier
			Values asn1.RawValue
		}{oid, raw(0, asn1.TagSet, value)}, "")
	}
	attributes := append(attribute(oidContentType, der(oidTSTInfo, "")), attribute(oidMessageDigest, der(digested[:], ""))...)
	set := der(raw(0, asn1.TagSet, attributes), "")
	hashed := sha256.Sum256(set)
	signature, err := s.key.Sign(rand.Reader, hashed[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	si := signerInfo{Version: 1, ID: raw(0, asn1.TagSequence, append(slices.Clone(s.chain[0].RawIssuer), der(s.chain[0].SerialNumber, "")...)), Digest: sha, Attributes: raw(2, 0, attributes),
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}, Signature: signature}
	data := signedData{Version: 3, Digests: raw(0, asn1.TagSet, der(sha, "")), Content: encapsulated{oidTSTInfo, content},
		Certificates: raw(2, 0, s.chain[0].Raw), Signers: []signerInfo{si}}
	return der(contentInfo{oidSignedData, raw(2, 0, der(data, ""))}, "")
}
