package surround

import "math"

// feature is one number with its stable name.
type feature struct {
	name  string
	value float64
}

// vector is what was measured of one face.
type vector []feature

func (v *vector) add(name string, value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		value = 0
	}
	*v = append(*v, feature{name, value})
}

// bands are the luma of a patch in octaves, finest first.
type bands [3]plane

// measured is what a face gives.
type measured struct {
	vector       // always the same names in the same order
	bands  bands // of the patch
	detail profile
}

// measure returns the features of a face and what they were taken from.
func measure(p *patch) measured {
	var v vector
	once, twice := p.luma.blurred(1), p.luma.blurred(2)
	b := bands{p.luma.minus(once), once.minus(twice), twice.minus(p.luma.blurred(4))}
	v.add("face_px", math.Log(2*p.hull.ry/p.scale))
	v.add("scale", math.Log(p.scale))
	v.add("ring_missing", p.missing)
	v.noise(p)
	v.sharpness(p, &b)
	detail := p.detail(&b)
	v.boundary(p, &detail)
	v.colour(p)
	v.resampling(p, &b)
	v.grid(p)
	return measured{v, b, detail}
}

// mean collects a mean and a variance.
type mean struct{ n, sum, squares float64 }

func (m *mean) add(v float64) {
	m.n++
	m.sum += v
	m.squares += v * v
}

func (m *mean) of() float64 { return m.sum / max(1, m.n) }

func (m *mean) variance() float64 {
	u := m.of()
	return max(0, m.squares/max(1, m.n)-u*u)
}

func (m *mean) plus(o mean) mean { return mean{m.n + o.n, m.sum + o.sum, m.squares + o.squares} }
