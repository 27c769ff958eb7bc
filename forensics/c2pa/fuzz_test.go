package c2pa

import (
	"bytes"
	"crypto/x509"
	"hash/fnv"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/jumbf"

	"github.com/veraison/go-cose"
)

func FuzzStore(f *testing.F) {
	s := newAuthority(f, "CA").issue(f, cose.AlgorithmEdDSA, x509.ExtKeyUsageEmailProtection, nil)
	p := actions(ai)
	p.stamp = func(func([]byte) []byte, []byte, []byte) (string, []byte) {
		return "sigTst", []byte("0\x03\x02\x01\x00")
	}
	f.Add(super(jumbf.Store, "c2pa", s.manifest(f, p)))
	f.Add(super(jumbf.Store, "c2pa", append(made(s.manifest(f, actions(ai)), opened, nil).before, s.manifest(f, made(s.manifest(f, actions(ai)), opened, nil)))...))
	f.Fuzz(func(t *testing.T, store []byte) {
		file, _, _ := carriers["png"](store)
		if res, found := look(t, file); strings.HasPrefix(res.Reason, "panic") || len(found) > 2000 {
			t.Errorf("%+v, %d findings", res, len(found))
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
		a.bmffHash(v, b, "sha256", len(binding)%2 == 0)
		a.boxHash(v, b, "")
		for _, o := range append(v.failures, v.notes...) {
			if strings.Contains(o.words, " -") {
				t.Errorf("a count below zero: %s", o.words)
			}
		}
	})
}

var formats = map[string]string{"jpg": "jpeg", "png": "png", "webp": "webp", "gif": "gif", "tif": "tiff", "avi": "avi", "jxl": "jxl", "mp4": "mp4", "heic": "heic"}

// FuzzToken reads a time stamp, which is any bytes.
func FuzzToken(f *testing.F) {
	clock := newAuthority(f, "Clock").issue(f, cose.AlgorithmES256, x509.ExtKeyUsageTimeStamping, nil)
	message := []byte("message")
	f.Add(clock.stamp(f, message, signedAt))
	f.Fuzz(func(t *testing.T, der []byte) {
		if x, err := readToken(der, message); (x == nil) == (err == nil) || x != nil && len(x.chain) == 0 {
			t.Errorf("%+v %v", x, err)
		}
	})
}
