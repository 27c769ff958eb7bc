// Package reference holds protected pictures and finds them again: packs on disk and the search over their hashes.
package reference

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strconv"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

// Entry is one protected picture, or one frame of a protected video.
type Entry struct {
	Identity   string  `json:"identity"` // name of the sub-folder it was enrolled from
	Name       string  `json:"name"`     // file name below that folder
	SHA256     string  `json:"sha256"`
	Video      bool    `json:"video,omitempty"`
	Time       float64 `json:"t,omitempty"` // of a frame, in seconds from the start of its video
	Quality    int     `json:"quality"`     // PDQ quality of the whole picture
	Views      []View  `json:"views"`       // the whole picture, then the parts of it that are searched too
	Perceptual string  `json:"phash"`       // goimagehash PerceptionHash of Picture, 16 hex digits
	Width      int     `json:"width"`       // of Picture, in pixels
	Height     int     `json:"height"`
	Picture    []byte  `json:"picture,omitempty"`   // JPEG of at most PictureSide pixels a side, to show beside a probe and to verify with; absent in packs that travel
	Keypoints  []byte  `json:"keypoints,omitempty"` // of Picture, in the form of PackKeypoints
	Mirrored   []byte  `json:"mirrored,omitempty"`  // keypoints of Picture mirrored left to right
	Faces      []Face  `json:"faces,omitempty"`     // of the protected person: at most one in a picture
	NoFace     string  `json:"no_face,omitempty"`   // why there is none
}

// View is the hash of a picture of which something was cut off.
type View struct {
	Cut Cut      `json:"cut"`
	PDQ pdq.Hash `json:"pdq"`
}

// Cut is the share of width or height that is missing at the left, top, right and bottom.
type Cut [4]float64

// PictureSide is the longer side in pixels of the picture kept with an entry.
const PictureSide = 512

// Set is everything that one run searches. It is read-only once made.
type Set struct {
	entries []Entry
	index   *nearest.Index // of the hashes of all views
	views   []view         // by id in the index

	keypoints  *keypointIndex
	perceptual []uint64 // of each entry
}

type view struct {
	entry int32
	cut   Cut
}

// NewSet makes entries searchable.
func NewSet(entries []Entry) *Set {
	s := &Set{entries: entries, keypoints: newKeypointIndex(entries)}
	var hashes []pdq.Hash
	for i := range entries {
		h, _ := strconv.ParseUint(entries[i].Perceptual, 16, 64) // 0, which is no hash, where a pack was made without
		s.perceptual = append(s.perceptual, h)
		for _, v := range entries[i].Views {
			hashes = append(hashes, v.PDQ)
			s.views = append(s.views, view{int32(i), v.Cut})
		}
	}
	s.index = nearest.New(hashes)
	return s
}

// Len is the number of entries.
func (s *Set) Len() int { return len(s.entries) }

// Frames is the number of entries that come from the same file as e.
func (s *Set) Frames(e *Entry) int {
	n := 0
	for i := range s.entries {
		if s.entries[i].Identity == e.Identity && s.entries[i].Name == e.Name {
			n++
		}
	}
	return n
}

// Like returns the entries whose 64-bit perceptual hash comes within radius bits, in the order of the pack, and at most most of them.
func (s *Set) Like(perceptual uint64, radius, most int) (out []*Entry) {
	for i, h := range s.perceptual {
		if h != 0 && bits.OnesCount64(h^perceptual) <= radius && len(out) < most {
			out = append(out, &s.entries[i])
		}
	}
	return out
}

// Match is an entry near a probe.
type Match struct {
	Entry    *Entry
	Distance int          // differing bits of 256
	Symmetry pdq.Symmetry // what turns the probe into the entry
	Cut      Cut          // what is missing of the entry in the view that fits the probe best
}

// Search returns every entry that one of the probe's eight hashes comes within radius bits of, each once with its nearest
// view, nearest entry first. The search is exact.
func (s *Set) Search(probe *[8]pdq.Hash, radius int) []Match {
	type hit struct{ view, distance, symmetry int }
	best := map[int32]hit{}
	s.index.Within(probe[:], radius, func(symmetry, view, distance int) {
		entry := s.views[view].entry
		if b, ok := best[entry]; !ok || distance < b.distance || distance == b.distance && view < b.view {
			best[entry] = hit{view, distance, symmetry}
		}
	})
	out := make([]Match, 0, len(best))
	for _, entry := range slices.Sorted(maps.Keys(best)) {
		b := best[entry]
		out = append(out, Match{&s.entries[entry], b.distance, pdq.Symmetry(b.symmetry), s.views[b.view].cut})
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Entry.Identity, b.Entry.Identity),
			cmp.Compare(a.Entry.Name, b.Entry.Name), cmp.Compare(a.Entry.Time, b.Entry.Time))
	})
	return out
}
