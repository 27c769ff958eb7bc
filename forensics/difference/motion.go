package difference

const (
	blockPixels = 16 // a side of the blocks that are looked for
	reach       = 10 // pixels
)

// leftOf is the share of the energy by which blocks differ that is left when each is looked for nearby, 0..1: little of what moved, most of what was
// replaced. Levels are taken less the mean of their block.
func leftOf(expected, probe plane, inside []bool, strength []float64, across int) float64 {
	var before, after float64
	for y := 0; y+blockPixels <= expected.h; y += blockPixels / 2 {
		for x := 0; x+blockPixels <= expected.w; x += blockPixels / 2 {
			at := (y/cellSide+1)*across + x/cellSide + 1
			if at >= len(strength) || strength[at] < grow/seed || !inside[y*expected.w+x] {
				continue
			}
			b := blockOf(expected, x, y)
			here := b.energy(probe, x, y)
			least := here
			for v := max(0, y-reach); v <= min(probe.h-blockPixels, y+reach); v++ {
				for u := max(0, x-reach); u <= min(probe.w-blockPixels, x+reach); u++ {
					least = min(least, b.energy(probe, u, v))
				}
			}
			before, after = before+here, after+least
		}
	}
	return after / (before + 1e-9)
}

// block is a block of pixels less its mean.
type block [blockPixels * blockPixels]float32

func blockOf(p plane, x, y int) (b block) {
	var sum float32
	for i := range b {
		b[i] = p.v[(y+i/blockPixels)*p.w+x+i%blockPixels]
		sum += b[i]
	}
	for i := range b {
		b[i] -= sum / float32(len(b))
	}
	return b
}

// energy by which it differs from the block of a picture whose top left corner is at x, y.
func (b *block) energy(p plane, x, y int) float64 {
	var squares, sum float32
	for r := range blockPixels {
		row := p.v[(y+r)*p.w+x:][:blockPixels]
		own := b[r*blockPixels:][:blockPixels]
		for i, v := range row {
			d := v - own[i]
			sum += d
			squares += d * d
		}
	}
	return float64(squares - sum*sum/float32(len(b)))
}
