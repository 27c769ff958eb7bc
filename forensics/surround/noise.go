package surround

import (
	"math"
	"math/bits"
)

const blockSide = 8

// Classes of blocks that are compared with each other: by brightness and by slope.
const (
	tones  = 6
	slopes = 6
)

// noise compares the noise of face and surroundings in blocks of like brightness and slope (cue D1; the estimator is Immerkær, "Fast Noise
// Variance Estimation", CVIU 64, 1996).
func (v *vector) noise(p *patch) {
	type block struct {
		x, y, class int
		face        bool
	}
	var blocks []block
	for y := 1; y+blockSide < p.h; y += blockSide {
		for x := 1; x+blockSide < p.w; x += blockSide {
			if r := p.radius[(y+blockSide/2)*p.w+x+blockSide/2]; r <= faceTo || r >= ringFrom && r <= reach {
				blocks = append(blocks, block{x, y, classOf(p.luma, x, y), r <= faceTo})
			}
		}
	}
	for _, c := range []struct {
		name  string
		plane plane
	}{{"luma", p.luma}, {"red", p.red}, {"blue", p.blue}} {
		var face, around [tones * slopes]mean
		var all mean // blocks of the face
		for _, b := range blocks {
			sigma := math.Log(.05 + immerkaer(c.plane, b.x, b.y))
			if b.face {
				face[b.class].add(sigma)
				all.add(sigma)
			} else {
				around[b.class].add(sigma)
			}
		}
		delta, t := matched(face[:], around[:])
		v.add("noise_"+c.name, delta)
		v.add("noise_"+c.name+"_t", t)
		v.add("noise_"+c.name+"_spread", math.Sqrt(all.variance()))
	}
}

// immerkaer returns the deviation of the noise in a block.
func immerkaer(p plane, x0, y0 int) float64 {
	var sum float32
	for y := y0; y < y0+blockSide; y++ {
		a, b, c := p.row(y - 1)[x0-1:], p.row(y)[x0-1:], p.row(y + 1)[x0-1:]
		a, b, c = a[:blockSide+2], b[:blockSide+2], c[:blockSide+2]
		for x := 1; x <= blockSide; x++ {
			sum += abs(a[x-1] - 2*a[x] + a[x+1] - 2*(b[x-1]-2*b[x]+b[x+1]) + c[x-1] - 2*c[x] + c[x+1])
		}
	}
	return float64(sum) * math.Sqrt(math.Pi/2) / (6 * blockSide * blockSide)
}

// classOf tells how bright and how steep a block is.
func classOf(p plane, x0, y0 int) int {
	var light, slope float32
	for y := y0; y < y0+blockSide; y += 2 {
		row, below := p.row(y), p.row(y+2)
		for x := x0; x < x0+blockSide; x += 2 {
			light += row[x]
			slope += abs(row[x+1]-row[x-1]) + abs(below[x]-row[x])
		}
	}
	const n = blockSide * blockSide / 4
	return min(tones-1, int(light/n)*tones/256)*slopes + min(slopes-1, bits.Len(uint(slope/n)))
}

// matched returns the mean difference over the classes that both have, weighted by how often, and how many standard errors that is.
func matched(face, around []mean) (delta, t float64) {
	var weight, sum, errors float64
	for i := range face {
		f, r := &face[i], &around[i]
		if w := min(f.n, r.n); w >= 2 {
			weight += w
			sum += w * (f.of() - r.of())
			errors += w * w * (f.variance()/f.n + r.variance()/r.n)
		}
	}
	if weight == 0 {
		return 0, 0
	}
	return sum / weight, sum / math.Sqrt(errors+weight*weight*1e-4)
}
