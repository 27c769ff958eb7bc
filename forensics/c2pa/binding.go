package c2pa

import (
	"bytes"
	"cmp"
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
	r        io.ReaderAt
	size     int64
	format   string
	store    []span // where the file holds the manifest store
	metadata []span // parts that hold no picture data, as far as they are known
	boxed    bool   // it is made of boxes of ISO/IEC 14496-12
	buf      []byte // that feed reads into
}

const (
	maxExclusions = 4096
	slack         = 16 // bytes of headers, checksums and padding around a store, which writers count in or not
)

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
			v.fail(m.box, "manifest.update.wrongParents", "it updates a manifest that is not there")
			return
		}
		m = in[i].manifest
	}
	if m.packed != nil {
		v.skip(m.box, "binding", m.packed.Error())
		return
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
	case strings.HasPrefix(name, "c2pa.hash.data"):
		a.dataHash(v, b, h.New())
	case strings.HasPrefix(name, "c2pa.hash.bmff"):
		a.bmffHash(v, b, algorithm, name != "c2pa.hash.bmff")
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
	harmless, open := a.leftOut(out)
	v.leavesOut(b, "assertion.dataHash", harmless, open)
	v.pass("assertion.dataHash.match", "digest of the file", b.box)
}

// leftOut counts the bytes of spans that lie outside of the store: in parts that hold no picture data, and elsewhere.
func (a *asset) leftOut(spans []span) (harmless, open int64) {
	for _, s := range spans {
		n := s.to - s.from - overlap(s, a.store)
		if n <= slack && n < s.to-s.from {
			continue
		}
		meta := overlap(s, a.metadata)
		harmless, open = harmless+meta, open+n-meta
	}
	return harmless, open
}

// overlap counts the bytes that a span shares with others, which do not overlap.
func overlap(s span, others []span) (n int64) {
	for _, o := range others {
		n += max(0, min(s.to, o.to)-max(s.from, o.from))
	}
	return n
}

// leavesOut judges what a digest that fits leaves out of the file beside the manifest. The standard lets it pass and has it told (C2PA 2.2
// section 15.12.1); a picture whose own data are left out is vouched for by nobody, though.
func (v *verdict) leavesOut(b *assertion, family string, harmless, open int64) {
	code := family + "." + additional
	if open > 0 {
		v.fail(b.box, code, "its digest leaves out %d bytes that are neither the manifest nor metadata, so that they can be changed unnoticed", open)
	}
	if harmless > 0 {
		v.note(b.box, code, fmt.Sprintf("its digest leaves out %d bytes of metadata or padding, which can be changed unnoticed", harmless))
	}
}

const additional = "additionalExclusionsPresent"

// digest feeds the file but for some ranges, which are sorted, to h.
func (a *asset) digest(h hash.Hash, out []span) error {
	at := int64(0)
	for _, s := range append(slices.Clone(out), span{a.size, a.size}) {
		if err := a.feed(h, at, s.from); err != nil {
			return err
		}
		at = max(at, s.to)
	}
	return nil
}

// feed gives a range of the file to h; nothing where it ends before it starts.
func (a *asset) feed(h hash.Hash, from, to int64) error {
	if a.buf == nil {
		a.buf = make([]byte, 64<<10)
	}
	for from < to {
		n, err := a.r.ReadAt(a.buf[:min(int64(len(a.buf)), to-from)], from)
		if n == 0 {
			return err
		}
		h.Write(a.buf[:n])
		from += int64(n)
	}
	return nil
}
