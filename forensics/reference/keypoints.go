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

// PackKeypoints is the form in which an Entry carries keypoints, strongest first. Coordinates must be under 1024.
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

// Points unpacks the keypoints of an entry, or of its mirror image.
func (e *Entry) Points(mirrored bool) []Keypoint {
	packed := e.Keypoints
	if mirrored {
		packed = e.Mirrored
	}
	out := make([]Keypoint, len(packed)/keypointSize)
	for i := range out {
		r := packed[i*keypointSize:]
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
	// closeBits is the greatest distance at which two descriptors count as the same spot. Such a pair agrees wholly in one of the 16
	// slots in about 3 of 4 cases at 40 bits, more often below.
	closeBits = 48
	// indexedPoints are the strongest keypoints of each entry and of its mirror image that are indexed; maxIndexed bounds all of them: 100
	// bytes each. Entries beyond are found by their hashes only.
	indexedPoints = 250
	maxIndexed    = 4_000_000
)

// keypointIndex finds keypoints near another one by slots of their descriptors that agree. It misses some pairs; a picture has
// hundreds.
type keypointIndex struct {
	descriptors [][4]uint64
	owner       []int32 // of each: twice the position of the entry, and 1 more for its mirror image
	start       [slots][]int32
	ids         [slots][]int32
}

func newKeypointIndex(entries []Entry) *keypointIndex {
	x := &keypointIndex{}
	for i := range entries {
		for k, mirrored := range []bool{false, true} {
			points := entries[i].Points(mirrored)
			for _, p := range points[:min(len(points), indexedPoints)] {
				x.descriptors, x.owner = append(x.descriptors, p.Descriptor), append(x.owner, int32(2*i+k))
			}
		}
		if len(x.owner) > maxIndexed {
			break
		}
	}
	for s := range slots {
		start, ids := make([]int32, buckets+1), make([]int32, len(x.owner))
		for i := range x.descriptors {
			start[slot(&x.descriptors[i], s)+1]++
		}
		for b := range buckets {
			start[b+1] += start[b]
		}
		next := slices.Clone(start)
		for i := range x.descriptors {
			b := slot(&x.descriptors[i], s)
			ids[next[b]] = int32(i)
			next[b]++
		}
		x.start[s], x.ids[s] = start, ids
	}
	return x
}

func slot(d *[4]uint64, s int) int { return int(d[s/4]>>(16*(s%4))) & (buckets - 1) }

// Candidate is an entry, or its mirror image, that looks the same as a probe at some keypoints.
type Candidate struct {
	Entry    *Entry
	Mirrored bool
}

// Sharing returns the entries that look the same as the probe at atLeast or more of its keypoints, those with most first, and at
// most most of them. Keypoints that look alike are a hint; where they lie must confirm it.
func (s *Set) Sharing(probe []Keypoint, atLeast, most int) []Candidate {
	x := s.keypoints
	votes := map[int32]int{}
	var voted []int32 // entries that the keypoint at hand voted for
	for i := range probe {
		d := &probe[i].Descriptor
		voted = voted[:0]
		for n := range slots {
			b := slot(d, n)
			for _, id := range x.ids[n][x.start[n][b]:x.start[n][b+1]] {
				o := &x.descriptors[id]
				if bits.OnesCount64(d[0]^o[0])+bits.OnesCount64(d[1]^o[1])+bits.OnesCount64(d[2]^o[2])+bits.OnesCount64(d[3]^o[3]) <= closeBits &&
					!slices.Contains(voted, x.owner[id]) {
					voted = append(voted, x.owner[id])
					votes[x.owner[id]]++
				}
			}
		}
	}
	var found []int32
	for e, n := range votes {
		if n >= atLeast {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b int32) int { return cmp.Or(cmp.Compare(votes[b], votes[a]), cmp.Compare(a, b)) })
	var out []Candidate
	for _, e := range found[:min(len(found), most)] {
		out = append(out, Candidate{&s.entries[e/2], e%2 == 1})
	}
	return out
}
