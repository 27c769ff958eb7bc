package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"unmask/media/tiff"

	"golang.org/x/image/webp"
)

var errHeader = errors.New("its header is damaged")

func pngSize(raw []byte) (int, int, error) {
	if len(raw) < 24 || string(raw[12:16]) != "IHDR" {
		return 0, 0, errHeader
	}
	return int(binary.BigEndian.Uint32(raw[16:])), int(binary.BigEndian.Uint32(raw[20:])), nil
}

// pngWhole tells whether the last chunk stands in the file.
func pngWhole(raw []byte) bool {
	return bytes.Contains(raw[max(0, len(raw)-64):], []byte("IEND")) || bytes.Contains(raw, []byte("\x00\x00\x00\x00IEND"))
}

func webpSize(raw []byte) (int, int, error) { return configOf(webp.DecodeConfig)(raw) }

func tiffSize(raw []byte) (int, int, error) {
	f, err := tiff.Parse(raw)
	if err != nil {
		return 0, 0, err
	}
	w, h := f.Number(tiff.ImageWidth), f.Number(tiff.ImageLength)
	if w > 1<<31-1 || h > 1<<31-1 {
		return 0, 0, fmt.Errorf("it claims %dx%d pixels", w, h)
	}
	return int(w), int(h), nil
}

func bmpSize(raw []byte) (int, int, error) {
	if len(raw) < 26 {
		return 0, 0, errHeader
	}
	if binary.LittleEndian.Uint32(raw[14:]) == 12 {
		return int(binary.LittleEndian.Uint16(raw[18:])), int(binary.LittleEndian.Uint16(raw[20:])), nil
	}
	w, h := int(int32(binary.LittleEndian.Uint32(raw[18:]))), int(int32(binary.LittleEndian.Uint32(raw[22:])))
	return w, max(h, -h), nil // rows from the top have a negative height
}

// jp2Size reads the image header box (ISO/IEC 15444-1 I.5.3.1).
func jp2Size(raw []byte) (int, int, error) {
	i := bytes.Index(raw[:min(len(raw), 4096)], []byte("ihdr"))
	if i < 0 || i+12 > len(raw) {
		return 0, 0, errHeader
	}
	return int(binary.BigEndian.Uint32(raw[i+8:])), int(binary.BigEndian.Uint32(raw[i+4:])), nil
}

// j2kSize reads the SIZ segment, which is the first one (ISO/IEC 15444-1 A.5.1).
func j2kSize(raw []byte) (int, int, error) {
	if len(raw) < 24 {
		return 0, 0, errHeader
	}
	at := func(i int) int { return int(binary.BigEndian.Uint32(raw[i:])) }
	return at(8) - at(16), at(12) - at(20), nil
}

// pnmSize reads the two numbers after the magic of a portable bitmap, graymap or pixmap.
func pnmSize(raw []byte) (int, int, error) {
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
		start := at
		for at < len(raw) && raw[at] >= '0' && raw[at] <= '9' && at-start < 9 {
			size[i] = 10*size[i] + int(raw[at]-'0')
			at++
		}
	}
	return size[0], size[1], nil
}
