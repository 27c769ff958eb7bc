package c2pa

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/cost"
	"unmask/media/jumbf"

	"github.com/veraison/go-cose"
)

// look runs the detector over bytes.
func look(t testing.TB, b []byte) (forensics.Result, []forensics.Finding) {
	t.Helper()
	s := &media.Sample{Item: media.Item{Path: "/nonexistent/a", Size: int64(len(b))}, Raw: b}
	s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(b[:min(len(b), media.SniffLen)])
	run, err := Detector.New(forensics.Env{})
	if err != nil {
		t.Fatal(err)
	}
	p := forensics.NewPass(s, forensics.Env{})
	res, err := p.Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func TestHostileStores(t *testing.T) {
	s := newAuthority(t, "CA").issue(t, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	deep := super(jumbf.Store, "c2pa")
	for range 1000 {
		deep = super(jumbf.Store, "c2pa", deep)
	}
	manifest := func(claim []byte, assertions ...[]byte) []byte {
		return super(jumbf.Manifest, "m", super(jumbf.Assertions, "c2pa.assertions", assertions...), super(jumbf.Claim, "c2pa.claim", boxOf("cbor", claim)),
			super(jumbf.Signature, "c2pa.signature", boxOf("cbor", []byte{0x84, 0x40, 0xa0, 0xf6, 0x40})))
	}
	cycle := func(label, of string) []byte {
		return s.manifest(t, plan{label: label, order: []string{"c2pa.ingredient"}, assertions: map[string]any{"c2pa.ingredient": map[string]any{
			"dc:title": of, "relationship": "parentOf", "c2pa_manifest": map[string]any{"url": "self#jumbf=/c2pa/" + of, "hash": make([]byte, 32)}}}})
	}
	var many [][]byte
	for i := range 300 {
		many = append(many, super(jumbf.Manifest, fmt.Sprint(i)))
	}
	long := super(jumbf.JSON, "j", boxOf("json", bytes.Repeat([]byte(" "), 1<<20)))
	var twice []any
	for range 60_000 {
		twice = append(twice, map[string]any{"url": "self#jumbf=c2pa.assertions/j", "hash": []byte{1}})
	}
	var linked [][]byte
	for i := range maxManifests {
		var in [][]byte
		for k := range maxAssertions {
			in = append(in, super(jumbf.CBOR, fmt.Sprintf("c2pa.ingredient__%d", k), boxOf("cbor", enc(t, map[string]any{
				"c2pa_manifest": map[string]any{"url": fmt.Sprint("/c2pa/", (i+k)%maxManifests), "hash": []byte{1}}}))))
		}
		in = append(in, boxOf("free", make([]byte, 1<<18)))
		linked = append(linked, super(jumbf.Manifest, fmt.Sprint(i), super(jumbf.Assertions, "c2pa.assertions", in...), super(jumbf.Claim, "c2pa.claim", boxOf("cbor", enc(t, map[string]any{"alg": "sha512"})))))
	}
	for name, store := range map[string][]byte{
		"answers on every certificate":              asked(t),
		"an assertion listed sixty thousand times":  super(jumbf.Store, "c2pa", manifest(enc(t, map[string]any{"assertions": twice}), long)),
		"manifests that are all ingredients of all": super(jumbf.Store, "c2pa", linked...),
		"statements of empty lists":                 super(jumbf.Store, "c2pa", manifest([]byte{0xa0}, bytes.Repeat(super(jumbf.CBOR, "a", boxOf("cbor", append([]byte{0xa1, 0x61, 'a', 0x99, 0xff, 0xff}, bytes.Repeat([]byte{0x80}, 65535)...))), 200))),
		"many actions":                              super(jumbf.Store, "c2pa", manifest([]byte{0xa0}, super(jumbf.CBOR, "c2pa.actions", boxOf("cbor", append(append([]byte{0xa1, 0x67}, "actions\x99\xff\xff"...), bytes.Repeat([]byte{0xa0}, 65535)...))))),
		"an RSA key of 128,000 bits":                super(jumbf.Store, "c2pa", wideKey(t, s).manifest(t, plan{label: "m"})),
		"nested a thousand deep":                    deep,
		"a length of 4 GB":                          append([]byte("\xff\xff\xff\xff"), super(jumbf.Store, "c2pa")[4:]...),
		"a length of 2^63":                          append([]byte("\x00\x00\x00\x01jumb\x7f\xff\xff\xff\xff\xff\xff\xff"), super(jumbf.Store, "c2pa")[8:]...),
		"claim of nested arrays":                    super(jumbf.Store, "c2pa", manifest(bytes.Repeat([]byte{0x81}, 1<<20))),
		"claim of a huge array":                     super(jumbf.Store, "c2pa", manifest([]byte("\x9a\xff\xff\xff\xff"))),
		"claim of a huge text":                      super(jumbf.Store, "c2pa", manifest([]byte("\x7b\x7f\xff\xff\xff\xff\xff\xff\xff"))),
		"twenty thousand boxes":                     super(jumbf.Store, "c2pa", manifest([]byte{0xa0}, bytes.Repeat(super(jumbf.CBOR, "a"), 20000))),
		"three hundred manifests":                   super(jumbf.Store, "c2pa", many...),
		"ingredients in a circle":                   super(jumbf.Store, "c2pa", cycle("a", "b"), cycle("b", "a")),
		"itself as an ingredient":                   super(jumbf.Store, "c2pa", cycle("a", "a")),
		"JSON a million deep":                       super(jumbf.Store, "c2pa", manifest([]byte{0xa0}, super(jumbf.JSON, "j", boxOf("json", bytes.Repeat([]byte("["), 1<<20))))),
		"no manifest":                               super(jumbf.Store, "c2pa"),
		"a huge certificate": super(jumbf.Store, "c2pa", signer{s.alg, s.key, []*x509.Certificate{{Raw: make([]byte, 1<<20)}}}.manifest(t,
			plan{label: "m"})),
	} {
		file, _, _ := carriers["png"](store)
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		start := cost.Now()
		res, found := look(t, file)
		invalid := false
		for _, f := range found {
			invalid = invalid || f.Code == "c2pa.invalid" || f.Code == "c2pa.not_checked"
		}
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		t.Logf("%-45s %8d bytes %8v %4d MB", name, len(store), cost.Since(start), (after.TotalAlloc-before.TotalAlloc)>>20)
		if d := cost.Since(start); d > cost.Most || res.Status != forensics.Done || !invalid || len(found) > 600 {
			t.Errorf("%s: %v, %+v, invalid %v, %d findings", name, d, res, invalid, len(found))
		}
	}
}

// asked is a store of manifests that each carry more answers on their certificates than are checked, and many that may be their issuer's.
func asked(t testing.TB) []byte {
	ca := issuing(t, "CA")
	var all [][]byte
	for i := range maxSigned {
		s := ca.issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
		for range maxChain - 2 {
			s.chain = append(s.chain, issuing(t, "CA").cert)
		}
		s.chain = append(s.chain, ca.cert)
		p := actions(ai)
		p.label, p.says = fmt.Sprint(i), slices.Repeat([][]byte{ca.answer(t, s.chain[0], nil)}, maxAnswers)
		p.order, p.assertions["c2pa.ingredient"] = append(p.order, "c2pa.ingredient"), map[string]any{"dc:title": "before", "relationship": "parentOf",
			"c2pa_manifest": map[string]any{"url": fmt.Sprint("self#jumbf=/c2pa/", i-1), "hash": []byte{1}}}
		all = append(all, s.manifest(t, p))
	}
	return super(jumbf.Store, "c2pa", all...)
}

// A store that is longer than is read is said to be there, and costs no memory.
func TestLongStores(t *testing.T) {
	file, _, _ := inBoxes("heic", super(jumbf.Store, "c2pa", boxOf("free", make([]byte, maxStore))))
	file = append(file, bytes.Repeat(boxOf("uuid", []byte(isobmffC2PA), make([]byte, 4), []byte("manifest\x00"), make([]byte, 9+maxStore)), 2)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, found := look(t, file)
	runtime.ReadMemStats(&after)
	if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 8 || len(found) != 6 || found[1].Code != "c2pa.not_checked" {
		t.Errorf("%d MB, %+v", mb, found)
	}
}

// wideKey is a signer with a certificate whose key only costs time.
func wideKey(t testing.TB, s signer) signer {
	t.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), 128_000)
	ca := newAuthority(t, "CA")
	c := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: signedAt, NotAfter: signedAt}
	der, err := x509.CreateCertificate(rand.Reader, c, ca.cert, &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 1<<31 - 1}, ca.key)
	if err != nil {
		t.Fatal(err)
	}
	return signer{s.alg, s.key, []*x509.Certificate{{Raw: der}}}
}

// A file that is cut off at any byte gives findings, and never more than a failure that says why.
func TestCutOff(t *testing.T) {
	s := newAuthority(t, "CA").issue(t, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	for ext := range carriers {
		file := s.bound(t, ext, actions(ai))
		for n := 0; n < len(file); n += 7 {
			if res, _ := look(t, file[:n]); strings.HasPrefix(res.Reason, "panic") {
				t.Fatalf("%s cut off at %d: %s", ext, n, res.Reason)
			}
		}
	}
}

func BenchmarkDetector(b *testing.B) {
	s := newAuthority(b, "CA").issue(b, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	file := s.bound(b, "jpg", actions(ai))
	for b.Loop() {
		look(b, file)
	}
}
