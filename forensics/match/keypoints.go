package match

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media/cv"

	"github.com/disintegration/imaging"
)

const (
	keypoints = 500 // of a picture reduced to forensics.SmallSide

	minPairs    = 10  // keypoints that look the same before a pair of pictures is looked at more closely
	minInliers  = 12  // of those that lie as in the original
	minAgree    = .55 // least correlation of the grey values where the two overlap
	minShown    = .2  // least share of the original that is shown
	candidates  = 6   // entries looked at more closely for one probe
	tolerance   = 4.  // pixels of the reduced probe
	trials      = 400 // of RANSAC (Fischler and Bolles 1981)
	sampleGrid  = 48  // points a side at which grey values are compared
	minScale    = .12
	maxScale    = 8.
	minPairSide = 20. // pixels between the two points that a trial starts from
)

// placed is an entry that was found in a probe by where its keypoints lie.
type placed struct {
	entry    *reference.Entry
	inliers  int
	pairs    int
	agree    float64 // correlation of grey values, -1..1
	shown    float64 // share of the original that is inside the probe
	mirrored bool
	box      [4]int // in the probe, pixels of the frame
}

// locate finds entries by keypoints, as they are and mirrored, and keeps those whose position and grey values confirm them.
func locate(p *forensics.Pass, frame int, refs *reference.Set) ([]placed, error) {
	small := p.Small(frame)
	scale := float64(p.Frames[frame].Width) / float64(small.Rect.Dx())
	var out []placed
	for _, mirrored := range []bool{false, true} {
		if mirrored {
			small = imaging.FlipH(small)
		}
		grey := greyOf(small)
		probe, err := keypointsOf(grey)
		if err != nil {
			return nil, err
		}
		for _, c := range refs.Candidates(probe, minPairs, candidates) {
			if m, ok := verify(grey, c); ok {
				m.mirrored = mirrored
				if mirrored {
					m.box[0] = small.Rect.Dx() - m.box[0] - m.box[2]
				}
				for i := range m.box {
					m.box[i] = int(math.Round(float64(m.box[i]) * scale))
				}
				out = append(out, m)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out, nil
}

// greyOf returns luma (Rec. 601, 0..255).
func greyOf(img *image.NRGBA) *image.Gray {
	g := image.NewGray(img.Rect)
	for i := range g.Pix {
		q := img.Pix[4*i : 4*i+3]
		g.Pix[i] = uint8((299*int(q[0]) + 587*int(q[1]) + 114*int(q[2]) + 500) / 1000)
	}
	return g
}

func keypointsOf(g *image.Gray) ([]reference.Keypoint, error) {
	xy, desc, err := cv.ORB(g.Pix, g.Rect.Dx(), g.Rect.Dy(), keypoints)
	if err != nil {
		return nil, fmt.Errorf("keypoints: %w", err)
	}
	out := make([]reference.Keypoint, len(xy)/2)
	for i := range out {
		out[i].X, out[i].Y = xy[2*i], xy[2*i+1]
		for j := range out[i].Descriptor {
			out[i].Descriptor[j] = binary.BigEndian.Uint64(desc[i*cv.ORBSize+8*j:])
		}
	}
	return out, nil
}

// similarity maps the entry's pixels to the probe's: x' = a x - b y + c, y' = b x + a y + d.
type similarity struct{ a, b, c, d float64 }

func (s similarity) apply(x, y float64) (float64, float64) {
	return s.a*x - s.b*y + s.c, s.b*x + s.a*y + s.d
}

func (s similarity) scale() float64 { return math.Hypot(s.a, s.b) }

// fit is the least-squares similarity of the pairs.
func fit(pairs []reference.Pair) (similarity, bool) {
	n := float64(len(pairs))
	var mx, my, mu, mv float64
	for _, p := range pairs {
		mx, my = mx+float64(p.Entry.X)/n, my+float64(p.Entry.Y)/n
		mu, mv = mu+float64(p.Probe.X)/n, mv+float64(p.Probe.Y)/n
	}
	var dot, cross, norm float64
	for _, p := range pairs {
		x, y, u, v := float64(p.Entry.X)-mx, float64(p.Entry.Y)-my, float64(p.Probe.X)-mu, float64(p.Probe.Y)-mv
		dot, cross, norm = dot+x*u+y*v, cross+x*v-y*u, norm+x*x+y*y
	}
	if norm < 1 {
		return similarity{}, false
	}
	s := similarity{a: dot / norm, b: cross / norm}
	s.c, s.d = mu-(s.a*mx-s.b*my), mv-(s.b*mx+s.a*my)
	return s, s.scale() >= minScale && s.scale() <= maxScale
}

// inliers are the pairs that lie as s says.
func inliers(pairs []reference.Pair, s similarity) (out []reference.Pair) {
	for _, p := range pairs {
		if u, v := s.apply(float64(p.Entry.X), float64(p.Entry.Y)); math.Hypot(u-float64(p.Probe.X), v-float64(p.Probe.Y)) <= tolerance {
			out = append(out, p)
		}
	}
	return out
}

// align finds the similarity that most pairs agree on. The same pairs always give the same one.
func align(pairs []reference.Pair) (best similarity, agreeing []reference.Pair) {
	rnd := rand.New(rand.NewPCG(1, uint64(len(pairs))))
	for range trials {
		a, b := pairs[rnd.IntN(len(pairs))], pairs[rnd.IntN(len(pairs))]
		if math.Hypot(float64(a.Entry.X-b.Entry.X), float64(a.Entry.Y-b.Entry.Y)) < minPairSide {
			continue
		}
		if s, ok := fit([]reference.Pair{a, b}); ok {
			if in := inliers(pairs, s); len(in) > len(agreeing) {
				best, agreeing = s, in
			}
		}
	}
	for range 3 {
		s, ok := fit(agreeing)
		if !ok {
			break
		}
		if in := inliers(pairs, s); len(in) >= len(agreeing) {
			best, agreeing = s, in
		}
	}
	return best, agreeing
}

// verify tells whether a candidate lies in the probe: enough keypoints agree on one position, and the grey values there agree too.
func verify(probe *image.Gray, c reference.Candidate) (m placed, ok bool) {
	s, in := align(c.Pairs)
	if len(in) < minInliers {
		return m, false
	}
	ref, err := jpeg.Decode(bytes.NewReader(c.Entry.Picture))
	if err != nil {
		return m, false
	}
	m = placed{entry: c.Entry, inliers: len(in), pairs: len(c.Pairs)}
	m.agree, m.shown = agreement(probe, greyOf(imaging.Clone(ref)), s, c.Entry)
	w, h := float64(c.Entry.Width), float64(c.Entry.Height)
	area := image.Rectangle{Min: image.Pt(math.MaxInt32, math.MaxInt32)}
	for _, corner := range [][2]float64{{0, 0}, {w, 0}, {0, h}, {w, h}} {
		u, v := s.apply(corner[0], corner[1])
		x, y := int(math.Round(u)), int(math.Round(v))
		area = image.Rect(min(area.Min.X, x), min(area.Min.Y, y), max(area.Max.X, x), max(area.Max.Y, y))
	}
	area = area.Intersect(probe.Rect)
	m.box = [4]int{area.Min.X, area.Min.Y, area.Dx(), area.Dy()}
	return m, m.agree >= minAgree && m.shown >= minShown
}

// agreement compares grey values at a grid of points of the original that lie inside the probe. It returns their correlation and the
// share of the grid that lies inside.
func agreement(probe, ref *image.Gray, s similarity, e *reference.Entry) (correlation, shown float64) {
	var n, sx, sy, sxx, syy, sxy float64
	for j := range sampleGrid {
		for i := range sampleGrid {
			fx, fy := (float64(i)+.5)/sampleGrid, (float64(j)+.5)/sampleGrid
			u, v := s.apply(fx*float64(e.Width), fy*float64(e.Height))
			px, py := int(u), int(v)
			if u < 0 || v < 0 || px >= probe.Rect.Dx() || py >= probe.Rect.Dy() {
				continue
			}
			x := float64(ref.GrayAt(int(fx*float64(ref.Rect.Dx())), int(fy*float64(ref.Rect.Dy()))).Y)
			y := float64(probe.GrayAt(px, py).Y)
			n, sx, sy, sxx, syy, sxy = n+1, sx+x, sy+y, sxx+x*x, syy+y*y, sxy+x*y
		}
	}
	if n < 16 {
		return 0, 0
	}
	if va, vb := sxx-sx*sx/n, syy-sy*sy/n; va > 0 && vb > 0 {
		correlation = (sxy - sx*sy/n) / math.Sqrt(va*vb)
	}
	return correlation, n / (sampleGrid * sampleGrid)
}
