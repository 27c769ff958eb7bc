// Package reference holds protected pictures and finds them again: packs on disk and the search over their hashes.
package reference

import (
	"cmp"
	"slices"

	"unmask/forensics/pdq"
)

// Entry is one protected picture, or one frame of a protected video.
type Entry struct {
	Identity  string  `json:"identity"` // name of the sub-folder it was enrolled from
	Name      string  `json:"name"`     // file name below that folder
	SHA256    string  `json:"sha256"`
	Video     bool    `json:"video,omitempty"`
	Time      float64 `json:"t,omitempty"` // of a frame, in seconds from the start of its video
	Quality   int     `json:"quality"`     // PDQ quality of the whole picture
	Views     []View  `json:"views"`       // the whole picture, then the crops of it that are searched too
	Width     int     `json:"width"`       // of Picture, in pixels
	Height    int     `json:"height"`
	Picture   []byte  `json:"picture,omitempty"`   // JPEG of at most PictureSide pixels a side, to show beside a probe and to verify with; absent in packs that travel
	Keypoints []byte  `json:"keypoints,omitempty"` // of Picture, in the form of PackKeypoints
}

// View is the hash of a picture with a part cut off each side.
type View struct {
	Crop float64  `json:"crop"` // share of the side cut off at each of the four sides
	PDQ  pdq.Hash `json:"pdq"`
}

// PictureSide is the longer side in pixels of the picture kept with an entry.
const PictureSide = 512

// Set is everything that one run searches. It is read-only once made.
type Set struct {
	entries []Entry
	hashes  []pdq.Hash // of all views
	views   []view     // parallel to hashes

	keypoints *keypointIndex
}

type view struct {
	entry int32
	crop  float64
}

// NewSet makes entries searchable.
func NewSet(entries []Entry) *Set {
	s := &Set{entries: entries, keypoints: newKeypointIndex(entries)}
	for i := range entries {
		for _, v := range entries[i].Views {
			s.hashes = append(s.hashes, v.PDQ)
			s.views = append(s.views, view{int32(i), v.Crop})
		}
	}
	return s
}

// Len is the number of entries.
func (s *Set) Len() int { return len(s.entries) }

// Match is an entry near a probe.
type Match struct {
	Entry    *Entry
	Distance int          // differing bits of 256
	Symmetry pdq.Symmetry // what turns the probe into the entry
	Crop     float64      // share cut off each side of the entry that fits the probe best
}

// Search returns every entry that one of the probe's eight hashes comes within radius bits of, each once with its nearest
// view, nearest entry first. The search is exact.
func (s *Set) Search(probe *[8]pdq.Hash, radius int) []Match {
	best := map[int32]Match{}
	for i, h := range s.hashes {
		for sym := range probe {
			d := probe[sym].Distance(h)
			if d > radius {
				continue
			}
			v := s.views[i]
			if m, ok := best[v.entry]; !ok || d < m.Distance {
				best[v.entry] = Match{&s.entries[v.entry], d, pdq.Symmetry(sym), v.crop}
			}
		}
	}
	out := make([]Match, 0, len(best))
	for _, m := range best {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Entry.Identity, b.Entry.Identity),
			cmp.Compare(a.Entry.Name, b.Entry.Name), cmp.Compare(a.Entry.Time, b.Entry.Time))
	})
	return out
}
