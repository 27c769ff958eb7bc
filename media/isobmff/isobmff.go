// Package isobmff reads the timing of videos in the ISO base media file format (ISO/IEC 14496-12: MP4, MOV, 3GP) from their sample
// tables, without decoding. It trusts no size or count: every table is bounded by the box that holds it.
package isobmff

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"time"
)

const (
	maxTables = 64 << 20 // bytes of sample tables that are read in all
	maxFrames = 5_000_000
	maxBoxes  = 100_000
)

// Timing is what the container says of its first video track.
type Timing struct {
	Frames   []time.Duration // times of the frames in showing order, from the first shown
	Duration time.Duration   // of the longest track
}

// ErrFormat says that there is no video track with sample tables.
var ErrFormat = errors.New("no video track with a time for each frame")

// reader walks boxes within bounds.
type reader struct {
	r     io.ReaderAt
	boxes int
	bytes int64
}

// box is one box: its type and where its content stands.
type box struct {
	kind       string
	start, end int64
}

// children yields the boxes between two offsets. A size that does not fit ends it.
func (r *reader) children(start, end int64) func(func(box) bool) {
	return func(yield func(box) bool) {
		var h [16]byte
		for at := start; at+8 <= end && r.boxes < maxBoxes; {
			r.boxes++
			if _, err := r.r.ReadAt(h[:8], at); err != nil {
				return
			}
			size, head := int64(binary.BigEndian.Uint32(h[:])), int64(8)
			switch size {
			case 0:
				size = end - at
			case 1:
				if _, err := r.r.ReadAt(h[8:], at+8); err != nil {
					return
				}
				size, head = int64(binary.BigEndian.Uint64(h[8:])), 16
			}
			if size < head || size > end-at {
				size = end - at // cut off: what is there of it may still tell
				if size < head {
					return
				}
			}
			if !yield(box{string(h[4:8]), at + head, at + size}) {
				return
			}
			at += size
		}
	}
}

// content reads a box of sample tables, or nil where it is too large or cut off.
func (r *reader) content(b box) []byte {
	n := b.end - b.start
	if n > maxTables-r.bytes {
		return nil
	}
	r.bytes += n
	buf := make([]byte, n)
	if _, err := r.r.ReadAt(buf, b.start); err != nil {
		return nil
	}
	return buf
}

// track is one track as far as timing goes. Times are in units of scale.
type track struct {
	id            uint32
	scale         uint32 // units a second
	video         bool
	stts, ctts    []byte
	skip          int64 // edit list: what lies before this time is not shown
	defaultLength uint32
	pts           []int64 // of each frame, in decoding order
	next          int64   // decode time after the last frame
}

// Read returns the timing of the first video track of a file of size bytes, also where it is fragmented (moof).
func Read(f io.ReaderAt, size int64) (Timing, error) {
	r := &reader{r: f}
	var tracks []*track
	var movie time.Duration
	for b := range r.children(0, size) {
		switch b.kind {
		case "moov":
			tracks, movie = r.movie(b)
		case "moof":
			r.fragment(b, tracks)
		}
	}
	for _, t := range tracks {
		if !t.video || t.scale == 0 {
			continue
		}
		shown := slices.DeleteFunc(t.pts, func(p int64) bool { return p < t.skip })
		if len(shown) == 0 {
			continue
		}
		slices.Sort(shown)
		out := Timing{Frames: make([]time.Duration, len(shown)), Duration: movie}
		for i, p := range shown {
			out.Frames[i] = seconds(p-shown[0], t.scale)
		}
		if movie == 0 {
			out.Duration = seconds(t.next-shown[0], t.scale)
		}
		return out, nil
	}
	return Timing{}, ErrFormat
}

// seconds converts units of a scale, rounding to the nanosecond.
func seconds(units int64, scale uint32) time.Duration {
	if scale == 0 || units < 0 || units/int64(scale) > int64(math.MaxInt64/time.Second)-1 {
		return 0
	}
	whole, rest := units/int64(scale), units%int64(scale)
	return time.Duration(whole)*time.Second + time.Duration((rest*int64(time.Second)+int64(scale)/2)/int64(scale))
}

// movie reads moov: its tracks and its duration.
func (r *reader) movie(moov box) (tracks []*track, duration time.Duration) {
	lengths := map[uint32]uint32{} // default length of samples in fragments, by track
	for b := range r.children(moov.start, moov.end) {
		switch b.kind {
		case "mvhd":
			scale, units := scaleAndDuration(r.content(b))
			duration = seconds(units, scale)
		case "trak":
			t := &track{}
			r.readTrack(b, t)
			t.expand()
			tracks = append(tracks, t)
		case "mvex":
			for x := range r.children(b.start, b.end) {
				if c := r.content(x); x.kind == "trex" && len(c) >= 16 {
					lengths[u32(c[4:])] = u32(c[12:])
				}
			}
		}
	}
	for _, t := range tracks {
		t.defaultLength = lengths[t.id]
	}
	return tracks, duration
}

func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// scaleAndDuration reads the end of the common part of mvhd and mdhd.
func scaleAndDuration(c []byte) (scale uint32, units int64) {
	switch {
	case len(c) >= 32 && c[0] == 1:
		return u32(c[20:]), int64(binary.BigEndian.Uint64(c[24:]) & math.MaxInt64)
	case len(c) >= 20 && c[0] == 0 && u32(c[16:]) != math.MaxUint32:
		return u32(c[12:]), int64(u32(c[16:]))
	}
	return 0, 0
}

// readTrack reads what a trak, or a box inside one, says of timing.
func (r *reader) readTrack(parent box, t *track) {
	for b := range r.children(parent.start, parent.end) {
		switch b.kind {
		case "mdia", "minf", "stbl", "edts":
			r.readTrack(b, t)
		case "tkhd":
			if c := r.content(b); len(c) >= 24 {
				t.id = u32(c[12+8*int(c[0]&1):])
			}
		case "mdhd":
			t.scale, _ = scaleAndDuration(r.content(b))
		case "hdlr":
			if c := r.content(b); len(c) >= 12 {
				t.video = t.video || string(c[8:12]) == "vide"
			}
		case "stts":
			t.stts = r.content(b)
		case "ctts":
			t.ctts = r.content(b)
		case "elst":
			t.skip = firstShown(r.content(b))
		}
	}
}

// firstShown is the media time at which the first edit that is not empty starts.
func firstShown(c []byte) int64 {
	if len(c) < 8 {
		return 0
	}
	size := 12
	if c[0] == 1 {
		size = 20
	}
	for e := c[8:]; len(e) >= size; e = e[size:] {
		start := int64(int32(u32(e[4:])))
		if size == 20 {
			start = int64(binary.BigEndian.Uint64(e[8:]))
		}
		if start >= 0 {
			return start
		}
	}
	return 0
}

// expand turns the run-length tables stts and ctts into a time for each frame (8.6.1). Offsets of version 0 are read as signed, too:
// writers disagree, and none means two billion.
func (t *track) expand() {
	if !t.video || len(t.stts) < 8 {
		return
	}
	for e := t.stts[8:]; len(e) >= 8; e = e[8:] {
		count, delta := u32(e), int64(u32(e[4:]))
		for range min(int64(count), int64(maxFrames-len(t.pts))) {
			t.pts = append(t.pts, t.next)
			t.next += delta
		}
	}
	if len(t.ctts) < 8 {
		return
	}
	i := 0
	for e := t.ctts[8:]; len(e) >= 8; e = e[8:] {
		offset := int64(int32(u32(e[4:])))
		for range min(int64(u32(e)), int64(len(t.pts)-i)) {
			t.pts[i] += offset
			i++
		}
	}
}

// fragment adds the frames of a moof (8.8).
func (r *reader) fragment(moof box, tracks []*track) {
	for traf := range r.children(moof.start, moof.end) {
		if traf.kind != "traf" {
			continue
		}
		var t *track
		length := uint32(0)
		for b := range r.children(traf.start, traf.end) {
			c := r.content(b)
			if len(c) < 8 {
				continue
			}
			switch b.kind {
			case "tfhd":
				if i := slices.IndexFunc(tracks, func(t *track) bool { return t.id == u32(c[4:]) }); i >= 0 {
					t, length = tracks[i], fragmentLength(c, tracks[i].defaultLength)
				}
			case "tfdt":
				if t != nil {
					t.next = int64(u32(c[4:]))
					if c[0] == 1 && len(c) >= 12 {
						t.next = int64(binary.BigEndian.Uint64(c[4:]) & math.MaxInt64)
					}
				}
			case "trun":
				if t != nil && t.video {
					t.run(c, length)
				}
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

// run adds the frames of a trun.
func (t *track) run(c []byte, length uint32) {
	flags, count, at := u32(c)&0xffffff, u32(c[4:]), 8
	for _, skip := range []uint32{1, 4} { // data offset, flags of the first sample
		if flags&skip != 0 {
			at += 4
		}
	}
	for range count {
		if len(t.pts) >= maxFrames {
			return
		}
		field := func(flag uint32) (uint32, bool) {
			if flags&flag == 0 {
				return 0, true
			}
			if at+4 > len(c) {
				return 0, false
			}
			at += 4
			return u32(c[at-4:]), true
		}
		delta, ok := field(0x100)
		if flags&0x100 == 0 {
			delta = length
		}
		_, ok2 := field(0x200)
		_, ok3 := field(0x400)
		offset, ok4 := field(0x800)
		if !ok || !ok2 || !ok3 || !ok4 {
			return
		}
		t.pts = append(t.pts, t.next+int64(int32(offset)))
		t.next += int64(delta)
	}
}
