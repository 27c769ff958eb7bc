package surround

import "math"

// resampling compares how alike neighbours are in the fine detail of face and surroundings (cue D5): what was enlarged is smoother
// from pixel to pixel.
func (v *vector) resampling(p *patch, b *bands) {
	r := b[0]
	var lag [2][5]float64 // face, ring: at (0,0), at 1, 2, 3 along rows and columns, at (1,1)
	for y := 3; y < p.h; y++ {
		row := r.row(y)
		up := [3][]float32{r.row(y - 1), r.row(y - 2), r.row(y - 3)}
		for x := 3; x < p.w; x++ {
			side := 0
			switch rad := p.radius[y*p.w+x]; {
			case rad < faceTo:
			case rad > ringFrom && rad < reach:
				side = 1
			default:
				continue
			}
			c := row[x]
			l := &lag[side]
			l[0] += 2 * float64(c*c)
			for k := range up {
				l[k+1] += float64(c * (row[x-1-k] + up[k][x]))
			}
			l[4] += 2 * float64(c*up[0][x-1])
		}
	}
	for k, name := range []string{"1", "2", "3", "diagonal"} {
		apart := 0.
		if lag[1][0] > 500 { // a ring in which there is anything
			apart = lag[0][k+1]/(1+lag[0][0]) - lag[1][k+1]/(1+lag[1][0])
		}
		v.add("resampled_"+name, apart)
	}
}

// grid compares the traces of JPEG's 8x8 blocks (cue D6): how much higher steps are at the borders of the picture's blocks, in face and
// surroundings, and at the borders of another grid in the face. All are 0 where the patch was reduced.
func (v *vector) grid(p *patch) {
	var step [2][8]mean
	if p.scale == 1 {
		for y := 2; y+1 < p.h; y++ {
			a, b, c, d := p.luma.row(y-2), p.luma.row(y-1), p.luma.row(y), p.luma.row(y+1)
			py := (p.y + y) % 8
			for x := 2; x+1 < p.w; x++ {
				side := 0
				switch r := p.radius[y*p.w+x]; {
				case r < faceTo:
				case r > ringFrom && r < reach:
					side = 1
				default:
					continue
				}
				across := abs(c[x]-c[x-1]) - (abs(c[x-1]-c[x-2])+abs(c[x+1]-c[x]))/2
				down := abs(c[x]-b[x]) - (abs(b[x]-a[x])+abs(d[x]-c[x]))/2
				step[side][(p.x+x)%8].add(float64(min(max(across, -8), 8)))
				step[side][py].add(float64(min(max(down, -8), 8)))
			}
		}
	}
	excess := func(s *[8]mean) (own, foreign float64) {
		var rest mean
		foreign = math.Inf(-1)
		for k := 1; k < 8; k++ {
			rest = rest.plus(s[k])
			foreign = max(foreign, s[k].of())
		}
		return s[0].of() - rest.of(), foreign - rest.of()
	}
	face, foreign := excess(&step[0])
	around, _ := excess(&step[1])
	if step[1][0].n < 100 {
		around = face
	}
	v.add("grid", face-around)
	v.add("grid_foreign", foreign)
}
