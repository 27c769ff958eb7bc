package isobmff

import (
	"encoding/binary"
	"math"
	"slices"
)

// fragment adds the samples of a moof (8.8).
func (r *reader) fragment(moof Box, tracks []*track) {
	for traf := range r.children(moof.Start, moof.End) {
		if traf.Kind != "traf" {
			continue
		}
		var t *track
		length := uint32(0)
		for b := range r.children(traf.Start, traf.End) {
			if !slices.Contains([]string{"tfhd", "tfdt", "trun"}, b.Kind) {
				continue
			}
			c := r.content(b)
			switch {
			case len(c) < 8:
			case b.Kind == "tfhd":
				if i := slices.IndexFunc(tracks, func(t *track) bool { return t.id == u32(c[4:]) }); i >= 0 {
					t, length = tracks[i], fragmentLength(c, tracks[i].defaultLength)
				}
			case t == nil:
			case b.Kind == "tfdt" && c[0] == 1 && len(c) >= 12:
				t.next = int64(binary.BigEndian.Uint64(c[4:]) & math.MaxInt64)
			case b.Kind == "tfdt":
				t.next = int64(u32(c[4:]))
			case b.Kind == "trun" && t.video:
				t.run(c, length)
			}
		}
	}
}

// fragmentLength is the default sample length of a tfhd, or that of its track.
func fragmentLength(c []byte, otherwise uint32) uint32 {
	flags, at := u32(c)&0xffffff, 8
	if flags&1 != 0 { // base data offset
		at += 8
	}
	if flags&2 != 0 { // sample description index
		at += 4
	}
	if flags&8 != 0 && len(c) >= at+4 {
		return u32(c[at:])
	}
	return otherwise
}

// run adds the samples of a video's trun (8.8.8).
func (t *track) run(c []byte, length uint32) {
	flags, count, at := u32(c)&0xffffff, u32(c[4:]), 8
	for _, once := range []uint32{1, 4} { // data offset, flags of the first sample
		if flags&once != 0 {
			at += 4
		}
	}
	for range count {
		delta, offset := length, uint32(0)
		for _, field := range []struct {
			flag uint32
			to   *uint32
		}{{0x100, &delta}, {0x200, nil}, {0x400, nil}, {0x800, &offset}} { // length, size, flags, composition offset
			if flags&field.flag == 0 {
				continue
			}
			if at+4 > len(c) {
				return
			}
			if field.to != nil {
				*field.to = u32(c[at:])
			}
			at += 4
		}
		if len(t.fragments) >= t.limit {
			return
		}
		shown := t.next + int64(int32(offset))
		t.fragments, t.end = append(t.fragments, shown), max(t.end, shown+int64(delta))
		t.next += int64(delta)
	}
}
