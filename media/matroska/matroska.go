// Package matroska reads what Matroska and WebM files (RFC 9559) say of the timing of their first video track, from their blocks and
// without decoding. It trusts no size; damage ends the reading, not the result.
package matroska

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"time"
)

const (
	maxElements = 20_000_000
	maxFrames   = 5_000_000
)

// Video is what a file says of its first video track.
type Video struct {
	Frames    []time.Duration // times at which the frames are shown, in that order, on the time line of the whole file
	Duration  time.Duration   // of the whole file; 0 where it does not say
	Truncated bool            // the file ends before its elements do
}

// ErrFormat says that there is no video track with blocks.
var ErrFormat = errors.New("no video track is described in it")

// Elements (RFC 9559 section 5).
const (
	idSegment          = 0x18538067
	idInfo             = 0x1549a966
	idTimestampScale   = 0x2ad7b1
	idDuration         = 0x4489
	idTracks           = 0x1654ae6b
	idTrackEntry       = 0xae
	idTrackNumber      = 0xd7
	idTrackType        = 0x83
	idDefaultDuration  = 0x23e383
	idCodecID          = 0x86
	idContentEncodings = 0x6d80
	idCluster          = 0x1f43b675
	idTimestamp        = 0xe7
	idSimpleBlock      = 0xa3
	idBlockGroup       = 0xa0
	idBlock            = 0xa1
)

// track is what a track entry says.
type track struct {
	number   uint64
	video    bool
	codec    string
	encoded  bool   // blocks are compressed or encrypted once more
	duration uint64 // of a frame in nanoseconds; 0 where it is not said
}

// reader collects what the elements say while it walks them.
type reader struct {
	scale    uint64 // nanoseconds a unit
	duration float64
	video    track // the first video track
	entry    track // the track entry being read
	cluster  int64 // its time, in units
	times    []int64
}

// ReadVideo reads a file of size bytes. Truncated is set also where it fails. Elements that hold others are entered and never left:
// every element that matters is known by its identifier, wherever it stands, and clusters of unknown length, as live streams have
// them, need no end.
func ReadVideo(f io.ReaderAt, size int64) (Video, error) {
	r := &reader{scale: 1e6}
	var v Video
	var buf [window]byte
	at := int64(0)
	for range maxElements {
		n, _ := f.ReadAt(buf[:min(window, max(0, size-at))], at)
		e, ok := readElement(buf[:n], at)
		if !ok || len(r.times) >= maxFrames {
			break
		}
		v.Truncated = v.Truncated || e.length > size-e.start
		switch e.id {
		case idSegment, idInfo, idTracks, idBlockGroup, idTrackEntry, idCluster:
			if e.id == idTrackEntry || e.id == idCluster {
				r.endEntry()
			}
			at = e.start
			continue
		}
		if e.length < 0 || e.length > size-e.start {
			break
		}
		r.read(e)
		at = e.start + e.length
	}
	v.Duration = r.nanoseconds(r.duration)
	if len(r.times) == 0 {
		return v, ErrFormat
	}
	slices.Sort(r.times)
	for _, t := range r.times {
		v.Frames = append(v.Frames, time.Duration(t))
	}
	return v, nil
}

// nanoseconds converts units of the segment; what is no time at all is 0.
func (r *reader) nanoseconds(units float64) time.Duration {
	ns := units * float64(r.scale)
	if !(ns >= 0 && ns < math.MaxInt64/2) {
		return 0
	}
	return time.Duration(ns)
}

// endEntry keeps the track entry that was being read if it is the first of a video.
func (r *reader) endEntry() {
	if r.entry.video && !r.video.video {
		r.video = r.entry
	}
	r.entry = track{}
}

const typeVideo = 1

func (r *reader) read(e element) {
	switch e.id {
	case idTimestampScale:
		if v := e.unsigned(); v > 0 && v <= uint64(time.Hour) {
			r.scale = v
		}
	case idDuration:
		r.duration = e.float()
	case idTrackNumber:
		r.entry.number = e.unsigned()
	case idTrackType:
		r.entry.video = e.unsigned() == typeVideo
	case idDefaultDuration:
		r.entry.duration = e.unsigned()
	case idCodecID:
		r.entry.codec = string(e.content)
	case idContentEncodings:
		r.entry.encoded = true
	case idTimestamp:
		r.cluster = int64(e.unsigned() & math.MaxInt64)
	case idSimpleBlock, idBlock:
		r.block(e.content)
	}
}

// block reads the head of a block (section 10.1): track, time against the cluster's, flags, and with lacing the number of frames.
func (r *reader) block(b []byte) {
	number, n := vint(b, true)
	if n == 0 || len(b) < n+4 || !r.video.video || number != r.video.number {
		return
	}
	t := r.cluster + int64(int16(binary.BigEndian.Uint16(b[n:])))
	if limit := math.MaxInt64 / 2 / int64(r.scale); t < -limit || t > limit {
		return
	}
	frames := 1
	if b[n+2]&6 != 0 {
		frames = int(b[n+3]) + 1
	} else if r.video.codec == "V_VP8" && !r.video.encoded && b[n+3]&0x10 == 0 {
		return // decoded, never shown (RFC 6386 section 9.1)
	}
	for i := range frames {
		r.times = append(r.times, t*int64(r.scale)+int64(i)*int64(min(r.video.duration, uint64(time.Minute))))
	}
}
