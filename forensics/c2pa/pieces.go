package c2pa

import (
	"bytes"
	"crypto"
	"sort"

	"unmask/media/isobmff"
)

// bound checks the digest of a file of boxes, or that of its start, and then the Merkle trees over its media data. It returns how many pieces
// of those were checked.
func (x *exclusion) bound(whole []byte, h crypto.Hash, trees []*tree) (int, error) {
	if whole != nil || trees == nil {
		got, err := x.digest(h, x.tops)
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(got, whole) {
			return 0, mismatch("the file was changed after signing")
		}
	}
	if trees == nil {
		return 0, nil
	}
	if len(x.moofs) > maxLeaves || len(x.proofs) > maxLeaves {
		return 0, unchecked("it has more than the %d fragments or proofs that are checked", maxLeaves)
	}
	if whole == nil {
		var err error
		if trees, err = x.started(trees); err != nil {
			return 0, err
		}
	}
	x.marks = x.marks && whole == nil // trees have no offsets where the digest of the file has them
	if err := x.proved(); err != nil {
		return 0, err
	}
	if err := x.readProofs(trees); err != nil {
		return 0, err
	}
	switch {
	case len(x.moofs) > 0:
		return len(x.moofs), x.fragments(trees)
	case len(x.mdats) > 0:
		return x.blocks(trees)
	}
	return 0, unchecked("the fragments that it is bound to lie in other files")
}

// started returns the trees of which the file has the start, up to its first fragment. A manifest has those of other files of the same film too.
func (x *exclusion) started(trees []*tree) (here []*tree, err error) {
	start := x.tops
	if len(x.moofs) > 0 {
		start = x.tops[:x.moofs[0]]
	}
	digests := map[crypto.Hash][]byte{}
	for _, t := range trees {
		if t.init == nil {
			return nil, malformed("nothing binds what stands before the media data")
		}
		if digests[t.hash] == nil {
			if digests[t.hash], err = x.digest(t.hash, start); err != nil {
				return nil, err
			}
		}
		if bytes.Equal(digests[t.hash], t.init) {
			here = append(here, t)
		}
	}
	if here == nil {
		return nil, mismatch("what stands before the media data was changed after signing")
	}
	return here, nil
}

// proved checks that each fragment has a proof right before it (section A.5.4.1.2).
func (x *exclusion) proved() error {
	ends := map[int64]bool{}
	for _, b := range x.proofs {
		ends[b.End] = true
	}
	for _, m := range x.moofs {
		if at := x.tops[m].from; !ends[at] {
			return malformed("the fragment at byte %d has no proof before it", at)
		}
	}
	return nil
}

// readProofs gives each tree the proofs of its leaves, which must stand in order.
func (x *exclusion) readProofs(trees []*tree) error {
	buf := make([]byte, maxProof)
	for _, b := range x.proofs {
		n, err := x.a.r.ReadAt(buf[:min(b.End-b.Start, maxProof)], b.Start)
		if int64(n) < min(b.End-b.Start, maxProof) {
			return err
		}
		p := proof{end: b.End}
		if _, err := decoding.UnmarshalFirst(buf[:n], &p); err != nil { // padding follows
			return malformed("the proof at byte %d cannot be read: %v", b.Offset, err)
		}
		t := find(trees, p.Unique, p.Local)
		if t == nil {
			return mismatch("the proof at byte %d belongs to no Merkle tree of this file", b.Offset)
		}
		if p.Location != int64(len(t.proofs)) || len(t.proofs) == t.count {
			return mismatch("the proof at byte %d is for piece %d, where that for piece %d of %d belongs", b.Offset, p.Location, len(t.proofs), t.count)
		}
		t.proofs = append(t.proofs, p)
	}
	return nil
}

// fragments checks each fragment, which has a proof: a moof and what follows up to the next one.
func (x *exclusion) fragments(trees []*tree) error {
	next := map[*tree]int{}
	at := map[int64]*tree{}
	for _, t := range trees {
		for _, p := range t.proofs {
			at[p.end] = t
		}
	}
	for i, m := range x.moofs {
		end := len(x.tops)
		if i+1 < len(x.moofs) {
			end = x.moofs[i+1]
		}
		t := at[x.tops[m].from]
		leaf, err := x.digest(t.hash, x.tops[m:end])
		if err != nil {
			return err
		}
		if !t.holds(next[t], leaf, t.proofs[next[t]].Hashes) {
			return mismatch("the fragment at byte %d, piece %d of %d, was changed after signing", x.tops[m].from, next[t]+1, t.count)
		}
		next[t]++
	}
	for _, t := range trees {
		if next[t] != t.count {
			return mismatch("it has %d of the %d fragments of the track %d that were signed", next[t], t.count, t.local)
		}
	}
	return nil
}

// blocks checks the media data of a file without fragments, of which each mdat has a tree (section A.5.4.1.1).
func (x *exclusion) blocks(trees []*tree) (pieces int, err error) {
	of := map[int64]*tree{}
	for _, t := range trees {
		if of[t.local] != nil || t.local >= int64(len(x.mdats)) {
			return 0, mismatch("it has a Merkle tree for the media data %d, and %d of them", t.local, len(x.mdats))
		}
		of[t.local] = t
		if t.depth > 0 && len(t.proofs) != t.count {
			return 0, malformed("it has %d of the %d proofs of the media data %d", len(t.proofs), t.count, t.local)
		}
		pieces += t.count
	}
	for i, b := range x.mdats {
		t := of[int64(i)]
		if t == nil {
			return 0, mismatch("the media data at byte %d have no Merkle tree", b.Offset)
		}
		if err := x.block(t, b); err != nil {
			return 0, err
		}
	}
	return pieces, nil
}

// block checks one mdat. Its data start after its header, or for some writers after 16 bytes, which is where the digest of the file stops.
func (x *exclusion) block(t *tree, b isobmff.Box) error {
	const covered = 16
	err := malformed("the blocks of the media data at byte %d are not all of them", b.Offset)
	for _, start := range []int64{b.Start, b.Offset + covered} {
		if start > b.End || !t.divides(b.End-start) {
			continue
		}
		if err = x.leaves(t, start, b.End); err == nil {
			x.covered = append(x.covered, span{start, b.End})
			return nil
		}
	}
	return err
}

func (x *exclusion) leaves(t *tree, at, end int64) error {
	for i := range t.count {
		n := t.block(i, end-at)
		h := t.hash.New()
		if err := x.a.feed(h, at, at+n); err != nil {
			return err
		}
		var peers [][]byte
		if t.depth > 0 {
			peers = t.proofs[i].Hashes
		}
		if !t.holds(i, h.Sum(nil), peers) {
			return mismatch("the media data at byte %d, piece %d of %d, were changed after signing", at, i+1, t.count)
		}
		at += n
	}
	return nil
}

// digest is that of boxes of the top level, which stand together. What is left out is sorted, and each piece of it lies inside one of them.
func (x *exclusion) digest(algorithm crypto.Hash, tops []span) ([]byte, error) {
	h := algorithm.New()
	i := 0
	if len(tops) > 0 {
		i = sort.Search(len(x.out), func(i int) bool { return x.out[i].from >= tops[0].from })
	}
	for _, top := range tops {
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
			if err := x.a.feed(h, at, s.from); err != nil {
				return nil, err
			}
			if at = max(at, s.to); s.from == top.to {
				break
			}
		}
	}
	return h.Sum(nil), nil
}
