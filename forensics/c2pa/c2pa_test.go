package c2pa

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media/jumbf"

	"github.com/veraison/go-cose"
)

const ai = "trainedAlgorithmicMedia"

func TestContract(t *testing.T) {
	s := newAuthority(t, "CA").issue(t, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	signed := s.bound(t, "jpg", actions(ai))
	broken := append(slices.Clone(signed), 0)
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "clean", Sample: detectortest.Load(t, plainJPEG()), Clean: true},
		detectortest.Case{Name: "signed", Sample: detectortest.Load(t, signed)},
		detectortest.Case{Name: "changed", Sample: detectortest.Load(t, broken)})
}

func check(c forensics.Claim, what string) forensics.Check {
	for _, x := range c.Checks {
		if x.What == what {
			return x
		}
	}
	return forensics.Check{}
}

// What is intact passes in every carrier, whoever signed it; trust depends on the certificates given and on nothing else.
func TestIntact(t *testing.T) {
	ca, other := newAuthority(t, "CA"), newAuthority(t, "Other CA")
	for ext := range carriers {
		for _, alg := range []cose.Algorithm{cose.AlgorithmEdDSA, cose.AlgorithmES256} {
			for _, v2 := range []bool{false, true} {
				p := actions(ai)
				p.v2 = v2
				file := ca.issue(t, alg, x509.ExtKeyUsageEmailProtection, nil).bound(t, ext, p)
				got, claim := see(t, "a."+ext, file, nil)
				trust := check(claim, "trust of the signer")
				if !slices.Equal(got, []string{"c2pa.present", "c2pa.ai"}) || check(claim, "integrity").Result != forensics.Passed || trust.Result != forensics.NotChecked || trust.Detail != noList || claim.Origin != forensics.MadeByAI {
					t.Errorf("%s %v v2 %v: %v %+v", ext, alg, v2, got, claim.Checks)
				}
				got, claim = see(t, "a."+ext, file, append(other.pem(), ca.pem()...))
				if !slices.Contains(got, "c2pa.trusted") || check(claim, "trust of the signer").Result != forensics.Passed {
					t.Errorf("%s: the right authority: %v %+v", ext, got, claim.Checks)
				}
				got, claim = see(t, "a."+ext, file, other.pem())
				if !slices.Contains(got, "c2pa.untrusted") || slices.Contains(got, "c2pa.invalid") || check(claim, "integrity").Result != forensics.Passed {
					t.Errorf("%s: another authority: %v %+v", ext, got, claim.Checks)
				}
			}
		}
	}
	if _, err := Detector.New(forensics.Env{Trust: []byte("no certificate")}); err == nil || !strings.Contains(err.Error(), "--trust") {
		t.Errorf("a bundle without certificates: %v", err)
	}
}

// Whatever is changed after signing has the standard's own code, and makes the manifest invalid.
func TestChanged(t *testing.T) {
	ca := newAuthority(t, "CA")
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	edit := func(old, new string) func([]byte) []byte {
		return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
	}
	last := func(b []byte) []byte { b[len(b)-30] ^= 1; return b }
	for _, c := range []struct {
		name   string
		change func(*plan)
		edit   func([]byte) []byte
		want   string
	}{
		{"the picture", nil, last, "assertion.dataHash.mismatch"},
		{"an assertion", nil, edit("Paint 3", "Paint 4"), "assertion.hashedURI.mismatch"},
		{"the claim", nil, edit("unmask test/1", "unmask test/2"), "claimSignature.mismatch"},
		{"a payload that is not the claim", func(p *plan) { p.payload = []byte("another claim") }, nil, "claimSignature.mismatch"},
		{"two claims", func(p *plan) {
			p.after = func(x map[string][]byte) { x["claim"] = append(slices.Clone(x["claim"]), x["claim"]...) }
		}, nil, "claim.multiple"},
		{"no claim", func(p *plan) { p.after = func(x map[string][]byte) { x["claim"] = nil } }, nil, "claim.missing"},
		{"no signature", func(p *plan) { p.after = func(x map[string][]byte) { x["signature"] = nil } }, nil, "claimSignature.missing"},
		{"an assertion that the claim does not list", func(p *plan) {
			p.after = func(x map[string][]byte) {
				x["assertions"] = super(jumbf.Assertions, "c2pa.assertions", x["assertions"][8+8+17+len("c2pa.assertions")+1:], super(jumbf.CBOR, "added", boxOf("cbor", []byte{0xa0})))
			}
		}, nil, "assertion.undeclared"},
		{"an assertion that is gone", func(p *plan) {
			p.claim = func(c map[string]any) {
				c["assertions"] = append(c["assertions"].([]any), map[string]any{"url": "self#jumbf=c2pa.assertions/gone", "hash": make([]byte, 32)})
			}
		}, nil, "assertion.missing"},
		{"two bindings", func(p *plan) {
			p.order, p.assertions["c2pa.hash.boxes"] = append(p.order, "c2pa.hash.boxes"), map[string]any{"boxes": []any{}}
		}, nil, "assertion.multipleHardBindings"},
	} {
		p := actions(ai)
		if c.change != nil {
			c.change(&p)
		}
		file := s.bound(t, "jpg", p)
		if c.edit != nil {
			file = c.edit(file)
		}
		got, claim := see(t, "a.jpg", file, ca.pem())
		if !slices.Contains(got, "c2pa.invalid") || !slices.Contains(got, "c2pa."+c.want) || check(claim, "integrity").Result != forensics.Fell {
			t.Errorf("%s: %v %+v", c.name, got, claim.Checks)
		}
	}
}

// Nobody is trusted, or not, for a signature that is not his.
func TestNobodySigned(t *testing.T) {
	ca := newAuthority(t, "CA")
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	file := bytes.Replace(s.bound(t, "jpg", actions(ai)), []byte("unmask test/1"), []byte("unmask test/2"), 1)
	got, claim := see(t, "a.jpg", file, ca.pem())
	if trust := check(claim, "trust of the signer"); slices.Contains(got, "c2pa.trusted") || slices.Contains(got, "c2pa.untrusted") || trust.Result != forensics.NotChecked {
		t.Errorf("%v %+v", got, trust)
	}
}

// A digest that leaves out the picture proves nothing of it.
func TestExclusions(t *testing.T) {
	s := newAuthority(t, "CA").issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	file := s.bound(t, "jpg", actions(ai))
	n := int64(len(file))
	got, claim := see(t, "a.jpg", s.bound(t, "jpg", actions(ai), span{n - 200, n - 2}), nil)
	if !slices.Contains(got, "c2pa.assertion.dataHash.additionalExclusionsPresent") || check(claim, "integrity").Result == forensics.Passed {
		t.Errorf("exclusions over the picture: %v %+v", got, claim.Checks)
	}
}

func TestCertificates(t *testing.T) {
	ca := newAuthority(t, "CA")
	for name, c := range map[string]signer{
		"an authority's": ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, func(c *x509.Certificate) {
			c.IsCA, c.BasicConstraintsValid = true, true
		}),
		"for servers":       ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageServerAuth, nil),
		"for any purpose":   ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageAny, nil),
		"not for signing":   ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }),
		"issued to himself": {cose.AlgorithmEdDSA, ca.key, []*x509.Certificate{ca.cert}},
	} {
		got, claim := see(t, "a.png", c.bound(t, "png", actions(ai)), ca.pem())
		if !slices.Contains(got, "c2pa.signingCredential.invalid") || slices.Contains(got, "c2pa.trusted") || check(claim, "trust of the signer").Result != forensics.Fell || check(claim, "integrity").Result != forensics.Passed {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
	}
}

const validityOf = "validity of the certificate when it was used"

func TestTimeStamps(t *testing.T) {
	ca, tsa := newAuthority(t, "CA"), newAuthority(t, "Clock")
	clock := tsa.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageTimeStamping, nil)
	s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	for _, kind := range []string{"sigTst", "sigTst2"} {
		at, over := signedAt, 0
		p := actions("digitalCapture")
		p.stamp = func(counter func([]byte) []byte, claim, signature []byte) (string, []byte) {
			message := counter(claim)
			if kind == "sigTst2" {
				message = counter(enc(t, signature))
			}
			return kind, clock.stamp(t, message[over:], at)
		}
		file := func() []byte { return s.bound(t, "jpg", p) }
		got, claim := see(t, "a.jpg", file(), append(ca.pem(), tsa.pem()...))
		if slices.Contains(got, "c2pa.invalid") || check(claim, "trust of the time stamp").Result != forensics.Passed || claim.Contains[0].Field("time stamp") != "2026-03-01T12:00:00Z" || check(claim, validityOf).Code != "claimSignature.insideValidity" || claim.Origin != forensics.Captured {
			t.Errorf("%s: %v %+v", kind, got, claim.Checks)
		}
		if _, claim = see(t, "a.jpg", file(), ca.pem()); check(claim, "trust of the time stamp").Code != "timeStamp.untrusted" {
			t.Errorf("%s: the authority is not trusted, and yet: %+v", kind, claim.Checks)
		}
		if valid := check(claim, validityOf); valid.Result != forensics.NotChecked {
			t.Errorf("%s: valid by an authority that is not trusted: %+v", kind, valid)
		}
		at = signedAt.AddDate(2, 0, 0)
		if got, _ = see(t, "a.jpg", file(), nil); !slices.Contains(got, "c2pa.signingCredential.expired") {
			t.Errorf("%s: signed after the certificate ended: %v", kind, got)
		}
		at, over = signedAt, 1
		if got, claim = see(t, "a.jpg", file(), nil); !slices.Contains(got, "c2pa.timeStamp.mismatch") || slices.Contains(got, "c2pa.invalid") {
			t.Errorf("%s: over something else: %v %+v", kind, got, claim.Checks)
		}
	}
}
