package c2pa

import (
	"bytes"
	"slices"

	"unmask/media/jumbf"
)

// ingredient is something that a picture was made from.
type ingredient struct {
	assertion    *assertion
	relation     string
	title        string
	manifest     *manifest // nil where it has none, or it is not in the store
	url          string    // of its manifest; empty where it has none
	broken       string    // why the link to its manifest does not hold
	code         string    // of what is broken
	relationText string
	recorded     []string // codes of what was already broken when it was taken over
}

// has tells whether a digest is that of the manifest; files before C2PA 1.3 have that of its claim alone.
func (m *manifest) has(hash []byte, algorithms ...string) bool {
	name := first(algorithms...)
	if m.digests == nil {
		m.digests = map[string][2][]byte{}
	}
	d, known := m.digests[name]
	if !known {
		d[0] = digest(m.box.Content, name)
		if len(m.claims) == 1 {
			d[1] = digest(m.claims[0].First(jumbf.CBOR), name)
		}
		m.digests[name] = d // once, however many name it
	}
	return len(hash) > 0 && (bytes.Equal(d[0], hash) || bytes.Equal(d[1], hash))
}

// recorded are the codes of failures that the signer found in an ingredient and kept (C2PA 2.2 section 18.17; 1.4 section 17.2).
func recorded(a map[string]any) (codes []string) {
	add := func(statuses any) {
		for _, s := range list(statuses) {
			if len(codes) < maxAssertions {
				codes = append(codes, text(object(s)["code"]))
			}
		}
	}
	add(a["validationStatus"])
	results := object(a["validationResults"])
	add(object(results["activeManifest"])["failure"])
	for _, d := range list(results["ingredientDeltas"]) {
		add(object(object(d)["validationDeltas"])["failure"])
	}
	return codes
}

// heirs fails a manifest where an ingredient is broken in a way that its signer did not find: it was changed since.
// Ingredients of files before C2PA 1.3 are bound by their claim alone, so that only their own checks can tell.
func (s *store) heirs(v *verdict, m *manifest, t *trust, seen map[*manifest]bool) {
	for _, in := range s.ingredients(m) {
		if in.broken != "" && !slices.Contains(in.recorded, in.code) {
			v.fail(in.assertion.box, in.code, "of the ingredient %q, %s", in.title, in.broken)
		}
		if in.manifest == nil || seen[in.manifest] {
			continue
		}
		seen[in.manifest] = true
		for _, f := range s.judge(in.manifest, t).failures {
			if !slices.Contains(in.recorded, f.code) {
				v.fail(f.box, f.code, "in the manifest of the ingredient %q, %s", in.title, f.words)
			}
		}
		s.heirs(v, in.manifest, t, seen)
	}
}

// relations in words (C2PA 2.2 section 18.17).
var relations = map[string]string{"parentOf": "what it was made by editing", "componentOf": "a part of it", "inputTo": "what it was generated from"}

// ingredients are those that a manifest names, with the manifests that they had.
func (s *store) ingredients(m *manifest) []ingredient {
	if m.from == nil {
		m.from = s.findIngredients(m)
	}
	return m.from
}

func (s *store) findIngredients(m *manifest) []ingredient {
	out := []ingredient{}
	for _, a := range m.labelled("c2pa.ingredient") {
		in := ingredient{assertion: a, relation: text(a.value["relationship"]), title: text(a.value["dc:title"]), recorded: recorded(a.value)}
		link := object(a.value["activeManifest"])
		if link == nil {
			link = object(a.value["c2pa_manifest"])
		}
		in.relationText = first(relations[in.relation], "something that it was made from")
		if in.url = text(link["url"]); in.url != "" {
			in.manifest = s.manifest(in.url)
			switch {
			case in.manifest == nil:
				in.code, in.broken = "claim.missing", "its manifest is not in the store"
			case !in.manifest.has(octets(link["hash"]), text(link["alg"]), m.claim.Algorithm):
				in.code, in.broken = "ingredient.manifest.mismatch", "its manifest was changed after it was taken over"
			}
		}
		out = append(out, in)
	}
	return out
}
