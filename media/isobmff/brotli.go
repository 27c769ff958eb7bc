package isobmff

import (
	"bytes"
	"io"

	"unmask/media/extract"

	"github.com/andybalholm/brotli"
)

// maxBrotli bounds what one file may hold compressed and, apart from that, what comes of one box.
const maxBrotli = 8 << 20

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
	c := m.Read(b.Start+4, b.End-b.Start-4)
	data, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(c)), maxBrotli+1))
	if err != nil || len(data) == 0 || len(data) > maxBrotli || len(m.XMP)+len(m.Exif)+len(m.JUMBF) >= maxKept || !m.Spend(int64(len(data))) {
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
