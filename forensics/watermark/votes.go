package watermark

import "unmask/media"

const (
	leastPixels = 256 * 256 // that the library watermarks
	side        = 8         // pixels of a block: four values of the approximation, each of which stands for two pixels

	// The channel U is kept in integers, 0.492 (B-Y) times unit with Y = 0.299 R + 0.587 G + 0.114 B; sums of four of its values are twice the Haar approximation.
	unit = 1_000_000
	step = 2 * 36 * unit // of the quantisation that carries the bits
)

// centres are what the conversions of OpenCV add to U, four times: 128 to integers, 0.5 to floating point.
var centres = [...]int{4 * 128 * unit, 4 * unit / 2}

// votes are those of all blocks, row by row, for each of the centres.
type votes [len(centres)][]byte

// read takes the votes of the blocks of a frame.
func read(f *media.Frame) (v votes) {
	across, down := f.Width/side, f.Height/side
	for c := range v {
		v[c] = make([]byte, across*down)
	}
	for by := range down {
		for bx := range across {
			u := approximation(f, bx*side, by*side)
			for c, centre := range centres {
				v[c][by*across+bx] = vote(&u, centre)
			}
		}
	}
	return v
}

// approximation sums U over the squares of two pixels of a block.
func approximation(f *media.Frame, x, y int) (sums [16]int) {
	for dy := range side {
		row := f.Pix[3*((y+dy)*f.Width+x):][:3*side]
		for dx := range side {
			b, g, r := int(row[3*dx]), int(row[3*dx+1]), int(row[3*dx+2])
			sums[dy/2*4+dx/2] += 492 * (886*b - 587*g - 299*r)
		}
	}
	return sums
}

// vote is the bit that the largest value but the first carries: the half of the step that it stands in.
func vote(sums *[16]int, centre int) byte {
	largest := -1
	for _, s := range sums[1:] {
		if s += centre; s < 0 {
			s = -s
		}
		largest = max(largest, s)
	}
	if largest%step > step/2 {
		return 1
	}
	return 0
}

// match counts the bits of a message that the votes give, by the centre that gives more. A bit is 1 where the share of ones among its votes is above
// that among all: flat colours vote all alike, and a fixed threshold would take that for ones or zeros everywhere.
func (v votes) match(m message) (best int) {
	n := len(m.bits)
	for _, all := range v {
		ones, count, sum := make([]int, n), make([]int, n), 0
		for i, b := range all {
			ones[i%n] += int(b)
			count[i%n]++
			sum += int(b)
		}
		matched := 0
		for k, want := range m.bits {
			if is := ones[k]*len(all) > sum*count[k]; is == (want == 1) {
				matched++
			}
		}
		best = max(best, matched)
	}
	return best
}
