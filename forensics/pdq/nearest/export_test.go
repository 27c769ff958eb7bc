package nearest

import "unmask/forensics/pdq"

const (
	SlotCount  = slotCount
	IndexFrom  = indexFrom
	HeaderSize = headerSize
)

// SlotSize is the length in bytes of a slot in a file of n hashes.
func SlotSize(n int) int { return slotSize(n) }

// Share returns the bits of slot k.
func Share(k int) pdq.Hash { return pdq.Hash(shareOf(k)) }

// Candidates counts the hashes that a search compares in full.
func (x *Index) Candidates(probe *pdq.Hash, radius int) int {
	return len(candidates(nil, x.near(nil, probe, radius)))
}
