package copymove

import (
	"image"
	"math"
)

// affine maps x, y to a*x+b*y+c, d*x+e*y+f.
type affine [6]float64

func (m affine) at(x, y float64) (float64, float64) {
	return m[0]*x + m[1]*y + m[2], m[3]*x + m[4]*y + m[5]
}

// fit returns the affine map that goes with the offsets of a region, by least squares, again without the pixels far from it.
func (f *field) fit(r region) (affine, bool) {
	var m affine
	for pass, tolerance := range [3]float64{math.Inf(1), 3, 1.5} {
		var n, sx, sy, sxx, sxy, syy float64
		var u, v [3]float64 // sums of the target times 1, x, y
		for _, i := range r.points {
			px, py := f.pixel(i)
			x, y := float64(px-r.box.Min.X), float64(py-r.box.Min.Y)
			tx, ty := float64(px)+float64(f.dx[i]), float64(py)+float64(f.dy[i])
			if pass > 0 {
				gx, gy := m.at(x, y)
				if math.Hypot(gx-tx, gy-ty) > tolerance {
					continue
				}
			}
			n, sx, sy, sxx, sxy, syy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y, syy+y*y
			u[0], u[1], u[2] = u[0]+tx, u[1]+tx*x, u[2]+tx*y
			v[0], v[1], v[2] = v[0]+ty, v[1]+ty*x, v[2]+ty*y
		}
		if n < 12 {
			return m, false
		}
		var ok bool
		if m, ok = solve(n, sx, sy, sxx, sxy, syy, u, v); !ok {
			return m, false
		}
	}
	m[2] -= m[0]*float64(r.box.Min.X) + m[1]*float64(r.box.Min.Y)
	m[5] -= m[3]*float64(r.box.Min.X) + m[4]*float64(r.box.Min.Y)
	det := m[0]*m[4] - m[1]*m[3]
	return m, det > .25 && det < 4
}

// solve the normal equations of two fits of a plane.
func solve(n, sx, sy, sxx, sxy, syy float64, u, v [3]float64) (affine, bool) {
	mx, my := sx/n, sy/n
	cxx, cxy, cyy := sxx-sx*mx, sxy-sx*my, syy-sy*my
	det := cxx*cyy - cxy*cxy
	if det <= 1e-6*max(cxx*cyy, 1) {
		return affine{}, false
	}
	var m affine
	for k, s := range [2][3]float64{u, v} {
		px, py := s[1]-mx*s[0], s[2]-my*s[0]
		a, b := (px*cyy-py*cxy)/det, (py*cxx-px*cxy)/det
		m[3*k], m[3*k+1], m[3*k+2] = a, b, s[0]/n-a*mx-b*my
	}
	return m, true
}

const (
	zncc     = 3  // pixels around a pixel whose likeness is measured
	alike    = .9 // correlation from which two patches count as the same
	plainest = 3  // grey levels of standard deviation; in plainer patches the correlation is of noise
)

// clone is a part of the picture that is found a second time in it.
type clone struct {
	pixels   []int // of the picture
	box      image.Rectangle
	to       affine
	area     int     // pixels of the reduced picture
	residual float64 // mean of 1 minus the correlation
	contrast float64 // mean standard deviation
	target   image.Rectangle
}

// verify compares the picture with itself under the map of a region, patch by patch, and grows the region to all that is alike.
func (f *field) verify(luma plane, r region, m affine) (clone, bool) {
	grown := r.box.Inset(-max(r.box.Dx(), r.box.Dy(), 16)).Intersect(image.Rect(0, 0, luma.w, luma.h))
	w, h := grown.Dx(), grown.Dy()
	here, there := newPlane(w, h), newPlane(w, h)
	valid := make([]bool, w*h)
	for i := range here.v {
		x, y := grown.Min.X+i%w, grown.Min.Y+i/w
		here.v[i] = luma.v[y*luma.w+x]
		tx, ty := m.at(float64(x), float64(y))
		there.v[i], valid[i] = luma.sample(tx, ty)
		valid[i] = valid[i] && math.Hypot(tx-float64(x), ty-float64(y)) >= float64(f.apart)/2
	}
	first := newSums(w, h, func(i int) (float64, float64) { v := float64(here.v[i]); return v, v * v })
	second := newSums(w, h, func(i int) (float64, float64) { v := float64(there.v[i]); return v, v * v })
	both := newSums(w, h, func(i int) (float64, float64) {
		bad := 0.
		if !valid[i] {
			bad = 1
		}
		return float64(here.v[i]) * float64(there.v[i]), bad
	})
	const n = (2*zncc + 1) * (2*zncc + 1)
	rho, sd := newPlane(w, h), newPlane(w, h)
	for y := zncc; y < h-zncc; y++ {
		for x := zncc; x < w-zncc; x++ {
			x0, y0, x1, y1 := x-zncc, y-zncc, x+zncc+1, y+zncc+1
			a, aa := first.of(x0, y0, x1, y1)
			b, bb := second.of(x0, y0, x1, y1)
			ab, bad := both.of(x0, y0, x1, y1)
			va, vb := aa/n-a/n*a/n, bb/n-b/n*b/n
			if bad > 0 || va < plainest*plainest || vb < plainest*plainest {
				continue
			}
			rho.v[y*w+x], sd.v[y*w+x] = float32((ab/n-a/n*b/n)/math.Sqrt(va*vb)), float32(math.Sqrt(va))
		}
	}
	return f.grow(grown, r, m, rho, sd)
}

// grow joins the patches that are alike to those of the region.
func (f *field) grow(at image.Rectangle, r region, m affine, rho, sd plane) (clone, bool) {
	c := clone{to: m}
	seen := make([]bool, len(rho.v))
	var stack []int
	add := func(i int) {
		if !seen[i] && rho.v[i] >= alike {
			seen[i] = true
			stack = append(stack, i)
		}
	}
	for _, p := range r.points {
		x, y := f.pixel(p)
		add((y-at.Min.Y)*rho.w + x - at.Min.X)
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x, y := at.Min.X+i%rho.w, at.Min.Y+i/rho.w
		c.pixels = append(c.pixels, y*f.pw+x)
		c.box = c.box.Union(image.Rect(x, y, x+1, y+1))
		tx, ty := m.at(float64(x), float64(y))
		c.target = c.target.Union(image.Rect(int(tx), int(ty), int(tx)+1, int(ty)+1))
		c.residual += 1 - float64(rho.v[i])
		c.contrast += float64(sd.v[i])
		for _, n := range [4]int{i - 1, i + 1, i - rho.w, i + rho.w} { // never outside: rho is 0 at the border
			add(n)
		}
	}
	c.area = len(c.pixels)
	if c.area == 0 {
		return c, false
	}
	c.residual /= float64(c.area)
	c.contrast /= float64(c.area)
	return c, true
}

// sample interpolates linearly; ok is false outside.
func (p plane) sample(x, y float64) (value float32, ok bool) {
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	if x0 < 0 || y0 < 0 || x0+1 >= p.w || y0+1 >= p.h {
		return 0, false
	}
	fx, fy := float32(x-float64(x0)), float32(y-float64(y0))
	i := y0*p.w + x0
	top, bottom := p.v[i]+fx*(p.v[i+1]-p.v[i]), p.v[i+p.w]+fx*(p.v[i+p.w+1]-p.v[i+p.w])
	return top + fy*(bottom-top), true
}
