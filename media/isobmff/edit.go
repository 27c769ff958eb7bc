package isobmff

import (
	"encoding/binary"
	"math"
	"slices"
)

const maxEdits = 1000

// edit is one entry of an edit list (8.6.6).
type edit struct {
	length int64 // in units of the movie
	start  int64 // in units of the track; -1: nothing is shown
}

func edits(c []byte) (out []edit) {
	if len(c) < 8 {
		return nil
	}
	size := 12
	if c[0] == 1 {
		size = 20
	}
	for e := c[8:]; len(e) >= size && len(out) < maxEdits; e = e[size:] {
		if size == 12 {
			out = append(out, edit{int64(u32(e)), int64(int32(u32(e[4:])))})
		} else {
			out = append(out, edit{int64(binary.BigEndian.Uint64(e) & math.MaxInt64), int64(binary.BigEndian.Uint64(e[8:]))})
		}
	}
	return out
}

// lead is how long nothing is shown before the first edit that shows something, in units of the track, and the edits from that one on.
func (t *track) lead(movieScale uint32) (empty int64, rest []edit) {
	rest = t.edits
	for len(rest) > 0 && rest[0].start < 0 {
		empty += rescale(rest[0].length, uint64(t.scale), uint64(movieScale))
		rest = rest[1:]
	}
	return empty, rest
}

// shown returns when the samples of the tables are shown, edit by edit. What no edit holds is not shown. The first frame comes just
// after the empty edits, also where its edit starts earlier than it: players, FFmpeg among them, leave no gap there.
func (t *track) shown(movieScale uint32) []int64 {
	at, rest := t.lead(movieScale)
	if len(rest) == 0 {
		return t.samples
	}
	slices.Sort(t.samples)
	begin := at
	var out []int64
	for _, e := range rest {
		length := rescale(e.length, uint64(t.scale), uint64(movieScale))
		end := e.start + length
		if length == 0 || end < e.start {
			end = math.MaxInt64
		}
		from, _ := slices.BinarySearch(t.samples, e.start)
		to, _ := slices.BinarySearch(t.samples, end)
		if e.start < 0 {
			to = from
		}
		for _, s := range t.samples[from:min(to, from+t.limit-len(out))] {
			out = append(out, at+s-e.start)
		}
		at += length
	}
	if len(out) == 0 {
		return nil
	}
	if gap := slices.Min(out) - begin; gap > 0 {
		for i := range out {
			out[i] -= gap
		}
	}
	return out
}

// shownFragments returns when the samples of fragments are shown. Their edit list only says where the time line starts: it was
// written before they were.
func (t *track) shownFragments(movieScale uint32) []int64 {
	offset, rest := t.lead(movieScale)
	if len(rest) > 0 {
		offset -= rest[0].start
	}
	for i := range t.fragments {
		t.fragments[i] += offset
	}
	t.end += offset
	return t.fragments
}
