package splice

import (
	"math"
	"slices"
)

const (
	dims    = 6    // numbers that a square is reduced to
	sampled = 2048 // squares from which the mass of them is learnt
	turns   = 40   // of the iterations for the directions
	rounds  = 30   // and of those for the mass
	outside = 2.5  // medians of the distance beyond which a square is not of the mass
)

// reduced projects rows of size numbers onto the directions in which they vary most (orthogonal iteration on their covariance).
func reduced(rows []float32, size int) [][dims]float64 {
	n := len(rows) / size
	every := (n + sampled - 1) / sampled
	mean := make([]float64, size)
	used := 0.
	for i := 0; i < n; i += every {
		for k, v := range rows[i*size : (i+1)*size] {
			mean[k] += float64(v)
		}
		used++
	}
	for k := range mean {
		mean[k] /= used
	}
	cov := make([][]float64, size)
	for k := range cov {
		cov[k] = make([]float64, size)
	}
	d := make([]float64, size)
	for i := 0; i < n; i += every {
		for k, v := range rows[i*size : (i+1)*size] {
			d[k] = float64(v) - mean[k]
		}
		for k, a := range d {
			for l, b := range d[:k+1] {
				cov[k][l] += a * b
			}
		}
	}
	for k := range cov {
		for l := range k {
			cov[l][k] = cov[k][l]
		}
	}
	axes := directions(cov)
	out := make([][dims]float64, n)
	for i := range out {
		for k, v := range rows[i*size : (i+1)*size] {
			d[k] = float64(v) - mean[k]
		}
		for j, a := range axes {
			out[i][j] = dot(a, d)
		}
	}
	return out
}

// directions are the first dims principal axes of a covariance.
func directions(cov [][]float64) [dims][]float64 {
	var axes [dims][]float64
	for j := range axes {
		axes[j] = make([]float64, len(cov))
		for k := range axes[j] {
			axes[j][k] = math.Cos(math.Pi * float64(j+1) * (float64(k) + .5) / float64(len(cov)))
		}
	}
	for range turns {
		for j := range axes {
			next := make([]float64, len(cov))
			for k, row := range cov {
				for l, x := range row {
					next[k] += x * axes[j][l]
				}
			}
			for i := range j {
				p := dot(next, axes[i])
				for k, x := range axes[i] {
					next[k] -= p * x
				}
			}
			length := math.Sqrt(dot(next, next)) + math.SmallestNonzeroFloat32
			for k := range next {
				next[k] /= length
			}
			axes[j] = next
		}
	}
	return axes
}

func dot(a, b []float64) float64 {
	sum := 0.
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

// distances are the squared Mahalanobis distances of points from the mass of them, of which those far from it have no part.
func distances(points [][dims]float64) []float64 {
	every := (len(points) + sampled - 1) / sampled
	weights := make([]float64, 0, sampled)
	for i := 0; i < len(points); i += every {
		weights = append(weights, 1)
	}
	part := make([]float64, len(weights))
	var centre [dims]float64
	var inverse [dims][dims]float64
	for range rounds {
		centre, inverse = gaussian(points, weights, every)
		for k := range part {
			part[k] = distance(points[k*every], centre, inverse)
		}
		limit := outside * median(part)
		for k, d := range part {
			weights[k] = 1/(1+math.Exp(min((d-limit)/(.2*limit+1e-12), 30))) + 1e-3
		}
	}
	out := make([]float64, len(points))
	for i, p := range points {
		out[i] = distance(p, centre, inverse)
	}
	return out
}

// gaussian is the weighted mean and the inverse of the weighted covariance of every so many points.
func gaussian(points [][dims]float64, weights []float64, every int) (centre [dims]float64, inverse [dims][dims]float64) {
	total := 0.
	for k, w := range weights {
		total += w
		for a, x := range points[k*every] {
			centre[a] += w * x
		}
	}
	for a := range centre {
		centre[a] /= total
	}
	var cov [dims][dims]float64
	trace := 0.
	for k, w := range weights {
		p := points[k*every]
		for a := range p {
			p[a] -= centre[a]
			d := w * p[a] / total
			for b := range a + 1 {
				cov[a][b] += d * p[b]
			}
		}
	}
	for a := range cov {
		for b := range a {
			cov[b][a] = cov[a][b]
		}
		trace += cov[a][a]
	}
	for a := range cov {
		cov[a][a] += 1e-6*trace + 1e-12
		inverse[a][a] = 1
	}
	for i := range cov { // Gauss-Jordan; the matrix is positive definite
		f := cov[i][i]
		for k := range cov {
			cov[i][k], inverse[i][k] = cov[i][k]/f, inverse[i][k]/f
		}
		for j := range cov {
			if f := cov[j][i]; j != i {
				for k := range cov {
					cov[j][k], inverse[j][k] = cov[j][k]-f*cov[i][k], inverse[j][k]-f*inverse[i][k]
				}
			}
		}
	}
	return centre, inverse
}

func distance(p, centre [dims]float64, inverse [dims][dims]float64) float64 {
	sum := 0.
	for a := range p {
		for b := range p {
			sum += (p[a] - centre[a]) * inverse[a][b] * (p[b] - centre[b])
		}
	}
	return max(sum, 0)
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}
