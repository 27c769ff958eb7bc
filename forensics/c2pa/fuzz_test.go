package c2pa

import (
	"bytes"
	"crypto/x509"
	"hash/fnv"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/extract"
	"unmask/media/jumbf"

	"github.com/veraison/go-cose"
)

// FuzzStore reads a store, which is any bytes, and reports it without checking signatures.
func FuzzStore(f *testing.F) {
	s := newAuthority(f, "CA").issue(f, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	parent := s.manifest(f, with(actions(ai), func(p *plan) { p.label = "urn:parent" }))
	child := made(parent, opened, nil)
	child.redacted = []string{"self#jumbf=/c2pa/urn:parent/c2pa.assertions/gone"}
	small := with(actions(ai), func(p *plan) { p.pack = packed })
	f.Add(super(jumbf.Store, "c2pa", parent))
	f.Add(super(jumbf.Store, "c2pa", parent, s.manifest(f, child)))
	f.Add(super(jumbf.Store, "c2pa", s.manifest(f, small)))
	f.Fuzz(func(t *testing.T, packet []byte) {
		p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}, Raw: packet}, forensics.Env{})
		res, err := p.Detect(&Detector, func(p *forensics.Pass) error {
			st := readStore(packet, &unpacker{})
			r := reporter{p: p, found: found{packet: extract.Whole(packet, 0)}, store: st, active: len(st.manifests) - 1}
			if st.signed = maxSigned; r.active < 0 {
				r.unreadable(st.problem)
				return nil
			}
			m := st.manifests[r.active]
			st.redacted = st.redactions(m)
			if v := st.judge(m, nil); st.beyond == nil {
				st.heirs(v, m, nil, map[*manifest]bool{m: true})
			}
			r.report()
			return nil
		})
		if err != nil || strings.HasPrefix(res.Reason, "panic") || len(p.Findings()) == 0 || len(p.Findings()) > 2000 {
			t.Errorf("%+v, %d findings, %v", res, len(p.Findings()), err)
		}
	})
}

// FuzzSigned reads a signature box with its certificates, a time stamp, and an answer on a certificate, which are any bytes.
func FuzzSigned(f *testing.F) {
	ca, message := issuing(f, "CA"), []byte("message")
	s := ca.issue(f, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
	clock := ca.issue(f, cose.AlgorithmES256, x509.ExtKeyUsageTimeStamping, nil)
	leaf, answer := s.chain[0], ca.answer(f, s.chain[0], nil)
	s.chain = append(s.chain, ca.cert)
	token := clock.stamp(f, message, signedAt)
	f.Add(s.sign(f, message, plan{says: [][]byte{answer}, stamp: func(func([]byte) []byte, []byte, []byte) (string, []byte) { return "sigTst2", token }}), token, answer)
	f.Add(s.sign(f, message, plan{payload: message}), stapled(f, token, answer), ca.answerBy(f, clock.chain[0], clock.key, clock.chain[0], leaf, revokedOn(3, 1)))
	f.Fuzz(func(t *testing.T, cbor, token, answer []byte) {
		box := &jumbf.Box{Boxes: []*jumbf.Box{{Kind: jumbf.CBOR, Content: cbor}}}
		if x, err := readSigned(box, message); err == nil {
			v := &verdict{signed: x}
			(&store{}).judgeTrust(v, nil)
			if v.profile = unfit(x.chain[0]); v.revoked.code == "" {
				t.Errorf("%+v", v)
			}
			if r, err := readAnswer(answer, x.chain[0], x.chain[len(x.chain)-1]); err == nil && (use{signedAt, true, false}).judge(r).detail == "" {
				t.Errorf("%+v", r)
			}
		}
		if x, err := readToken(token, message); (x == nil) == (err == nil) || x != nil && len(x.chain) == 0 {
			t.Errorf("%+v %v", x, err)
		}
	})
}

// FuzzBinding checks a binding, which is any CBOR, against a file, which is any bytes.
func FuzzBinding(f *testing.F) {
	s := newAuthority(f, "CA").issue(f, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	known := map[string]bool{}
	for ext, format := range formats {
		known[format] = true
		file := s.bound(f, ext, actions(ai))
		f.Add(format, enc(f, byBytes(f, file, []span{{2, 20}})), file)
		if boxed[format] && ext != "jxl" {
			f.Add(format, enc(f, byBoxes(file, "c2pa.hash.bmff.v2")), file)
		}
	}
	f.Add("jpeg", enc(f, byParts(f, "jpg")(plainJPEG(), span{})), plainJPEG())
	f.Add("png", enc(f, byParts(f, "png")(plainPNG(), span{})), plainPNG())
	for _, film := range films() {
		file := film.signed(f, s)
		c, _ := carriedBy(forensics.NewPass(&media.Sample{Info: media.Info{Format: "mp4"}, Raw: file}, forensics.Env{}))
		f.Add("mp4", enc(f, readStore(c.stores[0].packet.Data, nil).manifests[0].labelled("c2pa.hash.bmff")[0].value), file)
	}
	f.Fuzz(func(t *testing.T, format string, binding, file []byte) {
		var value map[string]any
		if !known[format] || decoding.Unmarshal(binding, &value) != nil {
			return
		}
		c, _ := carriedBy(forensics.NewPass(&media.Sample{Info: media.Info{Format: format}, Raw: file}, forensics.Env{}))
		a := asset{r: bytes.NewReader(file), size: int64(len(file)), format: format, metadata: c.metadata, boxed: boxed[format]}
		if len(c.stores) > 0 {
			a.store = c.stores[0].spans
		}
		b, v := &assertion{&jumbf.Box{}, value}, &verdict{}
		a.dataHash(v, b, fnv.New64())
		a.bmffHash(v, b, "sha256", b.value["merkle"] != nil || len(binding)%2 == 0)
		a.boxHash(v, b, "")
		for _, o := range append(v.failures, v.notes...) {
			if strings.Contains(o.words, " -") {
				t.Errorf("a count below zero: %s", o.words)
			}
		}
	})
}

var formats = map[string]string{"jpg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "tif": "tiff", "avi": "avi", "jxl": "jxl", "mp4": "mp4", "heic": "heic"}
