package difference

import (
	"math"

	"unmask/forensics"
)

// after returns the map that applies n first and then m.
func after(m, n forensics.Affine) forensics.Affine {
	return forensics.Affine{
		m[0]*n[0] + m[1]*n[3], m[0]*n[1] + m[1]*n[4], m[0]*n[2] + m[1]*n[5] + m[2],
		m[3]*n[0] + m[4]*n[3], m[3]*n[1] + m[4]*n[4], m[3]*n[2] + m[4]*n[5] + m[5],
	}
}

// inverse is undefined where the determinant is 0.
func inverse(m forensics.Affine) forensics.Affine {
	d := m[0]*m[4] - m[1]*m[3]
	return forensics.Affine{m[4] / d, -m[1] / d, (m[1]*m[5] - m[4]*m[2]) / d, -m[3] / d, m[0] / d, (m[3]*m[2] - m[0]*m[5]) / d}
}

// scaling multiplies coordinates.
func scaling(x, y float64) forensics.Affine { return forensics.Affine{x, 0, 0, 0, y, 0} }

// zoom is the root of the area that m gives to one square pixel.
func zoom(m forensics.Affine) float64 { return math.Sqrt(math.Abs(m[0]*m[4] - m[1]*m[3])) }

// solve returns x with a x = b for a symmetric positive definite a, of which it reads and overwrites the lower half (Cholesky).
// It reports false where a is not positive definite.
func solve(a [][]float64, b []float64) ([]float64, bool) {
	n := len(b)
	for j := range n {
		for k := range j {
			a[j][j] -= a[j][k] * a[j][k]
		}
		if a[j][j] <= 1e-12 || math.IsNaN(a[j][j]) {
			return nil, false
		}
		a[j][j] = math.Sqrt(a[j][j])
		for i := j + 1; i < n; i++ {
			for k := range j {
				a[i][j] -= a[i][k] * a[j][k]
			}
			a[i][j] /= a[j][j]
		}
	}
	x := make([]float64, n)
	for i := range n {
		x[i] = b[i]
		for k := range i {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[k][i] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x, true
}
