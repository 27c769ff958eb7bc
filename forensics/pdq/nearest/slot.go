package nearest

import (
	"slices"
	"sync"

	"unmask/forensics/pdq"
)

const (
	slotCount  = 16
	slotBits   = 16
	slotValues = 1 << slotBits
)

// slot lists all hashes by their value in it.
type slot struct {
	starts []uint32 // the hashes of value v stand at starts[v] to starts[v+1]
	ids    []uint32 // by value, then ascending
	next   []uint16 // parallel to ids: the value in the next slot round the ring
}

// flips turn a value into itself and into those one bit away; reach is how many of them an allowance covers.
var (
	flips = [1 + slotBits]uint16{0, 1, 2, 4, 8, 1 << 4, 1 << 5, 1 << 6, 1 << 7, 1 << 8, 1 << 9, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15}
	reach = [...]int{0, 1, 1 + slotBits}
)

// allowed is the number of bits that slot k must differ in fewer of. Over all slots it adds up to radius+1.
func allowed(radius, k int) int { return (radius + slotCount - k) / slotCount }

// share is a mask of the bits that one slot has of a hash.
type share pdq.Hash

// shareOf returns the bits of slot k, counted round the ring. A hash is a square of 16 rows (vertical frequencies) and 16 columns
// (horizontal ones), with bit 16*i+j in row i and column j. A slot has one bit of each row and column: from one column to the next it
// goes 1, 2, 3 and so on rows further, modulo 16. So no two pairs of neighbouring columns are alike, and frequencies that go together
// in pictures are apart. TestMeasureSlots compares other ways to deal the bits.
func shareOf(k int) (s share) {
	for j := range slotBits {
		bit := slotBits*((k+j*(j+1)/2)%slotBits) + j
		s[3-bit/64] |= 1 << (bit % 64)
	}
	return s
}

// value returns the share's bits of h, by column.
func (s *share) value(h *pdq.Hash) uint16 {
	v := h[0]&s[0] | h[1]&s[1] | h[2]&s[2] | h[3]&s[3]
	return uint16(v | v>>16 | v>>32 | v>>48)
}

// newSlots lists hashes by every slot.
func newSlots(hashes []pdq.Hash) []slot {
	slots := make([]slot, slotCount)
	var wg sync.WaitGroup
	for k := range slots {
		wg.Go(func() { slots[k] = newSlot(hashes, k) })
	}
	wg.Wait()
	return slots
}

// newSlot lists hashes by slot k: a counting sort.
func newSlot(hashes []pdq.Hash, k int) slot {
	own, next := shareOf(k), shareOf(k+1)
	s := slot{make([]uint32, slotValues+1), make([]uint32, len(hashes)), make([]uint16, len(hashes))}
	for i := range hashes {
		s.starts[int(own.value(&hashes[i]))+1]++
	}
	for v := range slotValues {
		s.starts[v+1] += s.starts[v]
	}
	free := slices.Clone(s.starts)
	for i := range hashes {
		at := &free[own.value(&hashes[i])]
		s.ids[*at], s.next[*at] = uint32(i), next.value(&hashes[i])
		*at++
	}
	return s
}
