package isobmff

import "slices"

// matrix turns a point (x, y), y pointing down: x' = m[0]x + m[1]y, y' = m[2]x + m[3]y.
type matrix [4]int

var identity = matrix{1, 0, 0, 1}

// turns lists the matrices of EXIF orientations 1 to 8.
var turns = [...]matrix{{1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, -1, -1, 0}, {0, 1, -1, 0}}

// matrixAt reads the transformation matrix of mvhd or tkhd (6.2.2), at an offset that version 1 moves by twelve bytes. Scale and
// translation are left out.
func matrixAt(c []byte, at int) matrix {
	if len(c) > 0 && c[0] == 1 {
		at += 12
	}
	if len(c) < at+36 {
		return identity
	}
	sign := func(i int) int {
		v := int32(u32(c[at+4*i:]))
		return int(min(1, max(-1, v)))
	}
	return matrix{sign(0), sign(3), sign(1), sign(4)}
}

// after is the effect of first b and then m.
func (m matrix) after(b matrix) matrix {
	return matrix{m[0]*b[0] + m[1]*b[2], m[0]*b[1] + m[1]*b[3], m[2]*b[0] + m[3]*b[2], m[2]*b[1] + m[3]*b[3]}
}

// orientation is the EXIF orientation with the same effect, 1 where there is none.
func (m matrix) orientation() int { return max(0, slices.Index(turns[:], m)) + 1 }
