// Package reference holds protected pictures and finds them again: packs on disk and the search over their hashes.
package reference

import "unmask/forensics/pdq"

// Entry is one protected picture, or one frame of a protected video.
type Entry struct {
	Identity string   `json:"identity"` // name of the sub-folder it was enrolled from
	Name     string   `json:"name"`     // file name
	SHA256   string   `json:"sha256"`
	Frame    int      `json:"frame,omitempty"`
	Time     float64  `json:"t,omitempty"` // seconds from the start of a video
	PDQ      pdq.Hash `json:"pdq"`
	Quality  int      `json:"quality"`
	Picture  []byte   `json:"picture,omitempty"` // JPEG of at most 256 pixels a side, to show beside a probe
}

// Set is everything that one run searches.
type Set struct {
	Entries []Entry
}

// Match is an entry near a probe.
type Match struct {
	Entry    *Entry
	Distance int
	Symmetry pdq.Symmetry // what to do to the entry to get the probe
}
