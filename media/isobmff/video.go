package isobmff

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
	"slices"
	"time"
)

const maxFrames = 5_000_000 // 46 hours at 30 a second

// Video is what a file says of its first video track.
type Video struct {
	Frames      []time.Duration // times at which the frames are shown, in that order, on the time line of the whole file
	Duration    time.Duration   // of the whole file, up to the end of its longest track
	Orientation int             // EXIF orientation, 1..8, that the transformation matrix amounts to
	Encrypted   bool            // the frames are (ISO/IEC 23001-7)
	Truncated   bool            // the file ends before a box that holds frames or tables does
}

// track is one track. Times are in units of scale.
type track struct {
	id            uint32
	scale         uint32 // units a second
	video         bool
	encrypted     bool
	turn          matrix
	stts, ctts    []byte
	edits         []edit
	limit         int     // of samples
	defaultLength uint32  // of a sample in a fragment
	samples       []int64 // composition time of each sample in the tables, in decoding order
	fragments     []int64 // likewise of those in fragments
	next          int64   // decoding time after the last sample
	end           int64   // of the last frame in fragments, which a movie header may not know
}

// ReadVideo reads a file of size bytes, fragmented (moof) or not. Truncated is set also where it fails.
func ReadVideo(f io.ReaderAt, size int64) (Video, error) {
	r := newReader(f, size)
	r.frames = int(min(maxFrames, size)) // a frame has a byte at least
	var m movie
	v := Video{Orientation: 1}
	for b := range r.children(0, size) {
		switch b.Kind {
		case "moov":
			m = r.movie(b)
		case "moof":
			r.fragment(b, m.tracks)
		}
		v.Truncated = v.Truncated || b.Cut && slices.Contains([]string{"moov", "moof", "mdat"}, b.Kind)
	}
	i := slices.IndexFunc(m.tracks, func(t *track) bool { return t.video && t.scale > 0 })
	if i < 0 {
		return v, ErrFormat
	}
	t := m.tracks[i]
	v.Encrypted = t.encrypted
	v.Orientation = m.turn.after(t.turn).orientation()
	shown := slices.Concat(t.shown(m.scale), t.shownFragments(m.scale))
	slices.Sort(shown)
	for _, units := range shown {
		v.Frames = append(v.Frames, seconds(units, t.scale))
	}
	v.Duration = max(seconds(m.units, m.scale), seconds(t.end, t.scale))
	if len(shown) == 0 {
		return v, ErrFormat
	}
	return v, nil
}

// seconds converts units of a scale, to the nearest nanosecond.
func seconds(units int64, scale uint32) time.Duration {
	return time.Duration(rescale(units, uint64(time.Second), uint64(scale)))
}

// rescale returns v*to/from, rounded half away from zero: 0 where from is 0, and the largest number there is where it does not fit.
func rescale(v int64, to, from uint64) int64 {
	if v < 0 {
		return -rescale(-max(v, -math.MaxInt64), to, from)
	}
	hi, lo := bits.Mul64(uint64(v), to)
	lo, carry := bits.Add64(lo, from/2, 0)
	hi += carry
	switch {
	case from == 0:
		return 0
	case hi >= from:
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, from)
	return int64(min(q, math.MaxInt64))
}

// movie is what moov holds.
type movie struct {
	tracks []*track
	scale  uint32
	units  int64 // duration, in units of scale
	turn   matrix
}

func (r *reader) movie(moov Box) movie {
	m := movie{turn: identity}
	lengths := map[uint32]uint32{} // default length of samples in fragments, by track
	for b := range r.children(moov.Start, moov.End) {
		switch b.Kind {
		case "mvhd":
			c := r.content(b)
			m.scale, m.units = scaleAndDuration(c)
			m.turn = matrixAt(c, 36)
		case "trak":
			t := &track{turn: identity, limit: r.frames}
			r.readTrack(b, t, 0)
			t.expand()
			m.tracks = append(m.tracks, t)
		case "mvex":
			for x := range r.children(b.Start, b.End) {
				if x.Kind != "trex" {
					continue
				}
				if c := r.content(x); len(c) >= 16 {
					lengths[u32(c[4:])] = u32(c[12:])
				}
			}
		}
	}
	for _, t := range m.tracks {
		t.defaultLength = lengths[t.id]
	}
	return m
}

// scaleAndDuration reads the common part of mvhd and mdhd (8.2.2, 8.4.2).
func scaleAndDuration(c []byte) (scale uint32, units int64) {
	switch {
	case len(c) >= 32 && c[0] == 1 && binary.BigEndian.Uint64(c[24:]) < math.MaxInt64:
		return u32(c[20:]), int64(binary.BigEndian.Uint64(c[24:]))
	case len(c) >= 20 && c[0] == 0 && u32(c[16:]) != math.MaxUint32:
		return u32(c[12:]), int64(u32(c[16:]))
	case len(c) >= 24 && c[0] == 1:
		return u32(c[20:]), 0
	case len(c) >= 16:
		return u32(c[12:]), 0
	}
	return 0, 0
}

// readTrack reads what a trak, or a box inside one, says.
func (r *reader) readTrack(parent Box, t *track, depth int) {
	if depth > maxDepth {
		return
	}
	for b := range r.children(parent.Start, parent.End) {
		switch b.Kind {
		case "mdia", "minf", "stbl", "edts":
			r.readTrack(b, t, depth+1)
		case "tkhd":
			c := r.content(b)
			if len(c) >= 24 {
				t.id = u32(c[12+8*int(c[0]&1):])
			}
			t.turn = matrixAt(c, 40)
		case "mdhd":
			t.scale, _ = scaleAndDuration(r.content(b))
		case "hdlr":
			if c := r.content(b); len(c) >= 12 {
				t.video = t.video || string(c[8:12]) == "vide"
			}
		case "stsd":
			for entry := range r.children(b.Start+8, b.End) {
				t.encrypted = t.encrypted || entry.Kind == "encv"
			}
		case "stts":
			t.stts = r.content(b)
		case "ctts":
			t.ctts = r.content(b)
		case "elst":
			t.edits = edits(r.content(b))
		}
	}
}

// expand turns the run-length tables stts and ctts into a time for each sample (8.6.1). Offsets of version 0 are read as signed, too:
// writers disagree, and none means two billion.
func (t *track) expand() {
	if !t.video {
		return
	}
	for e := t.stts[min(8, len(t.stts)):]; len(e) >= 8; e = e[8:] {
		for range min(int64(u32(e)), int64(t.limit-len(t.samples))) {
			t.samples = append(t.samples, t.next)
			t.next += int64(u32(e[4:]))
		}
	}
	i := 0
	for e := t.ctts[min(8, len(t.ctts)):]; len(e) >= 8; e = e[8:] {
		for range min(int64(u32(e)), int64(len(t.samples)-i)) {
			t.samples[i] += int64(int32(u32(e[4:])))
			i++
		}
	}
}
