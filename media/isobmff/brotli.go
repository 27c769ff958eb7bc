package isobmff

import (
	"bytes"
	"io"

	"unmask/media/extract"

	"github.com/andybalholm/brotli"
)

// Bounds of the compressed boxes of one file. A stream that is made to cost memory takes 1.6 MB for each kilobyte, and nothing outside the decoder tells it
// from others.
const (
	maxPacked   = 32 << 10 // bytes, compressed
	maxUnpacked = 2 << 20  // bytes that come of them
)

// brotli reads a box of JPEG XL that holds another one compressed (ISO/IEC 18181-2 section 9.7): its type, then a Brotli stream.
func (m *collector) brotli(b Box) {
	h := m.Peek(b.Start, 4)
	if len(h) < 4 || b.Cut {
		m.Unread++
		return
	}
	kind := string(h)
	if kind != "xml " && kind != "Exif" && kind != "jumb" {
		return
	}
	if m.packed += b.End - b.Start; m.packed > maxPacked || m.unpacked > maxUnpacked {
		m.Unread++
		return
	}
	c := m.Read(b.Start+4, b.End-b.Start-4)
	data, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(c)), maxUnpacked+1-m.unpacked))
	if m.unpacked += int64(len(data)); err != nil || len(data) == 0 || m.unpacked > maxUnpacked || len(m.XMP)+len(m.Exif)+len(m.JUMBF) >= maxKept || !m.Spend(int64(len(data))) {
		m.Unread++
		return
	}
	p := extract.Compressed(data, int(b.Offset), int(b.End-b.Offset))
	switch kind {
	case "xml ":
		m.XMP = append(m.XMP, p)
	case "Exif":
		m.exif(p)
	case "jumb":
		m.JUMBF = append(m.JUMBF, p)
	}
}
