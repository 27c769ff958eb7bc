package c2pa

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"slices"

	"unmask/media/isobmff"
)

// containers of boxes that exclusions reach into.
var containers = []string{"moov", "trak", "mdia", "minf", "stbl", "moof", "traf", "mfra", "udta", "edts", "dinf", "mvex", "meta", "iprp", "ipco"}

// Boxes that a digest may leave out. The standard demands the first (C2PA 2.2 section 18.7.2); those of version 1 of the assertion may hold
// offsets, which the manifest itself shifts. The others hold no picture.
var (
	demanded = []string{"ftyp", "mfra"}
	shifted  = []string{"stco", "co64", "iloc", "tfra", "tfhd", "trun"}
	noMedia  = []string{"free", "skip", "uuid", "udta", "Exif", "xml ", "jumb", "emsg"}
)

const maxWalked = 100_000 // boxes of a file that exclusions are looked for among

// bmffHash checks a digest over a file of boxes but for those that it names (C2PA 2.2 section 18.7). From the second version on, the offset of
// each box of the top level is digested before it.
func (a *asset) bmffHash(v *verdict, b *assertion, h hash.Hash, marks bool) {
	const family = "assertion.bmffHash"
	if !a.boxed {
		v.fail(b.box, family+".malformed", "a file of the format %s has no such boxes", a.format)
		return
	}
	if b.value["merkle"] != nil {
		v.skip(b.box, family, "the digests of its fragments (a Merkle tree) are not checked by this version")
		return
	}
	x := exclusion{a: a, marks: marks, rules: rules(list(b.value["exclusions"]))}
	if x.walk(nil, 0, a.size); x.err != nil {
		v.fail(b.box, family+".malformed", "%v", x.err)
		return
	}
	if n := len(x.tops); n == 0 || x.tops[n-1].to != a.size {
		v.fail(b.box, family+".mismatch", "the file has bytes after its last box, which no digest covers")
		return
	}
	slices.SortFunc(x.out, func(p, q span) int { return cmp.Or(cmp.Compare(p.from, q.from), cmp.Compare(q.to, p.to)) })
	if err := x.digest(h); err != nil {
		v.fail(b.box, family+".malformed", "the file cannot be read: %v", err)
		return
	}
	if !bytes.Equal(h.Sum(nil), octets(b.value["hash"])) {
		v.fail(b.box, family+".mismatch", "the file was changed after signing")
		return
	}
	v.leavesOut(b, family, x.harmless, x.open)
	v.pass(family+".match", "digest of the file", b.box)
}

// offsetMark is what the digest of a file of boxes has before each box of the top level (section 18.7.3.3).
func offsetMark(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }

// exclusion finds the ranges that an assertion leaves out.
type exclusion struct {
	a              *asset
	marks          bool
	rules          []rule
	out, tops      []span // tops are the boxes of the top level
	harmless, open int64  // bytes left out that are not the manifest, nor what the standard demands to leave out
	walked         int
	err            error
}

// digest feeds the boxes of the top level to h. What is left out is sorted, and each piece of it lies inside one of them.
func (x *exclusion) digest(h hash.Hash) error {
	i := 0
	for _, top := range x.tops {
		for i < len(x.out) && x.out[i].to <= top.from {
			i++
		}
		if i < len(x.out) && x.out[i].from <= top.from && x.out[i].to >= top.to {
			continue
		}
		if x.marks {
			h.Write(offsetMark(top.from))
		}
		at := top.from
		for j := i; j <= len(x.out); j++ {
			s := span{top.to, top.to}
			if j < len(x.out) && x.out[j].from < top.to {
				s = x.out[j]
			}
			if _, err := io.Copy(h, io.NewSectionReader(x.a.r, at, max(0, s.from-at))); err != nil {
				return err
			}
			if at = max(at, s.to); s.from == top.to {
				break
			}
		}
	}
	return nil
}

func (x *exclusion) walk(path []step, from, to int64) {
	if len(x.rules) > 64 {
		x.err = fmt.Errorf("%d exclusions, more than the 64 that are read", len(x.rules))
	}
	seen := map[string]int{}
	for b := range isobmff.Boxes(x.a.r, from, to) {
		if x.walked++; x.walked > maxWalked {
			x.err = fmt.Errorf("the file has more than %d boxes", maxWalked)
		}
		if x.err != nil {
			return
		}
		seen[b.Kind]++
		here := append(slices.Clone(path), step{b.Kind, seen[b.Kind]})
		for _, r := range x.rules {
			if r.leads(here) && r.fits(x.a.r, b) {
				x.leave(b, r.subsets(b))
			}
		}
		if len(path) == 0 {
			x.tops = append(x.tops, span{b.Offset, b.End})
		}
		if len(path) < 8 && slices.Contains(containers, b.Kind) {
			start := b.Start
			if b.Kind == "meta" {
				start += 4
			}
			x.walk(here, start, b.End)
		}
	}
}

func (x *exclusion) leave(b isobmff.Box, spans []span) {
	x.out = append(x.out, spans...)
	for _, s := range spans {
		n := s.to - s.from
		switch {
		case b.UserType == isobmff.C2PA, slices.Contains(demanded, b.Kind), !x.marks && slices.Contains(shifted, b.Kind):
		case slices.Contains(noMedia, b.Kind):
			x.harmless += n
		default:
			x.open += n
		}
	}
	if len(x.out) > maxExclusions {
		x.err = fmt.Errorf("more than %d ranges are left out", maxExclusions)
	}
}
