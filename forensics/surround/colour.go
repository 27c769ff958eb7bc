package surround

import "math"

// colour compares face and surroundings, and parts of the face with each other, in the colour differences of JFIF (cue D4).
func (v *vector) colour(p *patch) {
	var tone [zoneCount][3]mean
	var below [3]mean // ring under the face: neck, where it is in view
	for i, z := range p.zones {
		t := [3]float64{float64(p.luma.v[i]), float64(p.red.v[i]), float64(p.blue.v[i])}
		for c := range t {
			tone[z][c].add(t[c])
		}
		if z == edge || z == ring {
			y := (float64(i/p.w)-p.hull.y)*p.hull.ux - (float64(i%p.w)-p.hull.x)*p.hull.uy
			if y > .7*p.hull.ry {
				for c := range t {
					below[c].add(t[c])
				}
			}
		}
	}
	cheeks := func(c int) mean {
		m := tone[cheekRight][c]
		return m.plus(tone[cheekLeft][c])
	}
	for c, name := range []string{"luma", "red", "blue"} {
		m := cheeks(c)
		face, brim := tone[skin][c], tone[edge][c]
		if below[c].n > 100 {
			v.add("colour_neck_"+name, m.of()-below[c].of())
			v.add("colour_neck_"+name+"_size", math.Abs(m.of()-below[c].of()))
		} else {
			v.add("colour_neck_"+name, 0)
			v.add("colour_neck_"+name+"_size", 0)
		}
		v.add("colour_edge_"+name, math.Abs(face.of()-brim.of()))
		v.add("colour_spread_"+name, math.Log((1+math.Sqrt(face.variance()))/(1+math.Sqrt(brim.variance()))))
		v.add("colour_nose_"+name, math.Abs(tone[nose][c].of()-m.of()))
		v.add("colour_mouth_"+name, tone[mouth][c].of()-m.of())
		v.add("colour_sides_"+name, math.Abs(tone[cheekRight][c].of()-tone[cheekLeft][c].of()))
	}
}
