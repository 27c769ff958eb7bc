package c2pa

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
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

const bmffFamily = "assertion.bmffHash"

// bmffHash checks a digest over a file of boxes but for those that it names, and Merkle trees over its media data where there are some (C2PA 2.2
// section 18.7). From the second version on, the offset of each box of the top level is digested before it.
func (a *asset) bmffHash(v *verdict, b *assertion, algorithm string, marks bool) {
	if !a.boxed {
		v.fail(b.box, bmffFamily+".malformed", "a file of the format %s has no such boxes", a.format)
		return
	}
	if b.value["merkle"] != nil && !marks {
		v.skip(b.box, bmffFamily, "Merkle trees of the first version of digests over boxes are not checked")
		return
	}
	x := exclusion{a: a, marks: marks, rules: rules(list(b.value["exclusions"])), divided: b.value["merkle"] != nil}
	pieces, err := x.check(b.value, algorithm)
	if err != nil {
		f := flaw{bmffFamily + ".malformed", fmt.Sprintf("the file cannot be read: %v", err)}
		if errors.As(err, &f); f.code == "" {
			v.skip(b.box, bmffFamily, f.words)
			return
		}
		v.fail(b.box, f.code, "%s", f.words)
		return
	}
	for _, s := range x.media {
		x.open += s.to - s.from - overlap(s, x.covered)
	}
	v.leavesOut(b, bmffFamily, x.harmless, x.open)
	words := "digest of the file"
	if pieces > 0 {
		words = fmt.Sprintf("digest of the file, with its media data in %d pieces", pieces)
	}
	v.pass(bmffFamily+".match", words, b.box)
}

func (x *exclusion) check(value map[string]any, algorithm string) (pieces int, err error) {
	trees, err := readTrees(value["merkle"], algorithm)
	if err != nil {
		return 0, err
	}
	if x.walk(nil, 0, x.a.size); x.err != nil {
		return 0, unchecked("%v", x.err)
	}
	if n := len(x.tops); n == 0 || x.tops[n-1].to != x.a.size {
		return 0, mismatch("the file has bytes after its last box, which no digest covers")
	}
	slices.SortFunc(x.out, func(p, q span) int { return cmp.Or(cmp.Compare(p.from, q.from), cmp.Compare(q.to, p.to)) })
	return x.bound(octets(value["hash"]), hashes[algorithm], trees)
}

// offsetMark is what the digest of a file of boxes has before each box of the top level (section 18.7.3.3).
func offsetMark(at int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(at)) }

// exclusion finds the ranges that an assertion leaves out.
type exclusion struct {
	a              *asset
	marks          bool
	rules          []rule
	divided        bool          // there are Merkle trees
	out, tops      []span        // tops are the boxes of the top level
	moofs          []int         // those of tops that start a fragment
	mdats, proofs  []isobmff.Box // of the top level too
	harmless, open int64         // bytes left out that are not the manifest, nor what the standard demands to leave out
	media, covered []span        // of mdat: what is left out, and what Merkle trees cover
	walked         int
	err            error
}

func (x *exclusion) walk(path []step, from, to int64) {
	if len(x.rules) > 64 {
		x.err = fmt.Errorf("%d exclusions, more than the 64 that are read", len(x.rules))
	}
	seen := map[string]int{}
	for b := range isobmff.Boxes(x.a.r, from, to) {
		if x.walked++; x.walked > maxWalked {
			x.err = fmt.Errorf("the file has more than the %d boxes that are read", maxWalked)
		}
		if x.err != nil {
			return
		}
		seen[b.Kind]++
		if len(path) == 0 {
			x.top(b)
		}
		here := append(slices.Clone(path), step{b.Kind, seen[b.Kind]})
		for _, r := range x.rules {
			if r.leads(here) && r.fits(x.a.r, b) {
				x.leave(b, r.subsets(b))
			}
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

// top takes a box of the top level, and what Merkle trees are about where there are some.
func (x *exclusion) top(b isobmff.Box) {
	x.tops = append(x.tops, span{b.Offset, b.End})
	switch {
	case !x.divided:
	case b.Kind == "moof" && len(x.moofs) <= maxLeaves:
		x.moofs = append(x.moofs, len(x.tops)-1)
	case b.Kind == "mdat" && len(x.mdats) <= maxTrees:
		x.mdats = append(x.mdats, b)
	case b.UserType == isobmff.C2PA && len(x.proofs) <= maxLeaves:
		if name, start := purpose(x.a.r, b); name == "merkle" {
			b.Start = start
			x.proofs = append(x.proofs, b)
		}
	}
}

func (x *exclusion) leave(b isobmff.Box, spans []span) {
	x.out = append(x.out, spans...)
	for _, s := range spans {
		n := s.to - s.from
		switch {
		case x.divided && b.Kind == "mdat":
			x.media = append(x.media, s)
		case b.UserType == isobmff.C2PA, slices.Contains(demanded, b.Kind), !x.marks && slices.Contains(shifted, b.Kind):
		case slices.Contains(noMedia, b.Kind):
			x.harmless += n
		default:
			x.open += n
		}
	}
	if most := maxExclusions + len(x.proofs); len(x.out) > most {
		x.err = fmt.Errorf("it leaves out more than the %d ranges that are read", most)
	}
}
