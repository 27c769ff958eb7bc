package pdq

import "slices"

// Symmetry is one of the eight ways to turn and mirror a picture.
type Symmetry int

const (
	Identity Symmetry = iota
	Rotate90          // to the left
	Rotate180
	Rotate270        // to the left, which is 90 degrees to the right
	MirrorVertical   // top and bottom exchanged
	MirrorHorizontal // left and right exchanged
	Transpose
	AntiTranspose
)

var symmetryNames = [8]string{"as it is", "turned 90 degrees to the left", "turned upside down", "turned 90 degrees to the right",
	"mirrored top to bottom", "mirrored", "mirrored along a diagonal", "mirrored along the other diagonal"}

func (s Symmetry) String() string { return symmetryNames[s] }

// Inverse undoes s.
func (s Symmetry) Inverse() Symmetry {
	switch s {
	case Rotate90:
		return Rotate270
	case Rotate270:
		return Rotate90
	}
	return s
}

// Mirrors tells whether s shows the picture as a mirror does.
func (s Symmetry) Mirrors() bool { return s >= MirrorVertical }

// Hash returns the hash of the picture as it is.
func (p *Picture) Hash() Hash { return p.Under(Identity) }

// All returns the hashes under every symmetry, indexed by Symmetry.
func (p *Picture) All() (h [8]Hash) {
	for s := range h {
		h[s] = p.Under(Symmetry(s))
	}
	return h
}

// Under returns the hash that the turned or mirrored picture would have, from the coefficients alone: turning a picture exchanges
// its frequencies and changes the sign of the odd ones.
func (p *Picture) Under(s Symmetry) Hash {
	var c [side * side]float32
	for i := range side {
		for j := range side {
			v := p.coefficients[i][j]
			to := i*side + j
			switch s {
			case Rotate90, Rotate270, Transpose, AntiTranspose:
				to = j*side + i
			}
			oddI, oddJ := i%2 == 0, j%2 == 0 // frequency i+1 is odd
			flip := false
			switch s {
			case Rotate90:
				flip = oddJ
			case Rotate180:
				flip = oddI != oddJ
			case Rotate270:
				flip = oddI
			case MirrorVertical:
				flip = oddI
			case MirrorHorizontal:
				flip = oddJ
			case AntiTranspose:
				flip = oddI != oddJ
			}
			if flip {
				v = -v
			}
			c[to] = v
		}
	}
	return threshold(&c)
}

// threshold sets the bits of the coefficients above the lower median.
func threshold(c *[side * side]float32) (h Hash) {
	sorted := *c
	slices.Sort(sorted[:])
	median := sorted[len(sorted)/2-1]
	for i, v := range c {
		if v > median {
			h.set(i)
		}
	}
	return h
}
