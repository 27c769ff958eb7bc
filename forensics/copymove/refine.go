package copymove

import "math"

const (
	refinements = 6   // Gauss-Newton steps; most regions need three
	settled     = .01 // pixels below which a step ends the search
	unknowns    = 6
)

// refine moves an affine map so that the region looks most like what it is mapped to (Lucas, Kanade, 1981), from the fitted map and from the
// nearest shift by whole pixels, and returns the better one. A copy that was only moved then fits exactly.
func (f *field) refine(luma plane, r region, m affine) affine {
	x, y := float64(r.box.Min.X+r.box.Max.X)/2, float64(r.box.Min.Y+r.box.Max.Y)/2
	tx, ty := m.at(x, y)
	shift := affine{1, 0, math.Round(tx - x), 0, 1, math.Round(ty - y)}
	best, least := m, math.Inf(1)
	for _, start := range [2]affine{m, shift} {
		if got, e := f.descend(luma, r, start); e < least {
			best, least = got, e
		}
	}
	return best
}

// descend follows the gradient from a map to the nearest minimum of the mean squared difference of brightness, apart from a common offset.
func (f *field) descend(luma plane, r region, m affine) (affine, float64) {
	best, least := m, math.Inf(1)
	cx, cy := float64(r.box.Min.X+r.box.Max.X)/2, float64(r.box.Min.Y+r.box.Max.Y)/2
	for range refinements {
		var normal [unknowns + 1][unknowns + 2]float64 // the last unknown is the offset
		n, square := 0., 0.
		for _, i := range r.points {
			px, py := f.pixel(i)
			x, y := float64(px), float64(py)
			tx, ty := m.at(x, y)
			v, ok := luma.sample(tx, ty)
			left, okL := luma.sample(tx-.5, ty)
			right, okR := luma.sample(tx+.5, ty)
			up, okU := luma.sample(tx, ty-.5)
			down, okD := luma.sample(tx, ty+.5)
			if !ok || !okL || !okR || !okU || !okD {
				continue
			}
			e := float64(luma.v[py*luma.w+px] - v)
			gx, gy := float64(right-left), float64(down-up)
			u, w := (x-cx)/16, (y-cy)/16
			row := [unknowns + 2]float64{gx * u, gx * w, gx, gy * u, gy * w, gy, 1, e}
			for a := range unknowns + 1 {
				for b := a; b < unknowns+2; b++ {
					normal[a][b] += row[a] * row[b]
				}
			}
			n, square = n+1, square+e*e
		}
		if n < 12 || n < .8*float64(len(r.points)) {
			break
		}
		mean := normal[unknowns][unknowns+1] / n
		if e := square/n - mean*mean; e < least {
			best, least = m, e
		} else {
			break
		}
		step, ok := eliminate(normal)
		if !ok {
			break
		}
		m = moved(m, step, cx, cy)
		if math.Abs(step[2])+math.Abs(step[5]) < settled && math.Abs(step[0])+math.Abs(step[1])+math.Abs(step[3])+math.Abs(step[4]) < settled {
			break
		}
	}
	return best, least
}

// moved adds a step, whose linear part is a sixteenth and about a centre, to a map.
func moved(m affine, s [unknowns + 1]float64, cx, cy float64) affine {
	for k := range 2 {
		a, b := s[3*k]/16, s[3*k+1]/16
		m[3*k], m[3*k+1], m[3*k+2] = m[3*k]+a, m[3*k+1]+b, m[3*k+2]+s[3*k+2]-a*cx-b*cy
	}
	return m
}

// eliminate solves symmetric equations of which the upper half is given.
func eliminate(a [unknowns + 1][unknowns + 2]float64) (x [unknowns + 1]float64, ok bool) {
	const n = unknowns + 1
	for i := range n {
		for j := range i {
			a[i][j] = a[j][i]
		}
		a[i][i] *= 1 + 1e-9
	}
	for i := range n {
		if a[i][i] <= 1e-9 {
			return x, false
		}
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k <= n; k++ {
				a[j][k] -= f * a[i][k]
			}
		}
	}
	for i := n - 1; i >= 0; i-- {
		x[i] = a[i][n]
		for j := i + 1; j < n; j++ {
			x[i] -= a[i][j] * x[j]
		}
		x[i] /= a[i][i]
	}
	return x, true
}
