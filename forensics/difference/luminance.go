package difference

import "math"

// luminance brings what was expected to the sharpness of the probe: the strengths of two bands of detail are fitted, and the finest,
// which compression and resizing change at will, is left out of both.
func luminance(expected, probe plane, inside []bool) (p, q plane) {
	p, q = expected.smooth(1), probe.smooth(1)
	p2, q2 := p.smooth(2), q.smooth(2)
	p3, q3 := p2.smooth(4), q2.smooth(4)
	near, far := gain(p, p2, q, q2, inside), gain(p2, p3, q2, q3, inside)
	for i := range p.v {
		p.v[i] = p3.v[i] + near*(p.v[i]-p2.v[i]) + far*(p2.v[i]-p3.v[i])
	}
	return p, q
}

const maxGain = 3 // of a band of detail

// gain is how much stronger the band q1-q2 is than p1-p2, by least squares with robust weights.
func gain(p1, p2, q1, q2 plane, inside []bool) float32 {
	g, spread := 1., math.Inf(1)
	for range 4 {
		var pq, pp, ee, n float64
		for i := 0; i < len(p1.v); i += 7 {
			if !inside[i] {
				continue
			}
			a, b := float64(p1.v[i]-p2.v[i]), float64(q1.v[i]-q2.v[i])
			e := b - g*a
			w := 1 / (1 + e*e/(4*spread))
			pq, pp, ee, n = pq+w*a*b, pp+w*a*a, ee+w*e*e, n+w
		}
		if pp < 1 {
			return 1
		}
		g, spread = pq/pp, ee/n+.1
	}
	return float32(min(max(g, 0), maxGain))
}
