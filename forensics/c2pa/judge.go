package c2pa

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"unmask/media/jumbf"
)

// verdict is what was found by checking a manifest. The failures decide about its integrity; trust is judged apart from it.
type verdict struct {
	passed   []outcome
	failures []outcome
	skipped  []outcome // what could not be checked, in words why
	signed   *signed   // nil where the signature cannot be read
	profile  error     // why the signer's certificate is unfit
	stamp    *token
	stampErr error // why no time stamp is valid; nil where there is none
	trust    error // why the signer is not trusted; meaningless without a trust list
	expired  bool  // the certificate was not valid at the time of the time stamp
	timed    error // why the authority of the time stamp is not trusted; likewise
}

// outcome is one check with the code that the standard has for it (C2PA 2.2 section 15.2).
type outcome struct {
	code  string
	words string
	box   *jumbf.Box // what it is about
}

func (v *verdict) pass(code, words string, box *jumbf.Box) {
	v.passed = append(v.passed, outcome{code, words, box})
}

func (v *verdict) fail(box *jumbf.Box, code, format string, args ...any) {
	v.failures = append(v.failures, outcome{code, fmt.Sprintf(format, args...), box})
}

func (v *verdict) skip(box *jumbf.Box, code, why string) {
	v.skipped = append(v.skipped, outcome{code, why, box})
}

// judge checks a manifest but for its binding to the picture, which only the active one has to keep.
func (m *manifest) judge(t *trust) *verdict {
	if m.verdict != nil {
		return m.verdict
	}
	v := &verdict{}
	m.verdict = v
	switch {
	case len(m.claims) == 0:
		v.fail(m.box, "claim.missing", "it has no claim")
		return v
	case len(m.claims) > 1:
		v.fail(m.box, "claim.multiple", "it has %d claims, and only one can be what was signed", len(m.claims))
		return v
	case m.claimError != nil:
		v.fail(m.claims[0], "claim.cbor.invalid", "its claim cannot be read: %v", m.claimError)
		return v
	}
	m.judgeSignature(v, t)
	m.judgeAssertions(v)
	return v
}

func (m *manifest) judgeSignature(v *verdict, t *trust) {
	url := strings.TrimPrefix(m.claim.Signature, "self#jumbf=")
	url = strings.TrimPrefix(strings.TrimPrefix(url, "/c2pa/"+m.box.Label), "/")
	if len(m.signatures) != 1 || m.signatures[0].Label != url {
		v.fail(m.box, "claimSignature.missing", "it has %d signatures, and its claim names %q", len(m.signatures), m.claim.Signature)
		return
	}
	box := m.signatures[0]
	s, err := readSigned(box, m.claims[0].First(jumbf.CBOR))
	if err != nil {
		v.fail(box, "claimSignature.mismatch", "its signature does not hold: %v", err)
		return
	}
	v.signed, v.profile = s, unfit(s.chain[0])
	if err := s.verify(); err != nil {
		v.fail(box, "claimSignature.mismatch", "its signature does not fit the claim (%v)", err)
	} else {
		v.pass("claimSignature.validated", "signature over the claim, "+algorithms[s.algorithm], box)
	}
	for _, x := range s.stamps {
		if v.stamp, v.stampErr = readToken(x.token, x.message); v.stamp != nil {
			break
		}
	}
	at := sound(s.chain)
	if v.stamp != nil {
		at = v.stamp.at
		v.expired = at.Before(s.chain[0].NotBefore) || at.After(s.chain[0].NotAfter)
	}
	if t != nil {
		v.trust = t.reaches(s.chain, at)
		if v.stamp != nil {
			v.timed = t.reaches(v.stamp.chain, v.stamp.at)
		}
	}
}

// time is when the manifest was signed, by its time stamp; zero where that is not known.
func (v *verdict) time() (t time.Time) {
	if v.stamp != nil {
		return v.stamp.at
	}
	return t
}

// judgeAssertions holds the assertions against their digests in the claim.
func (m *manifest) judgeAssertions(v *verdict) {
	listed := map[*jumbf.Box]bool{}
	matched := 0
	for _, r := range m.claim.references() {
		a := m.assertion(r.URL)
		switch {
		case a == nil && m.redacted(r.URL):
		case a == nil:
			v.fail(m.box, "assertion.missing", "the assertion %q is missing", r.URL)
		default:
			listed[a.box] = true
			want := digest(a.box.Content, r.Algorithm, m.claim.Algorithm)
			switch {
			case want == nil:
				v.fail(a.box, "algorithm.unsupported", "the digest of the assertion %q is made by %q", a.box.Label, first(r.Algorithm, m.claim.Algorithm))
			case !bytes.Equal(want, r.Hash):
				v.fail(a.box, "assertion.hashedURI.mismatch", "the assertion %q was changed after signing", a.box.Label)
			default:
				matched++
			}
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

// redacted tells whether the claim says that an assertion was taken out.
func (m *manifest) redacted(url string) bool {
	label := url[strings.LastIndex(url, "/")+1:]
	return slices.ContainsFunc(m.claim.Redacted, func(r string) bool { return strings.HasSuffix(r, "/"+label) })
}

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
	if bytes.Equal(digest(m.box.Content, algorithms...), hash) {
		return true
	}
	return len(m.claims) == 1 && bytes.Equal(digest(m.claims[0].First(jumbf.CBOR), algorithms...), hash)
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
func (s *store) heirs(v *verdict, m *manifest, t *trust, seen map[*manifest]bool) {
	for _, in := range s.ingredients(m) {
		if in.broken != "" && !slices.Contains(in.recorded, in.code) {
			v.fail(in.assertion.box, in.code, "of the ingredient %q, %s", in.title, in.broken)
		}
		if in.manifest == nil || seen[in.manifest] {
			continue
		}
		seen[in.manifest] = true
		for _, f := range in.manifest.judge(t).failures {
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
func (s *store) ingredients(m *manifest) (out []ingredient) {
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
