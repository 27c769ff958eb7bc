package difference

import (
	"math"

	"unmask/forensics"
)

const (
	coarsest   = 48  // pixels of the shorter side at or above which a level of the pyramid may be the coarsest
	iterations = 12  // of Gauss-Newton at each level, at most
	settled    = .01 // pixels at a corner below which a step ends a level
	tight      = 2.4 // robust standard deviations at which a pixel's weight is one half
)

// equalised is a picture without its tone: the band of detail, divided by how strong detail is around. Brightness, contrast and gamma
// cancel to first order.
func equalised(p plane) plane {
	fine := p.smooth(1)
	base := fine.smooth(2).smooth(4)
	out := newPlane(p.w, p.h)
	energy := newPlane(p.w, p.h)
	for i := range out.v {
		out.v[i] = fine.v[i] - base.v[i]
		energy.v[i] = out.v[i] * out.v[i]
	}
	energy = energy.smooth(2).smooth(4)
	for i := range out.v {
		out.v[i] /= float32(math.Sqrt(float64(energy.v[i]))) + 2 // grey levels, so that noise in plain areas stays small
	}
	return out
}

// align refines where the pixels of ref lie in probe, both on about the same grid: the inverse compositional algorithm with robust weights
// (Baker and Matthews, "Lucas-Kanade 20 Years On", IJCV 2004), affine, from coarse to fine. Altered regions get little weight. With wide
// it first tries shifts and sizes around the start.
func align(ref, probe plane, inside []bool, wide bool) forensics.Affine {
	refs, probes, masks := []plane{ref}, []plane{probe}, [][]bool{inside}
	for last := ref; min(last.w, last.h) >= 2*coarsest; last = refs[len(refs)-1] {
		refs, probes = append(refs, last.half()), append(probes, probes[len(probes)-1].half())
		masks = append(masks, halfMask(masks[len(masks)-1], last.w, last.h))
	}
	m := forensics.Affine{1, 0, 0, 0, 1, 0}
	for l := len(refs) - 1; l >= 0; l-- {
		s := level{ref: equalised(refs[l]), probe: equalised(probes[l]), inside: masks[l]}
		if wide && l == len(refs)-1 {
			m = s.search()
		}
		m = s.refine(m)
		if l > 0 {
			m[2], m[5] = 2*m[2], 2*m[5]
		}
	}
	return m
}

func halfMask(m []bool, w, h int) []bool {
	out := make([]bool, (w/2)*(h/2))
	for i := range out {
		at := 2*(i/(w/2))*w + 2*(i%(w/2))
		out[i] = m[at] && m[at+1] && m[at+w] && m[at+w+1]
	}
	return out
}

// level is one size of both pictures.
type level struct {
	ref, probe plane
	inside     []bool // of probe
}

// sample returns the probe at a point of its grid, and whether it shows the protected picture there.
func (s *level) sample(x, y float64) (float32, bool) {
	x, y = x-.5, y-.5
	if x < 0 || y < 0 || x > float64(s.probe.w)-1.001 || y > float64(s.probe.h)-1.001 {
		return 0, false
	}
	at := int(y)*s.probe.w + int(x)
	if !s.inside[at] || !s.inside[at+s.probe.w+1] {
		return 0, false
	}
	fx, fy := float32(x-math.Floor(x)), float32(y-math.Floor(y))
	p, q := s.probe.v[at:at+2], s.probe.v[at+s.probe.w:at+s.probe.w+2]
	upper := p[0] + fx*(p[1]-p[0])
	return upper + fy*(q[0]+fx*(q[1]-q[0])-upper), true
}

// Range of the search: some per cent of a side, as a placement by hash may be off.
const (
	searchShift = .05 // of the longer side
	searchSize  = .05
	searchSteps = 2 // of size, either way
)

// search returns the shift and size under which both agree best.
func (s *level) search() forensics.Affine {
	best, at := math.Inf(-1), forensics.Affine{1, 0, 0, 0, 1, 0}
	reach := int(math.Ceil(searchShift * float64(max(s.ref.w, s.ref.h))))
	cx, cy := float64(s.ref.w)/2, float64(s.ref.h)/2
	for k := -searchSteps; k <= searchSteps; k++ {
		z := 1 + searchSize*float64(k)/searchSteps
		for dy := -reach; dy <= reach; dy++ {
			for dx := -reach; dx <= reach; dx++ {
				m := forensics.Affine{z, 0, cx*(1-z) + float64(dx), 0, z, cy*(1-z) + float64(dy)}
				if c := s.correlation(m); c > best {
					best, at = c, m
				}
			}
		}
	}
	return at
}

// correlation of both where m puts the probe, over every second pixel and row.
func (s *level) correlation(m forensics.Affine) float64 {
	var dot, a, b float64
	for y := 0; y < s.ref.h; y += 2 {
		for x := 0; x < s.ref.w; x += 2 {
			u, v := m.Apply(float64(x)+.5, float64(y)+.5)
			if p, ok := s.sample(u, v); ok {
				r := float64(s.ref.v[y*s.ref.w+x])
				dot, a, b = dot+r*float64(p), a+r*r, b+float64(p)*float64(p)
			}
		}
	}
	return dot / math.Sqrt(a*b+1e-9)
}
