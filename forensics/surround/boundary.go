package surround

import (
	"math"
	"slices"
)

// The face unwrapped about its centre: angles by radii.
const (
	angles  = 72
	radii   = 44
	inmost  = .4 // radius of the hull
	outmost = 1.72
)

// profile is what lies along the radii: mean over the angles, left and right halves apart.
type profile struct{ all, left, right [radii]float64 }

func radiusAt(i int) float64 { return inmost + (outmost-inmost)*(float64(i)+.5)/radii }

// unwrapped returns values(ring, angle) of a plane at its radii and angles, and whether that place is in the picture.
func (p *patch) unwrapped(of plane) (values [radii][angles]float64, inside [radii][angles]bool) {
	for i := range radii {
		for j := range angles {
			x, y := p.hull.point(radiusAt(i), 2*math.Pi*float64(j)/angles)
			if inside[i][j] = x >= 0 && y >= 0 && x < float64(p.w) && y < float64(p.h); inside[i][j] {
				values[i][j] = of.at(x, y)
			}
		}
	}
	return values, inside
}

// level returns the profile less its mean, which leaves its form.
func (p *profile) level() (out [radii]float64) {
	var m mean
	for _, v := range p.all {
		m.add(v)
	}
	for i, v := range p.all {
		out[i] = v - m.of()
	}
	return out
}

// detail returns the logarithm of the fine detail along the radii.
func (p *patch) detail(fine plane) (out profile) {
	values, inside := p.unwrapped(fine)
	for i := range radii {
		var l, r mean
		for j := range angles {
			if !inside[i][j] {
				continue
			}
			if j > angles/4 && j < 3*angles/4 {
				l.add(math.Log(.2 + values[i][j]))
			} else {
				r.add(math.Log(.2 + values[i][j]))
			}
		}
		both := l.plus(r)
		out.left[i], out.right[i], out.all[i] = l.of(), r.of(), both.of()
	}
	return out
}

// boundary looks for a closed line around the face where detail or colour changes (cue D3, a hand-made form of Li et al., "Face X-ray", CVPR 2020).
func (v *vector) boundary(p *patch, prof *profile) error {
	steps := make([]float64, 0, radii)
	best, at := 0., 0
	const span = 5
	for i := span; i+span <= radii; i++ {
		var in, out float64
		for k := range span {
			in, out = in+prof.all[i-1-k], out+prof.all[i+k]
		}
		d := (out - in) / span
		steps = append(steps, math.Abs(d))
		if r := radiusAt(i); r > .7 && r < 1.35 && math.Abs(d) > math.Abs(best) {
			best, at = d, i
		}
	}
	slices.Sort(steps)
	v.add("edge_step", best)
	v.add("edge_step_sure", math.Abs(best)/(.02+steps[len(steps)/2]))
	v.add("edge_radius", radiusAt(at))
	var apart mean
	for i := range radii {
		apart.add(math.Abs(prof.left[i] - prof.right[i]))
	}
	v.add("edge_sides_apart", apart.of())
	for _, c := range []struct {
		name      string
		plane     plane
		deviation float64
	}{{"luma", p.luma, .8}, {"red", p.red, 1.2}, {"blue", p.blue, 1.2}} {
		soft, err := c.plane.blurred(c.deviation)
		if err != nil {
			return err
		}
		values, inside := p.unwrapped(soft)
		var across, along [radii]mean // mean size of the change across and along a line around the face
		for i := 1; i+1 < radii; i++ {
			for j := range angles {
				k := (j + 1) % angles
				if inside[i-1][j] && inside[i+1][j] && inside[i][k] {
					across[i].add(math.Abs(values[i+1][j] - values[i-1][j]))
					along[i].add(math.Abs(values[i][k] - values[i][j]))
				}
			}
		}
		ratio := func(from, to float64) float64 {
			var a, l mean
			for i := range radii {
				if r := radiusAt(i); r >= from && r < to {
					a, l = a.plus(across[i]), l.plus(along[i])
				}
			}
			return math.Log((.05 + a.of()) / (.05 + l.of()))
		}
		v.add("edge_"+c.name, ratio(.8, 1.25)-ratio(.4, .8))
		v.add("edge_"+c.name+"_beyond", ratio(.8, 1.25)-ratio(1.25, 1.7))
		peak, total := 0., mean{}
		for i := range radii {
			if r := radiusAt(i); r > .7 && r < 1.4 {
				peak = max(peak, across[i].of())
				total = total.plus(across[i])
			}
		}
		v.add("edge_"+c.name+"_peak", math.Log((.05+peak)/(.05+total.of())))
	}
	return nil
}
