// Package jpeg reads the structure of JPEG files (ITU-T T.81, JFIF, EXIF 2.32) without decoding a pixel: segments with their
// offsets, the frame header and the quantisation tables. It trusts no length and reads as far as the file makes sense.
package jpeg

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Markers that callers ask for (T.81 table B.1).
const (
	SOI   = 0xd8
	EOI   = 0xd9
	SOS   = 0xda
	DQT   = 0xdb
	APP0  = 0xe0
	APP1  = 0xe1
	APP2  = 0xe2
	APP11 = 0xeb
	APP13 = 0xed
	APP15 = 0xef
	COM   = 0xfe
)

// maxSegments bounds a file of nothing but markers; real ones have some hundred, and some thousand where they carry a large manifest.
const maxSegments = 1 << 14

// File is the structure of one JPEG.
type File struct {
	Segments []Segment // in the order of the file, scans without their entropy-coded data
	Frame    *Frame    // the first frame header; nil where none was found
	Tables   [4]*Table // quantisation tables as they stand at the end
	Complete bool      // the end marker was reached after a scan
	Beyond   bool      // there are more segments than are read
	End      int       // offset after the end marker, or where reading stopped
}

// Segment is one marker segment.
type Segment struct {
	Marker  byte
	Offset  int    // of the marker, in bytes from the start of the file
	Payload []byte // after the length field; aliases the file
}

// PayloadOffset is the offset of the payload in bytes from the start of the file.
func (s Segment) PayloadOffset() int { return s.Offset + 4 }

// Frame is a frame header (SOFn).
type Frame struct {
	Marker        byte // 0xc0 baseline, 0xc1 extended, 0xc2 progressive, ...
	Precision     int  // bits a sample
	Width, Height int  // pixels
	Components    []Component
}

// Component is one colour component.
type Component struct {
	ID, H, V int // H and V are sampling factors, 1..4
	Table    int // quantisation table, 0..3
}

// Progressive tells whether the frame is coded in several passes.
func (f *Frame) Progressive() bool { return f.Marker&3 == 2 }

// Table is a quantisation table in zig-zag order.
type Table struct {
	Values    [64]uint16
	Precision int // 8 or 16 bits
}

// ErrFormat says that the bytes do not start as a JPEG does.
var ErrFormat = errors.New("no JPEG: it does not start with an image marker")

// Parse reads the structure of a JPEG. Damage ends the reading, not the result: what stood before it is returned, with
// Complete false. The error is ErrFormat and nothing else.
func Parse(b []byte) (*File, error) {
	if len(b) < 2 || b[0] != 0xff || b[1] != SOI {
		return nil, ErrFormat
	}
	f := &File{Segments: []Segment{{Marker: SOI}}, End: 2}
	scanned := false
	for len(f.Segments) < maxSegments {
		marker, at, ok := findMarker(b, f.End)
		if !ok {
			f.End = at
			return f, nil
		}
		if marker == EOI {
			f.Segments = append(f.Segments, Segment{EOI, at - 2, nil})
			f.Complete, f.End = scanned, at
			return f, nil
		}
		if at+2 > len(b) {
			return f, nil
		}
		n := int(binary.BigEndian.Uint16(b[at:]))
		if n < 2 || at+n > len(b) {
			return f, nil
		}
		s := Segment{marker, at - 2, b[at+2 : at+n]}
		f.Segments = append(f.Segments, s)
		f.read(s)
		f.End = at + n
		scanned = scanned || marker == SOS
	}
	f.Beyond = true
	return f, nil
}

// findMarker returns the first marker at or after at that is the end or starts a segment, and the offset behind it. It passes over
// entropy-coded data, fill bytes, markers that stand alone, and garbage, as decoders do.
func findMarker(b []byte, at int) (marker byte, next int, ok bool) {
	for at < len(b) {
		if b[at] != 0xff { // saves the call where one follows the other
			i := bytes.IndexByte(b[at:], 0xff)
			if i < 0 {
				break
			}
			at += i
		}
		for at < len(b) && b[at] == 0xff {
			at++
		}
		if at == len(b) {
			break
		}
		m := b[at]
		at++
		if m >= 0xc0 && (m < 0xd0 || m > SOI) { // not stuffed, reserved, RSTn or SOI
			return m, at, true
		}
	}
	return 0, len(b), false
}

func (f *File) read(s Segment) {
	switch m := s.Marker; {
	case m == DQT:
		f.readTables(s.Payload)
	case m >= 0xc0 && m <= 0xcf && m != 0xc4 && m != 0xc8 && m != 0xcc && f.Frame == nil: // not DHT, JPG, DAC
		f.Frame = readFrame(m, s.Payload)
	}
}

func readFrame(marker byte, p []byte) *Frame {
	if len(p) < 6 || len(p) < 6+3*int(p[5]) {
		return nil
	}
	fr := &Frame{Marker: marker, Precision: int(p[0]), Height: int(binary.BigEndian.Uint16(p[1:])), Width: int(binary.BigEndian.Uint16(p[3:]))}
	for i := range int(p[5]) {
		c := p[6+3*i:]
		fr.Components = append(fr.Components, Component{ID: int(c[0]), H: int(c[1] >> 4), V: int(c[1] & 15), Table: int(c[2] & 3)})
	}
	return fr
}

func (f *File) readTables(p []byte) {
	for len(p) > 0 {
		id, wide := p[0]&15, p[0]>>4 != 0
		size, bits := 64, 8
		if wide {
			size, bits = 128, 16
		}
		if id > 3 || len(p) < 1+size {
			return
		}
		if f.Tables[id] == nil {
			f.Tables[id] = new(Table)
		}
		t := f.Tables[id]
		t.Precision = bits
		for i := range t.Values {
			if wide {
				t.Values[i] = binary.BigEndian.Uint16(p[1+2*i:])
			} else {
				t.Values[i] = uint16(p[1+i])
			}
		}
		p = p[1+size:]
	}
}
