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
	vector         // always the same names in the same order
	fine   plane   // size of the finest detail of the patch, softened
	detail profile // of that
}

// measure returns the features of a face and what they were taken from.
func measure(p *patch) (measured, error) {
	var v vector
	b, err := p.luma.bands()
	if err != nil {
		return measured{}, err
	}
	v.add("face_px", math.Log(2*p.hull.ry/p.scale))
	v.add("scale", math.Log(p.scale))
	v.add("ring_missing", p.missing)
	v.noise(p)
	v.sharpness(p, &b)
	fine, err := b[0].size().blurred(1.2)
	if err != nil {
		return measured{}, err
	}
	detail := p.detail(fine)
	if err := v.boundary(p, &detail); err != nil {
		return measured{}, err
	}
	v.colour(p)
	v.resampling(p, &b)
	v.grid(p)
	return measured{v, fine, detail}, nil
}

func (p plane) bands() (b bands, err error) {
	finer := p
	for k, deviation := range [...]float64{1, 2, 4} {
		coarser, err := p.blurred(deviation)
		if err != nil {
			return b, err
		}
		b[k], finer = finer.minus(coarser), coarser
	}
	return b, nil
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
