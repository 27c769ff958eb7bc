package difference

import (
	"math"
	"slices"

	"unmask/forensics"
)

// refine runs Gauss-Newton from m and returns the map with the least robust error that it came by.
func (s *level) refine(m forensics.Affine) forensics.Affine {
	best, least := m, math.Inf(1)
	cx, cy := float64(s.ref.w)/2, float64(s.ref.h)/2
	unit := max(cx, cy)
	errs := make([]float32, len(s.ref.v))
	for range iterations {
		spread, ok := s.errors(m, errs)
		if !ok {
			break
		}
		if spread < least {
			best, least = m, spread
		}
		step, ok := s.newton(errs, spread, cx, cy, unit)
		if !ok {
			break
		}
		// step is in units of the half side around the centre; as a map of pixels:
		d := forensics.Affine{1 + step[0]/unit, step[1] / unit, step[2] - step[0]/unit*cx - step[1]/unit*cy,
			step[3] / unit, 1 + step[4]/unit, step[5] - step[3]/unit*cx - step[4]/unit*cy}
		m = after(m, inverse(d))
		if math.Abs(step[0])+math.Abs(step[1])+math.Abs(step[2])+math.Abs(step[3])+math.Abs(step[4])+math.Abs(step[5]) < settled {
			break
		}
	}
	if spread, ok := s.errors(m, errs); ok && spread < least {
		best = m
	}
	return best
}

// errors fills in probe less ref where m puts the probe, NaN where it is not shown, and returns the robust standard deviation.
func (s *level) errors(m forensics.Affine, errs []float32) (float64, bool) {
	var all []float32
	nan := float32(math.NaN())
	thin := 1 + len(errs)/4096
	for y := 1; y < s.ref.h-1; y++ {
		for x := 1; x < s.ref.w-1; x++ {
			i := y*s.ref.w + x
			u, v := m.Apply(float64(x)+.5, float64(y)+.5)
			p, ok := s.sample(u, v)
			if !ok {
				errs[i] = nan
				continue
			}
			errs[i] = p - s.ref.v[i]
			if i%thin == 0 {
				all = append(all, float32(math.Abs(float64(errs[i]))))
			}
		}
	}
	if len(all) < 64 {
		return 0, false
	}
	slices.Sort(all)
	return 1.4826*float64(all[len(all)/2]) + 1e-3, true
}

// newton solves for the step that lessens the weighted errors most.
func (s *level) newton(errs []float32, spread, cx, cy, unit float64) ([]float64, bool) {
	var h [6][6]float64
	b := make([]float64, 6)
	w := s.ref.w
	for y := 1; y < s.ref.h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			e := float64(errs[i])
			if math.IsNaN(e) {
				continue
			}
			gx, gy := float64(s.ref.v[i+1]-s.ref.v[i-1])/2, float64(s.ref.v[i+w]-s.ref.v[i-w])/2
			k := e / (tight * spread)
			k = 1 / (1 + k*k)
			px, py := (float64(x)+.5-cx)/unit, (float64(y)+.5-cy)/unit
			j := [6]float64{gx * px, gx * py, gx, gy * px, gy * py, gy}
			for r := range j {
				jr := k * j[r]
				b[r] += jr * e
				for c := range r + 1 {
					h[r][c] += jr * j[c]
				}
			}
		}
	}
	rows := make([][]float64, 6)
	for r := range rows {
		rows[r] = h[r][:]
		rows[r][r] *= 1 + 1e-6
	}
	return solve(rows, b)
}
