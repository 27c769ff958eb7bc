package difference

import "math"

const cellSide = 4 // pixels; a window is 2 x 2 cells, and windows begin at every cell

// sums are over the pixels of a cell or a window: r is luma of the probe less what was expected, p what was expected, q the probe,
// gx and gy the gradient of p, u and v the differences of
// chroma, moved how far the tone changed the original.
type sums struct {
	n, r, rr, gx, gy, gxx, gxy, gyy, gxr, gyr, u, v, p, pp, q, qq, moved float64
}

func (s *sums) add(o *sums) {
	s.n, s.r, s.rr, s.gx, s.gy, s.gxx = s.n+o.n, s.r+o.r, s.rr+o.rr, s.gx+o.gx, s.gy+o.gy, s.gxx+o.gxx
	s.gxy, s.gyy, s.gxr, s.gyr, s.u, s.v = s.gxy+o.gxy, s.gyy+o.gyy, s.gxr+o.gxr, s.gyr+o.gyr, s.u+o.u, s.v+o.v
	s.p, s.pp, s.q, s.qq, s.moved = s.p+o.p, s.pp+o.pp, s.q+o.q, s.qq+o.qq, s.moved+o.moved
}

// window is how a small area of the probe differs from what was expected there. Levels are of 256.
type window struct {
	ok       bool    // enough of it is shown to be compared
	luma     float64 // mean difference, after the local shift
	cb, cr   float64 // mean differences
	detail   float64 // root of the mean squared difference of luma about its mean, after the local shift
	activity float64 // standard deviation of the expected luma in and around the window
	own      float64 // standard deviation of the expected luma
	probe    float64 // standard deviation of the probe's luma
	agree    float64 // correlation of the two
	moved    float64 // levels by which the tone of the whole copy changed the original here
	grey     float64 // mean of the probe's luma
	shift    float64 // pixels of the local shift
}

func (w *window) chroma() float64 { return math.Hypot(w.cb, w.cr) }

const (
	shiftSpread = .35 // pixels: standard deviation of the residual misalignment that is expected
	maxShift    = 1.  // pixels
)

// measured turns sums into differences. A shift of up to a pixel that explains them is taken out first.
func (s *sums) measured() window {
	if s.n < 3*cellSide*cellSide {
		return window{}
	}
	ridge := (s.rr/s.n + 1) / (shiftSpread * shiftSpread)
	a, b, c := s.gxx+ridge, s.gxy, s.gyy+ridge
	d := a*c - b*b
	x, y := (c*s.gxr-b*s.gyr)/d, (a*s.gyr-b*s.gxr)/d
	if l := math.Hypot(x, y); l > maxShift {
		x, y = x/l*maxShift, y/l*maxShift
	}
	mean := (s.r - x*s.gx - y*s.gy) / s.n
	energy := (s.rr - 2*(x*s.gxr+y*s.gyr) + x*x*s.gxx + 2*x*y*s.gxy + y*y*s.gyy) / s.n
	own, probe := math.Sqrt(max(0, s.pp/s.n-sq(s.p/s.n))), math.Sqrt(max(0, s.qq/s.n-sq(s.q/s.n)))
	both := (s.pp+s.qq-s.rr)/2/s.n - s.p/s.n*s.q/s.n
	return window{ok: true, luma: mean, cb: s.u / s.n, cr: s.v / s.n, detail: math.Sqrt(max(0, energy-mean*mean)),
		activity: own, own: own, probe: probe, agree: both / (own*probe + 1e-6),
		moved: s.moved / s.n, grey: s.q / s.n, shift: math.Hypot(x, y)}
}

func sq(v float64) float64 { return v * v }

// windowsOf compares a probe with what was expected of it, the original under the tone of the copy, where inside. The result holds rows of windows, and how many there are across
// and down.
func windowsOf(ref, expected, probe picture, inside []bool) (windows []window, across, down int) {
	p, q := luminance(expected.luma(), probe.luma(), inside)
	w, h := p.w, p.h
	cw, ch := w/cellSide, h/cellSide
	cells := make([]sums, cw*ch)
	for y := 1; y < min(h-1, ch*cellSide); y++ {
		for x := 1; x < min(w-1, cw*cellSide); x++ {
			i := y*w + x
			if !inside[i] {
				continue
			}
			pv, qv := float64(p.v[i]), float64(q.v[i])
			r, gx, gy := qv-pv, float64(p.v[i+1]-p.v[i-1])/2, float64(p.v[i+w]-p.v[i-w])/2
			dr, dg, db := float64(probe[0].v[i]-expected[0].v[i]), float64(probe[1].v[i]-expected[1].v[i]), float64(probe[2].v[i]-expected[2].v[i])
			dy := .299*dr + .587*dg + .114*db
			mr, mg, mb := expected[0].v[i]-ref[0].v[i], expected[1].v[i]-ref[1].v[i], expected[2].v[i]-ref[2].v[i]
			moved := math.Sqrt(float64(mr*mr+mg*mg+mb*mb) / 3)
			s := &cells[y/cellSide*cw+x/cellSide] // field by field: this runs for every pixel
			s.n++
			s.r += r
			s.rr += r * r
			s.gx += gx
			s.gy += gy
			s.gxx += gx * gx
			s.gxy += gx * gy
			s.gyy += gy * gy
			s.gxr += gx * r
			s.gyr += gy * r
			s.u += .564 * (db - dy)
			s.v += .713 * (dr - dy)
			s.p += pv
			s.pp += pv * pv
			s.q += qv
			s.qq += qv * qv
			s.moved += moved
		}
	}
	across, down = max(0, cw-1), max(0, ch-1)
	windows = make([]window, across*down)
	for y := range down {
		for x := range across {
			s := cells[y*cw+x]
			s.add(&cells[y*cw+x+1])
			s.add(&cells[(y+1)*cw+x])
			s.add(&cells[(y+1)*cw+x+1])
			windows[y*across+x] = s.measured()
		}
	}
	spreadActivity(windows, across, down)
	return windows, across, down
}

// spreadActivity gives every window the greatest activity around it: compression spreads errors over its blocks, sharpening over edges.
func spreadActivity(windows []window, across, down int) {
	for y := range down {
		for x := range across {
			for v := max(0, y-1); v <= min(down-1, y+1); v++ {
				for u := max(0, x-1); u <= min(across-1, x+1); u++ {
					windows[y*across+x].activity = max(windows[y*across+x].activity, windows[v*across+u].own)
				}
			}
		}
	}
}

const (
	lively    = 8. // grey levels of standard deviation from which a window tells how far it is shifted
	leastLive = 30 // windows
	clearance = 2  // windows around what differs that are not asked
	untold    = .4 // pixels, where too few windows tell: what differs decides then
)

// shiftOf is the local shift in pixels, 0 to maxShift, of lively windows apart from what differs: their median, because some lie on what was altered and
// differs less. It is untold with too few of them.
func shiftOf(windows []window, strength []float64, across int) float64 {
	down := len(windows) / max(across, 1)
	var shifts []float64
	for i := range windows {
		if w := &windows[i]; !w.ok || w.own < lively {
			continue
		}
		x, y, apart := i%across, i/across, true
		for v := max(0, y-clearance); v <= min(down-1, y+clearance) && apart; v++ {
			for u := max(0, x-clearance); u <= min(across-1, x+clearance) && apart; u++ {
				apart = strength[v*across+u] < grow/seed
			}
		}
		if apart {
			shifts = append(shifts, windows[i].shift)
		}
	}
	if len(shifts) < leastLive {
		return untold
	}
	return median(shifts)
}
