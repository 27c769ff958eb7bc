// Package matroska reads the timing of videos in Matroska and WebM files (RFC 9559, EBML RFC 8794) from their blocks, without
// decoding. It trusts no size; damage ends the reading, not the result.
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

// Timing is what the container says of its first video track.
type Timing struct {
	Frames   []time.Duration // times of the frames in showing order, from the first shown
	Duration time.Duration   // 0 where the file does not say
}

// ErrFormat says that there is no video track with blocks.
var ErrFormat = errors.New("no video track with a time for each frame")

// Element identifiers of RFC 9559 section 5.
const (
	idSegment        = 0x18538067
	idInfo           = 0x1549a966
	idTimestampScale = 0x2ad7b1
	idDuration       = 0x4489
	idTracks         = 0x1654ae6b
	idTrackEntry     = 0xae
	idTrackNumber    = 0xd7
	idTrackType      = 0x83
	idCluster        = 0x1f43b675
	idTimestamp      = 0xe7
	idSimpleBlock    = 0xa3
	idBlockGroup     = 0xa0
	idBlock          = 0xa1
)

const video = 1 // TrackType

// reader collects timing while it walks the elements.
type reader struct {
	r        io.ReaderAt
	elements int
	scale    uint64 // nanoseconds a unit
	duration float64
	track    uint64 // number of the first video track; 0 until it is known
	number   uint64 // of the track entry being read
	cluster  int64  // its time, in units
	times    []int64
}

// Read returns the timing of the first video track of a file of size bytes.
func Read(f io.ReaderAt, size int64) (Timing, error) {
	r := &reader{r: f, scale: 1e6}
	r.walk(0, size)
	if len(r.times) == 0 {
		return Timing{}, ErrFormat
	}
	slices.Sort(r.times)
	out := Timing{Frames: make([]time.Duration, len(r.times))}
	for i, t := range r.times {
		out.Frames[i] = r.nanoseconds(float64(t - r.times[0]))
	}
	out.Duration = r.nanoseconds(r.duration)
	return out, nil
}

func (r *reader) nanoseconds(units float64) time.Duration {
	ns := units * float64(r.scale)
	if !(ns >= 0 && ns < math.MaxInt64/2) {
		return 0
	}
	return time.Duration(ns)
}

// walk reads the elements between two offsets. Elements of unknown size, as live streams have them, are entered and end where the
// next one of their parent begins; entering without returning gives the same.
func (r *reader) walk(at, end int64) {
	for at < end && r.elements < maxElements && len(r.times) < maxFrames {
		r.elements++
		var h [12]byte
		n, _ := r.r.ReadAt(h[:min(12, end-at)], at)
		id, idLen := vint(h[:n], false)
		if idLen == 0 {
			return
		}
		size, sizeLen := vint(h[idLen:n], true)
		if sizeLen == 0 {
			return
		}
		start := at + int64(idLen+sizeLen)
		unknown := size == 1<<(7*sizeLen)-1
		length := end - start
		if !unknown && size < uint64(length) {
			length = int64(size)
		}
		switch id {
		case idSegment, idCluster:
			if unknown || id == idSegment {
				at = start
				continue
			}
			r.walk(start, start+length)
		case idInfo, idTracks, idBlockGroup, idTrackEntry:
			r.walk(start, start+length)
		default:
			r.element(id, start, length)
		}
		at = start + length
	}
}

// vint reads a variable-length number of up to eight bytes; identifiers keep their length marker. Length 0: it is cut off or too long.
func vint(b []byte, strip bool) (v uint64, length int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	length = 1
	for mask := byte(0x80); b[0]&mask == 0; mask >>= 1 {
		length++
	}
	if length > len(b) {
		return 0, 0
	}
	for _, c := range b[:length] {
		v = v<<8 | uint64(c)
	}
	if strip {
		v &^= 1 << (7 * length)
	}
	return v, length
}

func (r *reader) element(id uint64, start, length int64) {
	var buf [16]byte
	n, _ := r.r.ReadAt(buf[:min(16, length)], start)
	b := buf[:n]
	switch id {
	case idTimestampScale:
		if v := number(b); v > 0 {
			r.scale = v
		}
	case idDuration:
		switch len(b) {
		case 4:
			r.duration = float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
		case 8:
			r.duration = math.Float64frombits(binary.BigEndian.Uint64(b))
		}
	case idTrackNumber:
		r.number = number(b)
	case idTrackType:
		if number(b) == video && r.track == 0 {
			r.track = r.number
		}
	case idTimestamp:
		r.cluster = int64(number(b) & math.MaxInt64)
	case idSimpleBlock, idBlock:
		if track, n := vint(b, true); n > 0 && track == r.track && len(b) >= n+2 {
			r.times = append(r.times, r.cluster+int64(int16(binary.BigEndian.Uint16(b[n:]))))
		}
	}
}

// number is an unsigned integer of up to eight bytes.
func number(b []byte) (v uint64) {
	for _, c := range b[:min(8, len(b))] {
		v = v<<8 | uint64(c)
	}
	return v
}
