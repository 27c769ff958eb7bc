// Package nearest is one exact index over PDQ hashes: every hash within a radius of a probe, in memory or in a file.
//
// It is multi-index hashing (Norouzi, Punjani, Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", 2014) with the
// stronger filter of the pigeonring principle (Qin, Xiao, "Pigeonring: A Principle for Faster Thresholded Similarity Search", 2018).
// The 256 bits are dealt to 16 slots. Slot k is allowed a(k) differing bits, and these allowances add up to radius+1. Two hashes within
// the radius therefore differ in fewer bits than all slots are allowed together; and then, going round the slots as a ring, there is
// one from which every run of slots differs in fewer bits than that run is allowed (the cycle lemma): slot k alone, and slots k and k+1
// together. The index lists the hashes under each value of slot k with the value of slot k+1 beside them. A search goes through the
// lists of the values near the probe's, drops what fails for both slots together, and only then touches a hash and counts all
// its bits. Nothing within the radius is left out, whatever the number of ones in a hash.
package nearest

import (
	"math"
	"math/bits"
	"slices"

	"unmask/forensics/pdq"
)

const (
	// indexedRadius is the greatest radius that lists serve, with two bits allowed to every slot.
	indexedRadius = 2*slotCount - 1
	// indexFrom is the number of hashes from which there are lists. Searching them takes as long as a scan at a thousand hashes and half as
	// long here (5 microseconds a probe against 11), but they have to be made (some milliseconds) and take 4 MiB however short they are.
	indexFrom = 8192
)

// Index is a set of hashes to search. It is read-only, for any number of goroutines at once.
type Index struct {
	hashes []pdq.Hash
	slots  []slot // without any, searches are scans
	mapped []byte // the file of an Index made by Open
}

// New makes hashes searchable; their positions are the ids. It keeps the slice, which must not change any more. From some thousand
// hashes on it takes 96 bytes a hash and 4 MiB more.
func New(hashes []pdq.Hash) *Index {
	x := &Index{hashes: hashes}
	if indexed(len(hashes)) {
		x.slots = newSlots(hashes)
	}
	return x
}

// indexed tells whether n hashes are listed. Positions in lists have 32 bits.
func indexed(n int) bool { return n >= indexFrom && n <= math.MaxUint32 }

// Len is the number of hashes.
func (x *Index) Len() int { return len(x.hashes) }

// Within calls found for every hash that differs from a probe in at most radius bits, ordered by probe, then by id. Up to a radius of
// 31 the time grows far slower than the number of hashes; beyond, every hash is compared.
func (x *Index) Within(probes []pdq.Hash, radius int, found func(probe, id, distance int)) {
	if x.slots == nil || radius < 0 || radius > indexedRadius {
		for i := range probes {
			x.scan(&probes[i], radius, func(id, distance int) { found(i, id, distance) })
		}
		return
	}
	var lists []list
	var ids []uint32
	for i := range probes {
		lists = x.near(lists[:0], &probes[i], radius)
		ids = candidates(ids[:0], lists)
		for _, id := range ids {
			if int(id) >= len(x.hashes) {
				break // a damaged file
			}
			if d := probes[i].Distance(x.hashes[id]); d <= radius {
				found(i, int(id), d)
			}
		}
	}
}

// scan compares the probe with every hash, and has seen enough of most of them after half of the bits.
func (x *Index) scan(probe *pdq.Hash, radius int, found func(id, distance int)) {
	p0, p1, p2, p3 := probe[0], probe[1], probe[2], probe[3]
	for i := range x.hashes {
		h := &x.hashes[i]
		d := bits.OnesCount64(h[0]^p0) + bits.OnesCount64(h[1]^p1)
		if d > radius {
			continue
		}
		if d += bits.OnesCount64(h[2]^p2) + bits.OnesCount64(h[3]^p3); d <= radius {
			found(i, d)
		}
	}
}

// list is the hashes of one value in one slot, to be dropped where the next slot's value differs from beside in more than most bits.
type list struct {
	ids          []uint32
	next         []uint16
	beside, head uint16
	most         int
}

// near appends the lists that hold every hash within the radius. It reads the head of each, so that the processor fetches all of them
// from memory at the same time and not one after the other: at a million hashes that halves the time of a search.
func (x *Index) near(lists []list, probe *pdq.Hash, radius int) []list {
	var values [slotCount + 1]uint16
	for k := range values {
		s := shareOf(k)
		values[k] = s.value(probe)
	}
	for k := range x.slots {
		s, allowance := &x.slots[k], allowed(radius, k)
		for i, flip := range flips[:reach[allowance]] {
			v := int(values[k] ^ flip)
			from, to := s.starts[v], s.starts[v+1]
			if from == to {
				continue
			}
			most := allowance + allowed(radius, (k+1)%slotCount) - 1
			if i > 0 {
				most-- // for the flipped bit
			}
			lists = append(lists, list{s.ids[from:to], s.next[from:to], values[k+1], s.next[from], most})
		}
	}
	return lists
}

// candidates appends what the lists do not drop, ascending and each id once.
func candidates(ids []uint32, lists []list) []uint32 {
	for i := range lists {
		l := &lists[i]
		for j, v := range l.next {
			if bits.OnesCount16(v^l.beside) <= l.most {
				ids = append(ids, l.ids[j])
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
