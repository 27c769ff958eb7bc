package face

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"unmask/forensics"
)

// regressor moves a start point to a landmark: stages of randomised trees that compare pairs of pixels around the point, each
// stage closer in than the one before. Method: Markuš, Frljak, Pandžić, Ahlberg, Forchheimer, "Eye pupil localization with an
// ensemble of randomized trees", Pattern Recognition 47 (2014). The files are pigo's; its own evaluation draws its start points from
// the global random source, so that the same picture gives other landmarks every time. Here they are fixed.
type regressor struct {
	stages, trees, depth int
	shrink               float64   // of the scale, after each stage
	codes                []int8    // inner nodes: row and column of one pixel, row and column of the other, in 1/256 of the scale
	moves                []float32 // leaves: rows and columns to move, in units of the scale
}

// errCascade says that a cascade file is not what its header claims.
var errCascade = errors.New("damaged cascade file")

// parseRegressor reads a cascade: four little-endian words (stages, scale factor, trees in a stage, depth of a tree), then for each tree
// its inner nodes (4 signed bytes) and its leaves (2 floats).
func parseRegressor(data []byte) (*regressor, error) {
	if len(data) < 16 {
		return nil, errCascade
	}
	word := func(at int) uint32 { return binary.LittleEndian.Uint32(data[at:]) }
	r := &regressor{stages: int(word(0)), trees: int(word(8)), depth: int(word(12)), shrink: float64(math.Float32frombits(word(4)))}
	if r.stages < 1 || r.stages > 32 || r.trees < 1 || r.trees > 256 || r.depth < 1 || r.depth > 16 || !(r.shrink > 0 && r.shrink <= 1) {
		return nil, errCascade
	}
	leaves, total := 1<<r.depth, r.stages*r.trees
	if len(data) != 16+total*(4*(leaves-1)+8*leaves) {
		return nil, errCascade
	}
	r.codes, r.moves = make([]int8, 0, total*4*(leaves-1)), make([]float32, 0, total*2*leaves)
	at := 16
	for range total {
		for _, b := range data[at : at+4*(leaves-1)] {
			r.codes = append(r.codes, int8(b))
		}
		at += 4 * (leaves - 1)
		for range 2 * leaves {
			v := math.Float32frombits(word(at))
			if !(math.Abs(float64(v)) < 16) {
				return nil, errCascade
			}
			r.moves = append(r.moves, v)
			at += 4
		}
	}
	return r, nil
}

// spot is a position in a grey picture, with the side of its surroundings, in pixels.
type spot struct{ x, y, scale float64 }

// pose turns the picture under a regressor: by an angle, given as cosine and sine, and left for right where mirror is -1 (else 1).
type pose struct{ cos, sin, mirror float64 }

var upright = pose{cos: 1, mirror: 1}

// move runs one start point through all stages. Positions are fixed-point numbers of 1/256 pixel in the comparisons, so that every
// processor compares the same pixels.
func (r *regressor) move(g *grey, s spot, in pose) spot {
	leaves := 1 << r.depth
	for stage := range r.stages {
		x0, y0 := int(math.Round(256*s.x)), int(math.Round(256*s.y))
		a, b := int(math.Round(256*s.scale*in.cos)), int(math.Round(256*s.scale*in.sin))
		m := int(in.mirror)
		at := func(row, col int8) uint8 {
			u, v := m*int(col), int(row)
			x, y := (x0+(u*a-v*b)>>8)>>8, (y0+(u*b+v*a)>>8)>>8
			return g.pix[min(max(y, 0), g.rows-1)*g.cols+min(max(x, 0), g.cols-1)]
		}
		var du, dv float64
		for tree := stage * r.trees; tree < (stage+1)*r.trees; tree++ {
			nodes := r.codes[4*(leaves-1)*tree : 4*(leaves-1)*(tree+1)]
			node := 0
			for range r.depth {
				n := nodes[4*node : 4*node+4 : 4*node+4]
				if node = 2*node + 1; at(n[0], n[1]) > at(n[2], n[3]) {
					node++
				}
			}
			leaf := 2 * (leaves*tree + node - (leaves - 1))
			dv += float64(r.moves[leaf])
			du += float64(r.moves[leaf+1])
		}
		du *= in.mirror
		s.x += float64(s.scale * (float64(du*in.cos) - float64(dv*in.sin)))
		s.y += float64(s.scale * (float64(du*in.sin) + float64(dv*in.cos)))
		s.scale *= r.shrink
	}
	return s
}

// starts is how many start points are tried around the first guess.
const starts = 31

// locate runs start points spread around a first guess and returns the median of where they end, coordinate by coordinate, and
// how far apart they end: the median distance from it, in units of the start scale. They start within 7.5 % of the scale around the
// guess and vary by as much in size, like pigo's, but at the Halton sequence in bases 2, 3 and 5.
func (r *regressor) locate(g *grey, s spot, in pose) (at forensics.Point, spread float64) {
	var xs, ys, ds [starts]float64
	for i := range starts {
		end := r.move(g, spot{s.x + .15*s.scale*(halton(i+1, 2)-.5), s.y + .15*s.scale*(halton(i+1, 3)-.5), s.scale * (.925 + .15*halton(i+1, 5))}, in)
		xs[i], ys[i] = end.x, end.y
	}
	at = forensics.Point{median(xs), median(ys)}
	for i := range starts {
		ds[i] = math.Hypot(xs[i]-at[0], ys[i]-at[1])
	}
	return at, median(ds) / s.scale
}

func median(v [starts]float64) float64 {
	slices.Sort(v[:])
	return v[starts/2]
}

// halton returns element i of the van der Corput sequence in a base: evenly spread over 0..1, the same every time.
func halton(i, base int) float64 {
	v, f := 0., 1.
	for ; i > 0; i /= base {
		f /= float64(base)
		v += f * float64(i%base)
	}
	return v
}
