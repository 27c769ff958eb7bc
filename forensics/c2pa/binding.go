package c2pa

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
)

// span is a run of bytes of the file.
type span struct{ from, to int64 }

// asset is the file that a manifest is bound to.
type asset struct {
	r      io.ReaderAt
	size   int64
	format string
	store  []span // where the file holds the manifest store
	boxed  bool   // it is made of boxes of ISO/IEC 14496-12
}

const maxExclusions = 4096

// bind checks that the active manifest belongs to the picture (hard binding: C2PA 2.2 section 9.2). An update manifest is bound through
// the manifest that it updates.
func (s *store) bind(v *verdict, m *manifest, a *asset) {
	for range s.manifests {
		if !m.update {
			break
		}
		in := s.ingredients(m)
		i := slices.IndexFunc(in, func(x ingredient) bool { return x.relation == "parentOf" && x.manifest != nil && x.broken == "" })
		if i < 0 {
			break
		}
		m = in[i].manifest
	}
	var bindings []*assertion
	for _, label := range []string{"c2pa.hash.data", "c2pa.hash.bmff", "c2pa.hash.boxes"} {
		bindings = append(bindings, m.labelled(label)...)
	}
	switch {
	case len(bindings) == 0:
		v.fail(m.box, "claim.hardBindings.missing", "nothing binds it to the picture")
		return
	case len(bindings) > 1:
		v.fail(bindings[1].box, "assertion.multipleHardBindings", "it is bound to the picture in %d ways", len(bindings))
		return
	}
	b := bindings[0]
	name, _, _ := strings.Cut(b.box.Label, "__")
	algorithm := first(text(b.value["alg"]), m.claim.Algorithm)
	h, ok := hashes[algorithm]
	if !ok {
		v.fail(b.box, "algorithm.unsupported", "the picture is bound by %q", algorithm)
		return
	}
	switch {
	case name == "c2pa.hash.data":
		a.dataHash(v, b, h.New())
	case strings.HasPrefix(name, "c2pa.hash.bmff"):
		a.bmffHash(v, b, h.New(), !strings.HasSuffix(name, "bmff"))
	default:
		a.boxHash(v, b, algorithm)
	}
}

// dataHash checks a digest over the file but for some ranges (section 18.5), which should be those of the manifest itself.
func (a *asset) dataHash(v *verdict, b *assertion, h hash.Hash) {
	var out []span
	for _, e := range list(b.value["exclusions"]) {
		start, ok1 := number(object(e)["start"])
		length, ok2 := number(object(e)["length"])
		if !ok1 || !ok2 || start > a.size || length > a.size-start || len(out) == maxExclusions {
			v.fail(b.box, "assertion.dataHash.malformed", "what it leaves out of the picture is not inside the file")
			return
		}
		out = append(out, span{start, start + length})
	}
	slices.SortFunc(out, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	for i := 1; i < len(out); i++ {
		if out[i].from < out[i-1].to {
			v.fail(b.box, "assertion.dataHash.malformed", "what it leaves out of the picture overlaps")
			return
		}
	}
	if err := a.digest(h, out); err != nil {
		v.fail(b.box, "assertion.dataHash.malformed", "the file cannot be read: %v", err)
		return
	}
	if !bytes.Equal(h.Sum(nil), octets(b.value["hash"])) {
		v.fail(b.box, "assertion.dataHash.mismatch", "the file was changed after signing")
		return
	}
	if n := a.outside(out); n > 0 {
		v.fail(b.box, "assertion.dataHash.additionalExclusionsPresent", "its digest leaves out %d bytes that are not the manifest, so that they can be changed unnoticed", n)
		return
	}
	v.pass("assertion.dataHash.match", "digest of the file", b.box)
}

// outside counts the bytes of spans that are not inside the store.
func (a *asset) outside(spans []span) (n int64) {
	for _, s := range spans {
		n += s.to - s.from
		for _, in := range a.store {
			n -= max(0, min(s.to, in.to)-max(s.from, in.from))
		}
	}
	return n
}

// digest feeds the file but for some ranges, which are sorted, to h.
func (a *asset) digest(h hash.Hash, out []span) error {
	at := int64(0)
	for _, s := range append(slices.Clone(out), span{a.size, a.size}) {
		if _, err := io.Copy(h, io.NewSectionReader(a.r, at, max(0, s.from-at))); err != nil {
			return err
		}
		at = max(at, s.to)
	}
	return nil
}

// offsetMark is what the digest of a file of boxes has before each box of the top level (section 18.7.3.3).
func offsetMark(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }

// boxHash checks digests over the parts that a JPEG or PNG is made of (section 18.6).
func (a *asset) boxHash(v *verdict, b *assertion, algorithm string) {
	parts, err := a.parts()
	if err != nil {
		v.skip(b.box, "assertion.boxesHash", err.Error())
		return
	}
	for _, e := range list(b.value["boxes"]) {
		o := object(e)
		names := list(o["names"])
		if len(names) == 0 || len(names) > len(parts) {
			v.fail(b.box, "assertion.boxesHash.unknownBox", "it names parts that the file does not have")
			return
		}
		for i, n := range names {
			if parts[i].name != text(n) {
				v.fail(b.box, "assertion.boxesHash.mismatch", "the file has %q where %q was signed", parts[i].name, text(n))
				return
			}
		}
		from, to := parts[0].from, parts[len(names)-1].to
		if parts[0].name != "C2PA" {
			h := hashes[first(text(o["alg"]), algorithm)]
			if h == 0 {
				v.fail(b.box, "algorithm.unsupported", "a part is bound by %q", text(o["alg"]))
				return
			}
			d := h.New()
			if _, err := io.Copy(d, io.NewSectionReader(a.r, from, to-from)); err != nil || !bytes.Equal(d.Sum(nil), octets(o["hash"])) {
				v.fail(b.box, "assertion.boxesHash.mismatch", "the file was changed after signing, in its part %q", parts[0].name)
				return
			}
		}
		parts = parts[len(names):]
	}
	if len(parts) > 0 {
		v.fail(b.box, "assertion.boxesHash.unknownBox", "the file has a part %q that was not signed", parts[0].name)
		return
	}
	v.pass("assertion.boxesHash.match", "digests of all parts of the file", b.box)
}

// part is what a box hash calls a box: a segment or a chunk.
type part struct {
	name string
	span
}

func unsupported(format string) error {
	return fmt.Errorf("digests over the parts of a %s file are not checked by this version", format)
}
