package c2pa

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"

	"github.com/veraison/go-cose"
)

func testSigner(t testing.TB) signer {
	return newAuthority(t, "CA").issue(t, cose.AlgorithmES256, x509.ExtKeyUsageEmailProtection, nil)
}

// One changed byte outside of the manifest breaks the binding, in every carrier.
func TestChangedCarriers(t *testing.T) {
	s := testSigner(t)
	for ext := range carriers {
		file := s.bound(t, ext, actions(ai))
		at := bytes.LastIndex(file, []byte("pixels"))
		if ext == "mp4" || ext == "heic" || ext == "avif" {
			at = bytes.LastIndex(file, []byte("frames"))
		}
		switch {
		case ext == "gif":
			at = 20 // in the colour table
		case at < 0:
			at = len(file) - 20
		}
		file[at] ^= 1
		got, claim := see(t, "a."+ext, file, nil)
		want := "c2pa.assertion.dataHash.mismatch"
		if bindings[ext] != "" {
			want = "c2pa.assertion.bmffHash.mismatch"
		}
		if !slices.Contains(got, want) || !slices.Contains(got, "c2pa.invalid") || check(claim, "integrity").Result != forensics.Fell {
			t.Errorf("%s: %v %+v", ext, got, claim.Checks)
		}
	}
}

// What is left out beside the manifest is told where it is metadata, and does not pass where it is not.
func TestLeftOut(t *testing.T) {
	s := testSigner(t)
	const comment = "\xff\xfe\x00\x1aa comment of some length"
	withComment := func(store []byte) ([]byte, int, int) {
		file, from, n := carriers["jpg"](store)
		return slices.Concat(file[:2], []byte(comment), file[2:]), from + len(comment), n
	}
	boxed := func(kinds ...string) func([]byte, span) map[string]any {
		return func(file []byte, _ span) map[string]any { return byBoxes(file, "c2pa.hash.bmff.v2", kinds...) }
	}
	for name, c := range map[string]struct {
		ext, label string
		carrier    func([]byte) ([]byte, int, int)
		binding    func([]byte, span) map[string]any
		intact     bool
	}{
		"a comment": {"jpg", "c2pa.hash.data", withComment, func(file []byte, store span) map[string]any {
			return byBytes(t, file, []span{{2, 2 + int64(len(comment))}, store})
		}, true},
		"a comment and the manifest as one": {"jpg", "c2pa.hash.data", withComment, func(file []byte, store span) map[string]any {
			return byBytes(t, file, []span{{2, store.to}})
		}, true},
		"the manifest with the tables after it": {"jpg", "c2pa.hash.data", carriers["jpg"], func(file []byte, store span) map[string]any {
			return byBytes(t, file, []span{{store.from, store.to + 60}})
		}, false},
		"the whole file":   {"png", "c2pa.hash.data", carriers["png"], func(file []byte, _ span) map[string]any { return byBytes(t, file, []span{{0, int64(len(file))}}) }, false},
		"padding":          {"mp4", "c2pa.hash.bmff.v2", carriers["mp4"], boxed("free"), true},
		"the video itself": {"mp4", "c2pa.hash.bmff.v2", carriers["mp4"], boxed("mdat"), false},
		"the film's index": {"mp4", "c2pa.hash.bmff.v2", carriers["mp4"], boxed("moov"), false},
	} {
		got, claim := see(t, "a."+c.ext, s.boundBy(t, c.label, actions(ai), c.carrier, c.binding), nil)
		told := slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, additional) })
		if !told || (check(claim, "integrity").Result == forensics.Passed) != c.intact || slices.Contains(got, "c2pa.invalid") {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
	}
}

func TestBoxesOfVideo(t *testing.T) {
	s := testSigner(t)
	for ext, label := range bindings {
		file := s.bound(t, ext, actions(ai))
		for name, more := range map[string]string{"a box": "\x00\x00\x00\x0cmdatmore", "what is no box": "\x00\x00\x00\x03mdat", "a few bytes": "abc"} {
			if got, _ := see(t, "a."+ext, append(slices.Clone(file), more...), nil); !slices.Contains(got, "c2pa.assertion.bmffHash.mismatch") {
				t.Errorf("%s, %s after the end: %v", label, name, got)
			}
		}
	}
	moved := s.bound(t, "mp4", actions(ai))
	at := bytes.Index(moved, []byte("free"))
	if got, _ := see(t, "a.mp4", slices.Concat(moved[:at-4], boxOf("free"), moved[at-4:]), nil); !slices.Contains(got, "c2pa.invalid") {
		t.Errorf("a box between the others: %v", got)
	}
}

// An exclusion means the boxes that its path, version, flags, length and data name, and no others.
func TestRules(t *testing.T) {
	full := boxOf("tfhd", []byte{1, 0, 0, 3, 9, 9})
	file := slices.Concat(boxOf("moof", boxOf("traf", full), boxOf("traf", full)), boxOf("moof", boxOf("traf", full)))
	for _, c := range []struct {
		rule map[string]any
		want int
	}{
		{map[string]any{"xpath": "/moof/traf/tfhd"}, 3},
		{map[string]any{"xpath": "/moof[1]/traf/tfhd"}, 2},
		{map[string]any{"xpath": "/moof[1]/traf[2]/tfhd"}, 1},
		{map[string]any{"xpath": "/moof[3]/traf/tfhd"}, 0},
		{map[string]any{"xpath": "/traf/tfhd"}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "version": uint64(1)}, 3},
		{map[string]any{"xpath": "/moof/traf/tfhd", "version": uint64(0)}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "flags": []byte{0, 0, 3}}, 3},
		{map[string]any{"xpath": "/moof/traf/tfhd", "flags": []byte{0, 0, 1}}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "flags": []byte{0, 0, 1}, "exact": false}, 3},
		{map[string]any{"xpath": "/moof/traf/tfhd", "flags": []byte{0, 0, 4}, "exact": false}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "length": uint64(len(full))}, 3},
		{map[string]any{"xpath": "/moof/traf/tfhd", "length": uint64(5)}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "data": []any{map[string]any{"offset": uint64(12), "value": []byte{9, 9}}}}, 3},
		{map[string]any{"xpath": "/moof/traf/tfhd", "data": []any{map[string]any{"offset": uint64(13), "value": []byte{9, 9}}}}, 0},
		{map[string]any{"xpath": "/moof/traf/tfhd", "subset": []any{map[string]any{"offset": uint64(12), "length": uint64(1)}, map[string]any{"offset": uint64(13), "length": uint64(0)}}}, 6},
	} {
		x := exclusion{a: &asset{r: bytes.NewReader(file), size: int64(len(file))}, rules: rules([]any{c.rule})}
		x.walk(nil, 0, int64(len(file)))
		if x.err != nil || len(x.out) != c.want || len(x.tops) != 2 {
			t.Errorf("%v: %v %v", c.rule, x.out, x.err)
		}
	}
}

// byParts digests each part of a file; the manifest and the parts that join names stand with the one before.
func byParts(t testing.TB, ext string, names ...[]string) func([]byte, span) map[string]any {
	return func(file []byte, _ span) map[string]any {
		a := asset{r: bytes.NewReader(file), size: int64(len(file)), format: map[string]string{"jpg": "jpeg", "png": "png"}[ext]}
		parts, err := a.parts()
		if err != nil {
			t.Fatal(err)
		}
		if names == nil {
			for _, p := range parts {
				names = append(names, []string{p.name})
			}
		}
		var boxes []any
		for _, group := range names {
			sum := sha256.Sum256(file[parts[0].from:parts[len(group)-1].to])
			parts = parts[len(group):]
			boxes = append(boxes, map[string]any{"names": group, "alg": "sha256", "hash": sum[:], "pad": []byte{}})
		}
		return map[string]any{"boxes": boxes}
	}
}

func TestBoxHash(t *testing.T) {
	s := testSigner(t)
	const label = "c2pa.hash.boxes"
	for ext, last := range map[string]string{"jpg": "EOI", "png": "IEND"} {
		file := s.boundBy(t, label, actions(ai), carriers[ext], byParts(t, ext))
		got, claim := see(t, "a."+ext, file, nil)
		if check(claim, "integrity").Result != forensics.Passed || slices.Contains(got, "c2pa.invalid") {
			t.Errorf("%s: %v %+v", ext, got, claim.Checks)
		}
		file[len(file)-30] ^= 1
		if got, _ = see(t, "a."+ext, file, nil); !slices.Contains(got, "c2pa.assertion.boxesHash.mismatch") {
			t.Errorf("%s changed: %v", ext, got)
		}
		file[len(file)-30] ^= 1
		got, claim = see(t, "a."+ext, append(file, "what follows"...), nil)
		if !slices.Contains(got, "c2pa.assertion.boxesHash."+additional) || check(claim, "integrity").Result != forensics.Passed {
			t.Errorf("%s with bytes after %s: %v %+v", ext, last, got, claim.Checks)
		}
	}
	hidden := [][]string{{"SOI"}, {"C2PA", "DQT", "SOF0", "DHT", "SOS", "EOI"}}
	file := s.boundBy(t, label, actions(ai), carriers["jpg"], byParts(t, "jpg", hidden...))
	at := bytes.LastIndex(file, []byte{0xff, 0xda})
	file[at+40] ^= 1
	if got, _ := see(t, "a.jpg", file, nil); !slices.Contains(got, "c2pa.invalid") {
		t.Errorf("the picture among what is called C2PA: %v", got)
	}
	if got, _ := see(t, "a.jpg", s.boundBy(t, label, actions(ai), carriers["jpg"], byParts(t, "jpg", []string{"SOI"}, []string{"C2PA"})), nil); !slices.Contains(got, "c2pa.assertion.boxesHash.unknownBox") {
		t.Errorf("parts that were not signed: %v", got)
	}
}
