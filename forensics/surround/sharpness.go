package surround

import "math"

// sharpness compares how much of the detail is fine, zone by zone (cues D2, D8): a part from elsewhere, or one that was enlarged, has
// its own.
func (v *vector) sharpness(p *patch, b *bands) {
	var pixels [zoneCount]float64
	var energy [3][zoneCount]float64
	for i, z := range p.zones {
		pixels[z]++
		for k := range b {
			energy[k][z] += float64(abs(b[k].v[i]))
		}
	}
	level := func(k int, zones ...zone) float64 {
		n, sum := 0., 0.
		for _, z := range zones {
			n, sum = n+pixels[z], sum+energy[k][z]
		}
		return math.Log(.1 + sum/max(1, n))
	}
	fine := func(zones ...zone) float64 { return level(0, zones...) - level(1, zones...) }
	mid := func(zones ...zone) float64 { return level(1, zones...) - level(2, zones...) }
	inner := []zone{skin, eyeRight, eyeLeft, nose, mouth, cheekRight, cheekLeft}
	has := pixels[ring] > 200
	against := func(a, b float64) float64 {
		if !has {
			return 0
		}
		return a - b
	}
	v.add("sharp_fine", against(fine(inner...), fine(ring)))
	v.add("sharp_mid", against(mid(inner...), mid(ring)))
	v.add("sharp_level", against(level(0, inner...), level(0, ring)))
	v.add("sharp_edge", fine(edge)-fine(inner...))
	v.add("sharp_edge_mid", mid(edge)-mid(inner...))
	eyes := []zone{eyeRight, eyeLeft}
	cheeks := []zone{cheekRight, cheekLeft}
	for _, part := range []struct {
		name  string
		zones []zone
	}{{"eyes", eyes}, {"nose", []zone{nose}}, {"mouth", []zone{mouth}}, {"cheeks", cheeks}} {
		v.add("sharp_"+part.name, fine(part.zones...)-fine(skin))
		v.add("sharp_"+part.name+"_mid", mid(part.zones...)-mid(skin))
	}
	v.add("sharp_eyes_apart", math.Abs(fine(eyeRight)-fine(eyeLeft)))
	v.add("sharp_eyes_mouth", fine(eyes...)-fine(mouth))
	v.add("sharp_cheeks_apart", math.Abs(fine(cheekRight)-fine(cheekLeft)))
	v.add("sharp_level_eyes_apart", math.Abs(level(0, eyeRight)-level(0, eyeLeft)))
	v.add("sharp_level_cheeks_apart", math.Abs(level(0, cheekRight)-level(0, cheekLeft)))
}
