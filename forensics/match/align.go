package match

import (
	"encoding/binary"
	"fmt"
	"image"
	"math"
	"math/rand/v2"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media/cv"

	"github.com/disintegration/imaging"
)

const (
	keypoints    = 500 // at most, of a picture reduced to forensics.SmallSide
	leastSide    = 384 // longer side in pixels to which a smaller picture is enlarged before keypoints are sought, by mostEnlarged at most
	mostEnlarged = 4.
	ratio        = .85 // of the distance to the second-best keypoint, at or above which a best one is ambiguous (Lowe 2004 uses .8)
	tolerance    = 4.  // pixels by which a keypoint of the probe may miss its place; fewer in one that was enlarged
	trials       = 400 // of RANSAC (Fischler and Bolles 1981)
	minScale     = .12 // of the original in the probe
	maxScale     = 8.
	minPairSide  = 20. // pixels between the two points that a trial starts from
)

// greyOf returns luma (Rec. 601, 0..255).
func greyOf(img *image.NRGBA) *image.Gray {
	g := image.NewGray(img.Rect)
	for i := range g.Pix {
		q := img.Pix[4*i : 4*i+3]
		g.Pix[i] = uint8((299*int(q[0]) + 587*int(q[1]) + 114*int(q[2]) + 500) / 1000)
	}
	return g
}

// keypointsOf finds keypoints, in pixels of g. ORB sees none within 31 pixels of an edge, which leaves little of a small picture, so that one is enlarged.
func keypointsOf(g *image.Gray) ([]reference.Keypoint, error) {
	seen, scale := g, enlarged(g)
	if scale > 1 {
		seen = greyOf(imaging.Resize(g, int(scale*float64(g.Rect.Dx())), int(scale*float64(g.Rect.Dy())), imaging.Linear))
	}
	xy, desc, err := cv.ORB(seen.Pix, seen.Rect.Dx(), seen.Rect.Dy(), keypoints)
	if err != nil {
		return nil, fmt.Errorf("keypoints: %w", err)
	}
	out := make([]reference.Keypoint, len(xy)/2)
	for i := range out {
		out[i].X, out[i].Y = original(xy[2*i], scale), original(xy[2*i+1], scale)
		for j := range out[i].Descriptor {
			out[i].Descriptor[j] = binary.BigEndian.Uint64(desc[i*cv.ORBSize+8*j:])
		}
	}
	return out, nil
}

// original is where a pixel of an enlarged picture was.
func original(x float32, scale float64) float32 { return max((x+.5)/float32(scale)-.5, 0) }

// enlarged is by how much a picture is enlarged before keypoints are sought: 1 to mostEnlarged.
func enlarged(g *image.Gray) float64 {
	return min(max(leastSide/float64(max(g.Rect.Dx(), g.Rect.Dy())), 1), mostEnlarged)
}

// pair is a keypoint of the probe with the one of the original that looks the same.
type pair struct{ probe, original reference.Keypoint }

// pairs matches every keypoint of the probe with the nearest of the original, where that is clearly the nearest.
func pairs(probe, original []reference.Keypoint) (out []pair) {
	for i := range probe {
		best, second, at := 257, 257, 0
		for j := range original {
			switch d := probe[i].Distance(&original[j]); {
			case d < best:
				best, second, at = d, best, j
			case d < second:
				second = d
			}
		}
		if best <= maxBits && float64(best) < ratio*float64(second) {
			out = append(out, pair{probe[i], original[at]})
		}
	}
	return out
}

// maxBits is the greatest distance of descriptors that show the same spot.
const maxBits = 72

// similarity maps the original's pixels to the probe's: x' = a x - b y + c, y' = b x + a y + d.
type similarity struct{ a, b, c, d float64 }

func (s similarity) affine() forensics.Affine { return forensics.Affine{s.a, -s.b, s.c, s.b, s.a, s.d} }

// fit is the least-squares similarity of the pairs.
func fit(pairs []pair) (similarity, bool) {
	n := float64(len(pairs))
	var mx, my, mu, mv float64
	for _, p := range pairs {
		mx, my = mx+float64(p.original.X)/n, my+float64(p.original.Y)/n
		mu, mv = mu+float64(p.probe.X)/n, mv+float64(p.probe.Y)/n
	}
	var dot, cross, norm float64
	for _, p := range pairs {
		x, y, u, v := float64(p.original.X)-mx, float64(p.original.Y)-my, float64(p.probe.X)-mu, float64(p.probe.Y)-mv
		dot, cross, norm = dot+x*u+y*v, cross+x*v-y*u, norm+x*x+y*y
	}
	if norm < 1 {
		return similarity{}, false
	}
	s := similarity{a: dot / norm, b: cross / norm}
	s.c, s.d = mu-(s.a*mx-s.b*my), mv-(s.b*mx+s.a*my)
	scale := math.Hypot(s.a, s.b)
	return s, scale >= minScale && scale <= maxScale
}

// inliers are the pairs that lie as s says, to within tolerance pixels of the probe.
func inliers(pairs []pair, s similarity, tolerance float64) (out []pair) {
	m := s.affine()
	for _, p := range pairs {
		if u, v := m.Apply(float64(p.original.X), float64(p.original.Y)); math.Hypot(u-float64(p.probe.X), v-float64(p.probe.Y)) <= tolerance {
			out = append(out, p)
		}
	}
	return out
}

// align finds the similarity that most pairs agree on to within tolerance, and those pairs. The same pairs always give the same one.
func align(pairs []pair, tolerance float64) (best similarity, agreeing []pair) {
	if len(pairs) < 2 {
		return best, nil
	}
	rnd := rand.New(rand.NewPCG(1, uint64(len(pairs))))
	for range trials {
		a, b := pairs[rnd.IntN(len(pairs))], pairs[rnd.IntN(len(pairs))]
		if math.Hypot(float64(a.original.X-b.original.X), float64(a.original.Y-b.original.Y)) < minPairSide {
			continue
		}
		if s, ok := fit([]pair{a, b}); ok {
			if in := inliers(pairs, s, tolerance); len(in) > len(agreeing) {
				best, agreeing = s, in
			}
		}
	}
	for range 3 {
		s, ok := fit(agreeing)
		if !ok {
			break
		}
		if in := inliers(pairs, s, tolerance); len(in) >= len(agreeing) {
			best, agreeing = s, in
		}
	}
	return best, agreeing
}
