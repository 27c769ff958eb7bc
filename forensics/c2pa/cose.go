package c2pa

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"

	"unmask/media/jumbf"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

// signed is a COSE_Sign1 structure (RFC 9052 section 4.2) over a claim.
type signed struct {
	protected []byte // as it was signed
	payload   []byte // the claim
	signature []byte
	algorithm cose.Algorithm
	chain     []*x509.Certificate // the signer's first
	stamps    []stamp
	says      [][]byte // OCSP responses that it carries (rVals)
}

// stamp is a time stamp token, and what it must be over.
type stamp struct{ token, message []byte }

const (
	maxChain    = 10
	maxCert     = 32 << 10 // bytes
	maxStamps   = 2
	labelAlg    = 1 // COSE header parameters (RFC 9052 section 3.1, RFC 9360 section 2)
	labelX5     = 33
	textX5chain = "x5chain" // of files before C2PA 1.3
)

// readSigned reads the signature box of a manifest. A payload inside it that is not the claim is an error: it would be what was signed.
func readSigned(box *jumbf.Box, claim []byte) (*signed, error) {
	var parts struct {
		_           struct{} `cbor:",toarray"`
		Protected   []byte
		Unprotected map[any]any
		Payload     []byte
		Signature   []byte
	}
	const tag18 = 0xd2
	if err := decoding.Unmarshal(bytes.TrimPrefix(box.First(jumbf.CBOR), []byte{tag18}), &parts); err != nil {
		return nil, fmt.Errorf("it is no COSE_Sign1 structure: %w", err)
	}
	if len(parts.Payload) > 0 && !bytes.Equal(parts.Payload, claim) {
		return nil, errors.New("what was signed is carried along and is not the claim")
	}
	var protected map[any]any
	if err := decoding.Unmarshal(parts.Protected, &protected); err != nil {
		return nil, fmt.Errorf("its protected header cannot be read: %w", err)
	}
	s := &signed{protected: parts.Protected, payload: claim, signature: parts.Signature}
	switch alg := protected[uint64(labelAlg)].(type) {
	case int64:
		s.algorithm = cose.Algorithm(alg)
	case uint64:
		s.algorithm = cose.Algorithm(alg)
	}
	var err error
	for _, header := range []map[any]any{protected, parts.Unprotected} {
		for _, label := range []any{uint64(labelX5), textX5chain} {
			if v, ok := header[label]; ok && s.chain == nil && err == nil {
				s.chain, err = certificates(v)
			}
		}
	}
	s.says = answers(object2(parts.Unprotected["rVals"])["ocspVals"])
	for _, kind := range []string{"sigTst", "sigTst2"} {
		for _, t := range list(object2(parts.Unprotected[kind])["tstTokens"]) {
			if token := octets(object2(t)["val"]); token != nil && len(s.stamps) < maxStamps {
				s.stamps = append(s.stamps, stamp{token, s.stamped(kind)})
			}
		}
	}
	if err == nil && len(s.chain) == 0 {
		err = errors.New("it carries no certificate")
	}
	return s, err
}

// object2 reads a map inside a header, whose maps have keys of any kind.
func object2(v any) map[string]any {
	out := object(v)
	if m, ok := v.(map[any]any); ok {
		out = map[string]any{}
		for k, v := range m {
			out[text(k)] = v
		}
	}
	return out
}

func certificates(v any) (chain []*x509.Certificate, err error) {
	ders := list(v)
	if ders == nil {
		ders = []any{v}
	}
	if len(ders) > maxChain {
		return nil, fmt.Errorf("it carries %d certificates, more than the %d that are read", len(ders), maxChain)
	}
	for i, d := range ders {
		der := octets(d)
		if len(der) > maxCert {
			return nil, fmt.Errorf("certificate %d has %d bytes, more than the %d that are read", i+1, len(der), maxCert)
		}
		c, err := certificate(der)
		if err != nil {
			return nil, fmt.Errorf("certificate %d cannot be read: %w", i+1, err)
		}
		chain = append(chain, c)
	}
	return chain, nil
}

// toBeSigned is the structure that is signed, with nothing added from outside (RFC 9052 section 4.4).
func (s *signed) toBeSigned(context string, payload []byte) []byte {
	b, err := cbor.Marshal([]any{context, s.protected, []byte{}, payload})
	if err != nil {
		panic(err) // byte strings and a text are always CBOR
	}
	return b
}

// stamped is what a time stamp is over: the claim, or since C2PA 2.1 the signature (2.2 section 10.3.2.5).
func (s *signed) stamped(kind string) []byte {
	if kind == "sigTst" {
		return s.toBeSigned("CounterSignature", s.payload)
	}
	signature, err := cbor.Marshal(s.signature)
	if err != nil {
		panic(err) // a byte string is always CBOR
	}
	return s.toBeSigned("CounterSignature", signature)
}

// algorithms that C2PA allows (2.2 section 13.2).
var algorithms = map[cose.Algorithm]string{cose.AlgorithmES256: "ES256", cose.AlgorithmES384: "ES384", cose.AlgorithmES512: "ES512",
	cose.AlgorithmPS256: "PS256", cose.AlgorithmPS384: "PS384", cose.AlgorithmPS512: "PS512", cose.AlgorithmEdDSA: "EdDSA"}

var errAlgorithm = errors.New("the standard does not allow the algorithm")

// verify checks the signature with the key of the signer's certificate.
func (s *signed) verify() error {
	if algorithms[s.algorithm] == "" {
		return fmt.Errorf("%w %d", errAlgorithm, s.algorithm)
	}
	v, err := cose.NewVerifier(s.algorithm, s.chain[0].PublicKey)
	if err != nil {
		return err
	}
	return v.Verify(s.toBeSigned("Signature1", s.payload), s.signature)
}
