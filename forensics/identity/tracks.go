package identity

import (
	"cmp"
	"math"
	"slices"

	"unmask/forensics/face"
	"unmask/forensics/reference"
)

// track is one person's face through the frames, in their order.
type track []face.Embedded

const (
	samePlace  = .4  // intersection over union from which a face in the next frame may be the same
	sameThere  = .25 // cosine that it needs then: cuts put other people in the same place
	sameAny    = .45 // cosine from which a face is the same wherever it is; 1 in 10 000 pairs of strangers in the corpus reach .42
	bestViews  = 5   // of a track, which decide together
	frontal    = 1.5 // yaw at which a view counts for nothing when the best are picked
	sharpEyes  = 40. // pixels between the eyes beyond which a larger face is no better: it is reduced to 35
	plainSharp = 20. // sharpness beyond which a sharper face is no better
)

// tracks gathers faces, which come frame by frame, into tracks; each takes one face of a frame at most.
func tracks(faces []face.Embedded) (out []track) {
	taken := map[[2]int]bool{} // track and frame
	before := -1               // frame before the one at hand
	for i, f := range faces {
		if i > 0 && faces[i-1].Face.Frame != f.Face.Frame {
			before = faces[i-1].Face.Frame
		}
		best, fit := -1, 0.
		for k, t := range out {
			if taken[[2]int{k, f.Face.Frame}] {
				continue
			}
			last := t[len(t)-1].Face
			c := t.mean().Dot(f.Vector)
			if (c >= sameAny || c >= sameThere && last.Frame == before && overlap(last.Box, f.Face.Box) >= samePlace) && c > fit {
				best, fit = k, c
			}
		}
		if best < 0 {
			best = len(out)
			out = append(out, nil)
		}
		out[best] = append(out[best], f)
		taken[[2]int{best, f.Face.Frame}] = true
	}
	return out
}

func (t track) mean() reference.Vector {
	vs := make([]reference.Vector, len(t))
	for i, f := range t {
		vs[i] = f.Vector
	}
	return reference.Mean(vs)
}

// views returns the faces of the track that show most, best first.
func (t track) views() track {
	worth := func(f face.Embedded) float64 {
		q := f.Face.Quality
		return f.Face.Score * min(1, q["inter_eye"]/sharpEyes) * min(1, q["sharpness"]/plainSharp) * max(0, 1-math.Abs(q["yaw"])/frontal)
	}
	sorted := slices.Clone(t)
	slices.SortStableFunc(sorted, func(a, b face.Embedded) int { return cmp.Compare(worth(b), worth(a)) })
	return sorted[:min(len(sorted), bestViews)]
}

func (t track) best() face.Embedded { return t.views()[0] }

// vector is what the best views have in common.
func (t track) vector() reference.Vector { return t.views().mean() }

// overlap returns intersection over union.
func overlap(a, b [4]int) float64 {
	w := min(a[0]+a[2], b[0]+b[2]) - max(a[0], b[0])
	h := min(a[1]+a[3], b[1]+b[3]) - max(a[1], b[1])
	shared := max(0, w) * max(0, h)
	return float64(shared) / float64(max(1, a[2]*a[3]+b[2]*b[3]-shared))
}
