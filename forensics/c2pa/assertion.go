package c2pa

import (
	"bytes"
	"fmt"
	"strings"

	"unmask/media/jumbf"
)

// judgeAssertions holds the assertions against their digests in the claim (C2PA 2.2 section 15.10).
func (s *store) judgeAssertions(v *verdict, m *manifest) {
	s.judgeRedactions(v, m)
	references := m.claim.references()
	if len(references) > 2*maxAssertions {
		v.fail(m.claims[0], "claim.malformed", "its claim lists %d assertions, more than are read", len(references))
		return
	}
	listed := map[*jumbf.Box]bool{}
	matched := 0
	for _, r := range references {
		a := m.assertion(r.URL)
		if a == nil {
			if !s.redacted[m.url(r.URL[strings.LastIndex(r.URL, "/")+1:])] {
				v.fail(m.box, "assertion.missing", "the assertion %q is missing", r.URL)
			}
			continue
		}
		if listed[a.box] {
			v.fail(a.box, "claim.malformed", "its claim lists the assertion %q twice", a.box.Label)
			continue
		}
		listed[a.box] = true
		gone := s.redacted[m.url(a.box.Label)]
		got := digest(a.box.Content, r.Algorithm, m.claim.Algorithm)
		switch {
		case got == nil:
			v.fail(a.box, "algorithm.unsupported", "the digest of the assertion %q is made by %q", a.box.Label, first(r.Algorithm, m.claim.Algorithm))
		case !bytes.Equal(got, r.Hash) && !(gone && blank(a.box)):
			v.fail(a.box, "assertion.hashedURI.mismatch", "the assertion %q was changed after signing", a.box.Label)
		case gone && bytes.Equal(got, r.Hash):
			v.fail(a.box, "assertion.notRedacted", "the assertion %q is said to be taken out, and is there", a.box.Label)
		default:
			matched++
		}
	}
	for i := range m.assertions {
		if box := m.assertions[i].box; !listed[box] {
			v.fail(box, "assertion.undeclared", "the assertion %q is not in the claim", box.Label)
		}
	}
	if matched > 0 {
		v.pass("assertion.hashedURI.match", fmt.Sprintf("digests of %d assertions", matched), m.box)
	}
}

// judgeRedactions refuses what a claim may not take out: its own assertions, actions, and what binds a manifest to its picture (C2PA 2.2
// section 6.8).
func (s *store) judgeRedactions(v *verdict, m *manifest) {
	for _, r := range m.claim.Redacted[:min(len(m.claim.Redacted), maxAssertions)] {
		label := r[strings.LastIndex(r, "/")+1:]
		switch {
		case absolute(r) == m.url(label):
			v.fail(m.claims[0], "assertion.selfRedacted", "it says that its own assertion %q was taken out", label)
		case strings.HasPrefix(label, "c2pa.actions"):
			v.fail(m.claims[0], "assertion.action.redacted", "it took out the actions of an ingredient, %q", label)
		case strings.HasPrefix(label, "c2pa.hash."):
			v.fail(m.claims[0], "assertion.hardBinding.redacted", "it took out what bound an ingredient to its picture, %q", label)
		}
	}
}

// absolute is the address in a URL of the form self#jumbf=/c2pa/...
func absolute(url string) string { return strings.TrimPrefix(url, "self#jumbf=") }

// blank tells whether the content of an assertion was overwritten with zeros, as one way of redaction has it.
func blank(a *jumbf.Box) bool {
	for _, b := range a.Boxes {
		if len(bytes.Trim(b.Content, "\x00")) > 0 {
			return false
		}
	}
	return true
}

// redactions are the assertions that the claims of a manifest, and of the manifests that it takes along, say were taken out of others.
func (s *store) redactions(m *manifest) map[string]bool {
	out := map[string]bool{}
	seen := map[*manifest]bool{}
	var visit func(*manifest)
	visit = func(x *manifest) {
		if seen[x] {
			return
		}
		seen[x] = true
		for _, r := range x.claim.Redacted[:min(len(x.claim.Redacted), maxAssertions)] {
			at := absolute(r)
			if own := m.url(""); !strings.HasPrefix(at, own) && !strings.HasPrefix(at, x.url("")) {
				out[at] = true
			}
		}
		for _, in := range s.ingredients(x) {
			if in.manifest != nil {
				visit(in.manifest)
			}
		}
	}
	visit(m)
	return out
}
