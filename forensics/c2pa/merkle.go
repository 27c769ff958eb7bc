package c2pa

import (
	"bytes"
	"crypto"
	"fmt"
)

// Bounds of Merkle trees. A film of two hours in fragments of two seconds has 3600 of each track.
const (
	maxTrees  = 64
	maxLeaves = 8192 // of all trees of a file
	maxProof  = 2048 // bytes of one proof
)

// flaw is why a binding does not hold, with the code of the standard; without one it could not be checked.
type flaw struct{ code, words string }

func (f flaw) Error() string { return f.words }

func malformed(format string, args ...any) error {
	return flaw{bmffFamily + ".malformed", fmt.Sprintf(format, args...)}
}

func mismatch(format string, args ...any) error {
	return flaw{bmffFamily + ".mismatch", fmt.Sprintf(format, args...)}
}

func unchecked(format string, args ...any) error { return flaw{"", fmt.Sprintf(format, args...)} }

// tree is a Merkle tree over pieces of the media data: over blocks of one mdat, or over the fragments of a track (C2PA 2.2 sections 15.12.2
// and A.5.4). A node without a peer stands in the row above as it is.
type tree struct {
	unique, local int64
	count         int // leaves
	hash          crypto.Hash
	init          []byte   // digest of what stands before the fragments; nil where there is none
	row           [][]byte // what was signed: any row of the tree
	depth         int      // of the leaves below that row
	fixed         int64    // bytes of a block; 0 where they are not all of one size
	variable      []int64  // bytes of each block; nil where an mdat is not divided so
	proofs        []proof
}

// proof leads from a leaf to the row that was signed (bmff-merkle-map, section A.5.4.2).
type proof struct {
	Unique   int64    `cbor:"uniqueId"`
	Local    int64    `cbor:"localId"`
	Location int64    `cbor:"location"` // of the leaf, from 0
	Hashes   [][]byte `cbor:"hashes"`   // peers on the way, the leaf's own first
	end      int64    // of its box in the file
}

// readTrees reads the field merkle of an assertion; nil for none. Algorithm is that of trees that name none.
func readTrees(merkle any, algorithm string) ([]*tree, error) {
	if merkle == nil {
		return nil, nil
	}
	all := list(merkle)
	switch {
	case len(all) == 0:
		return nil, malformed("its list of Merkle trees is empty")
	case len(all) > maxTrees:
		return nil, unchecked("it has %d Merkle trees, more than the %d that are checked", len(all), maxTrees)
	}
	var out []*tree
	leaves := 0
	for _, m := range all {
		t, err := readTree(object(m), algorithm)
		if err != nil {
			return nil, err
		}
		if leaves += t.count; leaves > maxLeaves {
			return nil, unchecked("its Merkle trees have more than the %d leaves that are checked", maxLeaves)
		}
		if find(out, t.unique, t.local) != nil {
			return nil, malformed("two of its Merkle trees have the numbers %d and %d", t.unique, t.local)
		}
		out = append(out, t)
	}
	return out, nil
}

func readTree(m map[string]any, algorithm string) (*tree, error) {
	name := first(text(m["alg"]), algorithm)
	t := &tree{hash: hashes[name], init: octets(m["initHash"])}
	if t.hash == 0 {
		return nil, flaw{"algorithm.unsupported", fmt.Sprintf("a Merkle tree is made by %q", name)}
	}
	var ok1, ok2, ok3 bool
	var count int64
	t.unique, ok1 = number(m["uniqueId"])
	t.local, ok2 = number(m["localId"])
	count, ok3 = number(m["count"])
	if !ok1 || !ok2 || !ok3 || count == 0 {
		return nil, malformed("a Merkle tree lacks its numbers or the count of its leaves")
	}
	if count > maxLeaves {
		return nil, unchecked("a Merkle tree has %d leaves, more than the %d that are checked", count, maxLeaves)
	}
	t.count = int(count)
	for _, h := range list(m["hashes"]) {
		t.row = append(t.row, octets(h))
	}
	size := t.count
	for ; size > len(t.row) && size > 1; size = (size + 1) / 2 {
		t.depth++
	}
	if size != len(t.row) {
		return nil, malformed("a Merkle tree of %d leaves has no row of %d digests", count, len(t.row))
	}
	return t, t.readBlocks(m)
}

func (t *tree) readBlocks(m map[string]any) error {
	fixed, variable := m["fixedBlockSize"], m["variableBlockSizes"]
	if fixed != nil && variable != nil {
		return malformed("a Merkle tree has blocks of one size and of several sizes")
	}
	if fixed != nil {
		n, ok := number(fixed)
		if t.fixed = n; !ok || n == 0 {
			return malformed("a Merkle tree has blocks of no size")
		}
	}
	for _, v := range list(variable) {
		n, ok := number(v)
		if !ok {
			return malformed("a Merkle tree has a block of less than no size")
		}
		t.variable = append(t.variable, n)
	}
	if variable != nil && len(t.variable) != t.count {
		return malformed("a Merkle tree of %d leaves has %d blocks", t.count, len(t.variable))
	}
	return nil
}

// divides tells whether the blocks are as many as there are leaves, and together n bytes.
func (t *tree) divides(n int64) bool {
	switch {
	case t.fixed > 0:
		return int64(t.count) == max(1, (n-1)/t.fixed+1)
	case t.variable == nil:
		return t.count == 1
	}
	for _, size := range t.variable {
		if n -= size; n < 0 {
			return false
		}
	}
	return n == 0
}

// block is the size of the leaf at an index, of which left bytes of media data start.
func (t *tree) block(i int, left int64) int64 {
	switch {
	case t.fixed > 0:
		return min(t.fixed, left)
	case t.variable == nil:
		return left
	}
	return t.variable[i]
}

// holds tells whether a leaf leads to the row that was signed, with its peers on the way.
func (t *tree) holds(at int, leaf []byte, peers [][]byte) bool {
	size := t.count
	for range t.depth {
		if at^1 < size {
			if len(peers) == 0 {
				return false
			}
			pair := [2][]byte{leaf, peers[0]}
			if at%2 == 1 {
				pair[0], pair[1] = pair[1], pair[0]
			}
			leaf, peers = sum(t.hash, bytes.Join(pair[:], nil)), peers[1:]
		}
		at, size = at/2, (size+1)/2
	}
	return len(peers) == 0 && bytes.Equal(leaf, t.row[at])
}

// find returns the tree with those numbers, nil where there is none.
func find(trees []*tree, unique, local int64) *tree {
	for _, t := range trees {
		if t.unique == unique && t.local == local {
			return t
		}
	}
	return nil
}
