package decode

import (
	"bytes"
	"encoding/binary"
	"math"

	"unmask/media"
	"unmask/media/tiff"
)

// Where the pixels of a TIFF stand (TIFF 6.0 sections 8 and 15).
const (
	stripOffsets = 0x111
	stripCounts  = 0x117
	tileOffsets  = 0x144
	tileCounts   = 0x145
)

func tiffHeader(raw []byte) (header, error) {
	f, err := tiff.Parse(raw)
	if err != nil {
		return header{}, err
	}
	if len(f.IFD0) == 0 {
		return header{cut: len(raw) >= 8 && int64(f.Order.Uint32(raw[4:])) >= int64(len(raw))}, errHeader
	}
	return header{
		width:       int(min(f.Number(tiff.ImageWidth), math.MaxInt32)),
		height:      int(min(f.Number(tiff.ImageLength), math.MaxInt32)),
		orientation: f.Orientation(),
		cut:         beyond(f, stripOffsets, stripCounts, len(raw)) || beyond(f, tileOffsets, tileCounts, len(raw)),
	}, nil
}

// beyond tells whether a strip or tile ends after the file.
func beyond(f *tiff.File, offsets, counts uint16, size int) bool {
	starts, lengths := numbers(f, offsets), numbers(f, counts)
	for i := range min(len(starts), len(lengths)) {
		if starts[i]+lengths[i] > uint64(size) {
			return true
		}
	}
	return false
}

// numbers are the values of a SHORT or LONG field of the main directory.
func numbers(f *tiff.File, tag uint16) (out []uint64) {
	for _, e := range f.IFD0 {
		switch {
		case e.Tag != tag:
		case e.Type == 3:
			for v := e.Value; len(v) >= 2; v = v[2:] {
				out = append(out, uint64(f.Order.Uint16(v)))
			}
		case e.Type == 4:
			for v := e.Value; len(v) >= 4; v = v[4:] {
				out = append(out, uint64(f.Order.Uint32(v)))
			}
		}
	}
	return out
}

// tiffFrame hides the orientation from OpenCV, which would apply it, but not where it has room made for the picture.
func tiffFrame(raw []byte, h header) (media.Frame, error) {
	if h.orientation > 1 {
		raw = bytes.Clone(raw)
		f, err := tiff.Parse(raw)
		if err != nil {
			return media.Frame{}, err
		}
		for _, e := range f.IFD0 {
			if e.Tag == tiff.Orientation && len(e.Value) > 0 {
				setUpright(e, f.Order)
			}
		}
	}
	return opencv(raw, h)
}

// setUpright gives an orientation field the value that changes nothing.
func setUpright(e tiff.Entry, order binary.ByteOrder) {
	const upright = 1
	switch len(e.Value) / int(e.Count) {
	case 1:
		e.Value[0] = upright
	case 2:
		order.PutUint16(e.Value, upright)
	case 4:
		order.PutUint32(e.Value, upright)
	}
}
