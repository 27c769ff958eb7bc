package copymove

import "math/rand/v2"

// field gives for the pixels of a lattice the offset to the most similar patch elsewhere in the picture.
type field struct {
	desc    []float32 // of every pixel of the picture
	pw, ph  int       // size of the picture
	step    int       // pixels between the points of the lattice
	apart   int       // pixels that a patch and its match are apart at least
	w, h    int       // points of the lattice
	plain   []bool    // pixels of the picture that are too plain to match
	dx, dy  []int16   // pixels
	cost    []float32
	randoms *rand.Rand
}

const (
	rounds  = 2   // of propagation and random search (Barnes et al., "PatchMatch", SIGGRAPH 2009); copies are found by then
	highest = 1e6 // cost of a point without a match
)

// match finds the field of a picture of pw x ph pixels by propagation and random search from a fixed seed.
func match(desc []float32, plain []bool, pw, ph, step, apart int) *field {
	f := &field{desc: desc, plain: plain, pw: pw, ph: ph, step: step, apart: apart, randoms: rand.New(rand.NewPCG(2015, 10))}
	f.w, f.h = (f.pw-2*margin-1)/step+1, (f.ph-2*margin-1)/step+1
	n := f.w * f.h
	f.dx, f.dy, f.cost = make([]int16, n), make([]int16, n), make([]float32, n)
	for i := range n {
		f.cost[i] = highest
	}
	for round := range rounds {
		for k := range n {
			i := k
			if round&1 == 1 {
				i = n - 1 - k
			}
			x, y := f.pixel(i)
			if f.plain[y*f.pw+x] {
				continue
			}
			if round == 0 {
				f.try(i, margin+f.randoms.IntN(f.pw-2*margin)-x, margin+f.randoms.IntN(f.ph-2*margin)-y)
			}
			f.propagate(i, 1-2*(round&1))
			for reach := max(f.pw, f.ph) / 2; reach >= 1; reach /= 4 {
				f.try(i, int(f.dx[i])+f.randoms.IntN(2*reach+1)-reach, int(f.dy[i])+f.randoms.IntN(2*reach+1)-reach)
			}
		}
	}
	return f
}

// pixel is where point i of the lattice lies in the picture.
func (f *field) pixel(i int) (x, y int) { return margin + i%f.w*f.step, margin + i/f.w*f.step }

// propagate tries the offsets of the neighbours already visited, as they are and continued by their own change.
func (f *field) propagate(i, step int) {
	for _, by := range [2]int{step, step * f.w} {
		a, b := i-by, i-2*by
		if a < 0 || a >= len(f.cost) || f.cost[a] == highest {
			continue
		}
		f.try(i, int(f.dx[a]), int(f.dy[a]))
		if b >= 0 && b < len(f.cost) && f.cost[b] < highest && (f.dx[a] != f.dx[b] || f.dy[a] != f.dy[b]) {
			f.try(i, 2*int(f.dx[a])-int(f.dx[b]), 2*int(f.dy[a])-int(f.dy[b]))
		}
	}
}

// try takes an offset for a point, and the way back for the point it leads to, where they are better than what is there.
func (f *field) try(i, dx, dy int) {
	x, y := f.pixel(i)
	tx, ty := x+dx, y+dy
	if tx < margin || ty < margin || tx >= f.pw-margin || ty >= f.ph-margin || dx*dx+dy*dy < f.apart*f.apart || f.plain[ty*f.pw+tx] {
		return
	}
	from, to := (y*f.pw+x)*describe, (ty*f.pw+tx)*describe
	d := distance(f.desc[from:from+describe], f.desc[to:to+describe], f.cost[i])
	if d < f.cost[i] {
		f.cost[i], f.dx[i], f.dy[i] = d, int16(dx), int16(dy)
		if dx%f.step == 0 && dy%f.step == 0 {
			if t := i + dy/f.step*f.w + dx/f.step; d < f.cost[t] {
				f.cost[t], f.dx[t], f.dy[t] = d, int16(-dx), int16(-dy)
			}
		}
	}
}

// distance is the squared distance of two descriptors; above limit it stops early.
func distance(a, b []float32, limit float32) float32 {
	sum := float32(0)
	for k := 0; k+6 <= describe; k += 6 {
		x, y := a[k:k+6:k+6], b[k:k+6:k+6]
		d0, d1, d2, d3, d4, d5 := x[0]-y[0], x[1]-y[1], x[2]-y[2], x[3]-y[3], x[4]-y[4], x[5]-y[5]
		sum += d0*d0 + d1*d1 + d2*d2 + d3*d3 + d4*d4 + d5*d5
		if sum >= limit {
			break
		}
	}
	return sum
}
