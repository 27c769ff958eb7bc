package reference

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// Keypoint is one ORB keypoint of a picture.
type Keypoint struct {
	X, Y       float32 // pixels of the reduced picture it was found in
	Descriptor [4]uint64
}

// Distance is the number of differing bits of two descriptors.
func (k *Keypoint) Distance(o *Keypoint) int {
	d := 0
	for i, w := range k.Descriptor {
		d += bits.OnesCount64(w ^ o.Descriptor[i])
	}
	return d
}

const (
	keypointSize = 36 // bytes on disk: two coordinates of 16 bits in units of 1/64 pixel, then the descriptor
	subpixel     = 64
)

// PackKeypoints is the form in which an Entry carries keypoints. Coordinates must be under 1024.
func PackKeypoints(points []Keypoint) []byte {
	out := make([]byte, 0, keypointSize*len(points))
	for _, p := range points {
		out = binary.BigEndian.AppendUint16(out, uint16(p.X*subpixel+.5))
		out = binary.BigEndian.AppendUint16(out, uint16(p.Y*subpixel+.5))
		for _, w := range p.Descriptor {
			out = binary.BigEndian.AppendUint64(out, w)
		}
	}
	return out
}

func unpackKeypoints(b []byte) []Keypoint {
	out := make([]Keypoint, len(b)/keypointSize)
	for i := range out {
		r := b[i*keypointSize:]
		out[i].X, out[i].Y = float32(binary.BigEndian.Uint16(r))/subpixel, float32(binary.BigEndian.Uint16(r[2:]))/subpixel
		for j := range out[i].Descriptor {
			out[i].Descriptor[j] = binary.BigEndian.Uint64(r[4+8*j:])
		}
	}
	return out
}

const (
	slots   = 16 // tables, each over 16 bits of the descriptor
	buckets = 1 << 16
	// closeBits is the greatest distance at which two descriptors are taken for the same spot. Such a pair agrees wholly in one of the 16
	// slots in about 3 of 4 cases at 40 bits, more often below.
	closeBits = 48
	// maxIndexed bounds the keypoints that are indexed: 64 bytes each for the tables alone.
	maxIndexed = 4_000_000
)

// keypointIndex finds keypoints near another one by slots of their descriptors that agree. It misses some pairs; a picture has
// hundreds.
type keypointIndex struct {
	points []Keypoint
	owner  []int32 // entry of each point
	start  [slots][]int32
	ids    [slots][]int32
}

func newKeypointIndex(entries []Entry) *keypointIndex {
	x := &keypointIndex{}
	for i := range entries {
		if len(x.points) > maxIndexed {
			break
		}
		for _, p := range unpackKeypoints(entries[i].Keypoints) {
			x.points, x.owner = append(x.points, p), append(x.owner, int32(i))
		}
	}
	for s := range slots {
		start, ids := make([]int32, buckets+1), make([]int32, len(x.points))
		for i := range x.points {
			start[x.points[i].slot(s)+1]++
		}
		for b := range buckets {
			start[b+1] += start[b]
		}
		next := slices.Clone(start)
		for i := range x.points {
			b := x.points[i].slot(s)
			ids[next[b]] = int32(i)
			next[b]++
		}
		x.start[s], x.ids[s] = start, ids
	}
	return x
}

func (k *Keypoint) slot(s int) int { return int(k.Descriptor[s/4]>>(16*(s%4))) & (buckets - 1) }

// Pair is a keypoint of a probe with the one of an entry that looks the same.
type Pair struct{ Probe, Entry Keypoint }

// Candidate is an entry that shares keypoints with a probe.
type Candidate struct {
	Entry *Entry
	Pairs []Pair // one for each keypoint of the probe
}

// Candidates returns the entries that share at least atLeast keypoints with a probe, those with most first, and at most most of
// them. Which keypoints are the same is a guess from their looks; where they lie must confirm it.
func (s *Set) Candidates(probe []Keypoint, atLeast, most int) []Candidate {
	x := s.keypoints
	pairs := map[int32][]Pair{}
	seen := make([]int32, len(x.points)) // the probe's keypoint that looked at it last, plus 1
	for i := range probe {
		best := map[int32]int32{} // entry to point
		for slot := range slots {
			b := probe[i].slot(slot)
			for _, id := range x.ids[slot][x.start[slot][b]:x.start[slot][b+1]] {
				if seen[id] == int32(i+1) {
					continue
				}
				seen[id] = int32(i + 1)
				d := probe[i].Distance(&x.points[id])
				if d > closeBits {
					continue
				}
				if other, ok := best[x.owner[id]]; !ok || d < probe[i].Distance(&x.points[other]) {
					best[x.owner[id]] = id
				}
			}
		}
		for entry, id := range best {
			pairs[entry] = append(pairs[entry], Pair{probe[i], x.points[id]})
		}
	}
	var out []Candidate
	for entry, p := range pairs {
		if len(p) >= atLeast {
			out = append(out, Candidate{&s.entries[entry], p})
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(len(b.Pairs), len(a.Pairs)), cmp.Compare(a.Entry.Identity, b.Entry.Identity),
			cmp.Compare(a.Entry.Name, b.Entry.Name), cmp.Compare(a.Entry.Time, b.Entry.Time))
	})
	return out[:min(len(out), most)]
}
