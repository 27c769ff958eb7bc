package sweep

import "unmask/forensics/pdq"

// symmetries are the ways to turn and mirror a picture, the picture as it is first.
const symmetries = 8

// turned returns about what the hash of a picture would be under a pdq.Symmetry, from its hash alone: turning exchanges frequencies and
// changes the sign of odd ones, which exchanges ones for zeros as far as the median of the coefficients is 0. TestMeasureDistances says how near
// that comes.
func turned(h pdq.Hash, s pdq.Symmetry) (out pdq.Hash) {
	for n := range 256 {
		i, j := n/16, n%16
		bit := h[3-n/64] >> (n % 64) & 1
		oddI, oddJ := i%2 == 0, j%2 == 0 // frequency i+1 is odd
		to, flip := n, false
		switch s {
		case pdq.Rotate90:
			to, flip = j*16+i, oddJ
		case pdq.Rotate180:
			flip = oddI != oddJ
		case pdq.Rotate270:
			to, flip = j*16+i, oddI
		case pdq.MirrorVertical:
			flip = oddI
		case pdq.MirrorHorizontal:
			flip = oddJ
		case pdq.Transpose:
			to = j*16 + i
		case pdq.AntiTranspose:
			to, flip = j*16+i, oddI != oddJ
		}
		if flip {
			bit ^= 1
		}
		out[3-to/64] |= bit << (to % 64)
	}
	return out
}

// allTurned are the hashes of a picture under every symmetry, the picture as it is first.
func allTurned(h pdq.Hash) (out [symmetries]pdq.Hash) {
	for s := range out {
		out[s] = turned(h, pdq.Symmetry(s))
	}
	return out
}

// apart is the distance of two pictures however they are turned and mirrored: the least over all symmetries of one.
func apart(a *[symmetries]pdq.Hash, b pdq.Hash) int {
	least := 256
	for _, h := range a {
		least = min(least, h.Distance(b))
	}
	return least
}
