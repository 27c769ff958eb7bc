package c2pa

import (
	"bytes"
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media/jumbf"
)

// made is a plan whose picture was made from what another manifest describes.
func made(parent []byte, action map[string]any, extra map[string]any) plan {
	sum := sha256.Sum256(parent[8:])
	in := map[string]any{"dc:title": "parent.png", "relationship": "parentOf", "instanceID": "xmp:iid:parent",
		"c2pa_manifest": map[string]any{"url": "self#jumbf=/c2pa/urn:parent", "hash": sum[:], "alg": "sha256"}}
	maps.Copy(in, extra)
	return plan{label: "urn:active", before: [][]byte{parent}, order: []string{"c2pa.ingredient", "c2pa.actions"},
		assertions: map[string]any{"c2pa.ingredient": in, "c2pa.actions": map[string]any{"actions": []any{action}}}}
}

func parentOf(t *testing.T, s signer, change func(*plan)) []byte {
	p := actions(ai)
	p.label = "urn:parent"
	if change != nil {
		change(&p)
	}
	return s.manifest(t, p)
}

var opened = map[string]any{"action": "c2pa.opened"}

// What an ingredient claims is told apart from what is claimed of the picture, unless the picture is said to contain it.
func TestInherited(t *testing.T) {
	s := testSigner(t)
	parent := parentOf(t, s, nil)
	link := map[string]any{"url": "self#jumbf=c2pa.assertions/c2pa.ingredient"}
	for name, c := range map[string]struct {
		action map[string]any
		want   string
	}{
		"opened":                  {opened, "c2pa.ingredient_ai"},
		"placed":                  {map[string]any{"action": "c2pa.placed", "parameters": map[string]any{"ingredients": []any{link}}}, "c2pa.ai"},
		"placed, in an old file":  {map[string]any{"action": "c2pa.placed", "instanceId": "xmp:iid:parent"}, "c2pa.ai"},
		"placed, of another kind": {map[string]any{"action": "c2pa.placed", "instanceId": "xmp:iid:other"}, "c2pa.ingredient_ai"},
	} {
		got, claim := see(t, "a.png", s.bound(t, "png", made(parent, c.action, nil)), nil)
		if !slices.Equal(got, []string{"c2pa.present", c.want}) || check(claim, "integrity").Result != forensics.Passed {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
		if n := len(claim.Contains[0].Contains); n != 4 || claim.Contains[0].Contains[3].Origin != forensics.MadeByAI {
			t.Errorf("%s: the manifest of the ingredient is not among the %d parts of the active one", name, n)
		}
	}
}

// An ingredient that its signer knew to be broken leaves the active manifest as it is; one that was changed since does not.
func TestBrokenIngredients(t *testing.T) {
	s := testSigner(t)
	broken := bytes.Replace(parentOf(t, s, nil), []byte("Paint 3"), []byte("Paint 4"), 1)
	known := map[string]any{"validationStatus": []any{map[string]any{"code": "assertion.hashedURI.mismatch"}}}
	got, claim := see(t, "a.png", s.bound(t, "png", made(broken, opened, known)), nil)
	if !slices.Contains(got, "c2pa.ingredient_invalid") || slices.Contains(got, "c2pa.invalid") || check(claim, "integrity").Result != forensics.Passed {
		t.Errorf("known to be broken: %v %+v", got, claim.Checks)
	}
	p := made(parentOf(t, s, nil), opened, nil)
	p.before = [][]byte{broken}
	if got, _ = see(t, "a.png", s.bound(t, "png", p), nil); !slices.Contains(got, "c2pa.ingredient.manifest.mismatch") || !slices.Contains(got, "c2pa.invalid") {
		t.Errorf("changed since: %v", got)
	}
	p.before = [][]byte{parentOf(t, s, func(p *plan) { p.label = "urn:another" })}
	if got, _ = see(t, "a.png", s.bound(t, "png", p), nil); !slices.Contains(got, "c2pa.claim.missing") {
		t.Errorf("not there: %v", got)
	}
}

// A signature is that of its own claim: two manifests by the same signer cannot exchange theirs.
func TestSwappedSignatures(t *testing.T) {
	s := testSigner(t)
	var other []byte
	parentOf(t, s, func(p *plan) { p.after = func(x map[string][]byte) { other = x["signature"] } })
	p := actions(ai)
	p.after = func(x map[string][]byte) { x["signature"] = other }
	if got, _ := see(t, "a.png", s.bound(t, "png", p), nil); !slices.Contains(got, "c2pa.claimSignature.mismatch") || !slices.Contains(got, "c2pa.invalid") {
		t.Errorf("%v", got)
	}
}

func TestRedactions(t *testing.T) {
	s := testSigner(t)
	statement := func(p *plan) {
		p.order = append(p.order, "stds.exif")
		p.assertions["stds.exif"] = map[string]any{"exif:GPSLatitude": "48,8N"}
	}
	gone := parentOf(t, s, func(p *plan) {
		statement(p)
		p.after = func(x map[string][]byte) {
			at := bytes.Index(x["assertions"], []byte("stds.exif")) - 8 - 8 - 17
			list := x["assertions"][8+8+17+len("c2pa.assertions")+1 : at]
			x["assertions"] = super(jumbf.Assertions, "c2pa.assertions", list)
		}
	})
	const of = "self#jumbf=/c2pa/urn:parent/c2pa.assertions/"
	for name, c := range map[string]struct {
		parent   []byte
		redacted []string
		want     string
	}{
		"as the standard has it":       {gone, []string{of + "stds.exif"}, ""},
		"without being said":           {gone, nil, "c2pa.assertion.missing"},
		"said, and still there":        {parentOf(t, s, statement), []string{of + "stds.exif"}, "c2pa.assertion.notRedacted"},
		"the actions of an ingredient": {gone, []string{of + "stds.exif", of + "c2pa.actions"}, "c2pa.assertion.action.redacted"},
		"what bound an ingredient":     {gone, []string{of + "stds.exif", of + "c2pa.hash.data"}, "c2pa.assertion.hardBinding.redacted"},
		"its own":                      {gone, []string{of + "stds.exif", "self#jumbf=/c2pa/urn:active/c2pa.assertions/gone"}, "c2pa.assertion.selfRedacted"},
	} {
		p := made(c.parent, opened, nil)
		p.redacted = c.redacted
		got, claim := see(t, "a.png", s.bound(t, "png", p), nil)
		if slices.Contains(got, "c2pa.invalid") != (c.want != "") || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
	}
}

// An update manifest is bound through the one that it updates.
func TestUpdate(t *testing.T) {
	s := testSigner(t)
	update := func(t *testing.T, parent string) []byte {
		return s.boundBy(t, "c2pa.hash.data", actions("digitalCapture"), func(store []byte) ([]byte, int, int) {
			at := bytes.Index(store, []byte("c2ma")) - 16
			bound := store[at:]
			sum := sha256.Sum256(bound[8:])
			m := s.manifest(t, plan{label: "urn:update", update: true, order: []string{"c2pa.ingredient.v3"}, assertions: map[string]any{"c2pa.ingredient.v3": map[string]any{
				"relationship": "parentOf", "activeManifest": map[string]any{"url": "self#jumbf=/c2pa/" + parent, "hash": sum[:]}}}})
			return carriers["png"](super(jumbf.Store, "c2pa", store[8+8+17+5:], m))
		}, func(file []byte, store span) map[string]any { return byBytes(t, file, []span{store}) })
	}
	file := update(t, "urn:uuid:1")
	got, claim := see(t, "a.png", file, nil)
	if check(claim, "integrity").Result != forensics.Passed || slices.Contains(got, "c2pa.invalid") || claim.Contains[0].Place != `the manifest "urn:update"` {
		t.Errorf("%v %+v", got, claim.Checks)
	}
	file[len(file)-20] ^= 1
	if got, _ = see(t, "a.png", file, nil); !slices.Contains(got, "c2pa.assertion.dataHash.mismatch") {
		t.Errorf("the picture was changed: %v", got)
	}
	if got, _ = see(t, "a.png", update(t, "urn:nobody"), nil); !slices.Contains(got, "c2pa.manifest.update.wrongParents") {
		t.Errorf("an update of nothing: %v", got)
	}
}

func TestSidecar(t *testing.T) {
	s := testSigner(t)
	picture := plainJPEG()
	p := actions(ai)
	p.order, p.assertions["c2pa.hash.data"] = append(p.order, "c2pa.hash.data"), byBytes(t, picture, nil)
	store := super(jumbf.Store, "c2pa", s.manifest(t, p))
	for _, name := range []string{"a.c2pa", "a.jpg.c2pa"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.jpg")
		write := func(name string, b []byte) {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write("a.jpg", picture)
		write(name, store)
		_, findings, claims := inspect(t, path, forensics.Env{})
		if got := codes(findings); !slices.Equal(got, []string{"c2pa.present", "c2pa.ai"}) || check(claims[0], "integrity").Result != forensics.Passed ||
			!strings.Contains(findings[0].Text, name) || !strings.Contains(findings[0].Text, hexDigest(store)) || findings[0].Where != nil {
			t.Errorf("%s: %v %+v", name, findings, claims)
		}
		write("a.jpg", append(slices.Clone(picture), 0))
		if _, findings, _ = inspect(t, path, forensics.Env{}); !slices.Contains(codes(findings), "c2pa.invalid") {
			t.Errorf("%s beside another picture: %v", name, codes(findings))
		}
		if _, findings, claims = inspect(t, filepath.Join(dir, name), forensics.Env{}); slices.Contains(codes(findings), "c2pa.invalid") || check(claims[0], "integrity").Result != forensics.NotChecked {
			t.Errorf("%s on its own: %v %+v", name, codes(findings), claims[0].Checks)
		}
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, "elsewhere")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, findings, _ = inspect(t, path, forensics.Env{}); len(findings) > 0 {
			t.Errorf("%s is a link, and was followed: %v", name, codes(findings))
		}
	}
}

func TestRemote(t *testing.T) {
	for value, want := range map[string]bool{"https://example.com/m.c2pa": true, "self#jumbf=/c2pa/urn:1": false} {
		x := `http://ns.adobe.com/xap/1.0/` + "\x00" + `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="` + value + `"/></rdf:RDF></x:xmpmeta>`
		b := plainJPEG()
		file := slices.Concat(b[:2], []byte{0xff, 0xe1, 0, byte(len(x) + 2)}, []byte(x), b[2:])
		file[4], file[5] = byte((len(x)+2)>>8), byte(len(x)+2)
		_, found, _ := inspect(t, written(t, "a.jpg", file), forensics.Env{})
		if (len(found) == 1) != want || want && (found[0].Code != "c2pa.remote" || !strings.Contains(found[0].Text, value) || *found[0].Where.Offset != int64(bytes.Index(file, []byte(value)))) {
			t.Errorf("%s: %+v", value, found)
		}
	}
}
