package decode

import (
	"encoding/binary"
	"math"

	"unmask/media/isobmff"
	"unmask/media/png"
)

func pngHeader(raw []byte) (header, error) {
	f, err := png.Parse(raw)
	if err != nil {
		return header{}, err
	}
	h := header{width: f.Width, height: f.Height, cut: !f.Complete}
	for _, c := range f.Chunks {
		if c.Type == "eXIf" { // third edition, 11.3.3.6
			h.orientation = orientationOf(c.Data)
		}
	}
	return h, nil
}

// bmpHeader reads the second header. Rows from the top have a negative height.
func bmpHeader(raw []byte) (header, error) {
	if len(raw) < 30 {
		return header{cut: true}, errHeader
	}
	h := header{cut: uint64(binary.LittleEndian.Uint32(raw[10:])) >= uint64(len(raw))}
	if binary.LittleEndian.Uint32(raw[14:]) == 12 {
		h.width, h.height = int(binary.LittleEndian.Uint16(raw[18:])), int(binary.LittleEndian.Uint16(raw[20:]))
		return h, nil
	}
	w, rows := int(int32(binary.LittleEndian.Uint32(raw[18:]))), int(int32(binary.LittleEndian.Uint32(raw[22:])))
	h.width, h.height = w, max(rows, -rows)
	return h, nil
}

// jp2Header reads the image header box (ISO/IEC 15444-1 I.5.3.1).
func jp2Header(raw []byte) (header, error) {
	s, err := isobmff.ReadJP2(raw)
	return header{width: s.Width, height: s.Height, cut: s.Truncated}, err
}

// j2kHeader reads the SIZ segment, which is the first one (ISO/IEC 15444-1 A.5.1).
func j2kHeader(raw []byte) (header, error) {
	if len(raw) < 24 {
		return header{cut: true}, errHeader
	}
	at := func(i int) int { return int(binary.BigEndian.Uint32(raw[i:])) }
	return header{width: at(8) - at(16), height: at(12) - at(20), cut: raw[len(raw)-2] != 0xff || raw[len(raw)-1] != 0xd9}, nil
}

// pnmHeader reads the two numbers after the magic of a portable bitmap, graymap or pixmap.
func pnmHeader(raw []byte) (header, error) {
	var size [2]int
	at := 2
	for i := range size {
		for at < len(raw) && (raw[at] <= ' ' || raw[at] == '#') {
			if raw[at] == '#' {
				for at < len(raw) && raw[at] != '\n' {
					at++
				}
				continue
			}
			at++
		}
		for ; at < len(raw) && raw[at] >= '0' && raw[at] <= '9'; at++ {
			size[i] = min(10*size[i]+int(raw[at]-'0'), math.MaxInt32)
		}
	}
	return header{width: size[0], height: size[1]}, nil
}
