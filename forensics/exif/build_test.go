package exif

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	stdpng "image/png"
	"slices"
	"strings"
)

var be = binary.BigEndian

// value is one field of a directory made for a test.
type value struct {
	tag, kind uint16
	count     int
	data      []byte
}

func ascii(tag uint16, s string) value { return value{tag, 2, len(s) + 1, append([]byte(s), 0)} }

func long(tag uint16, n uint32) value { return value{tag, 4, 1, be.AppendUint32(nil, n)} }

func ratios(tag uint16, n ...uint32) (v value) {
	v = value{tag: tag, kind: 5, count: len(n) / 2}
	for _, x := range n {
		v.data = be.AppendUint32(v.data, x)
	}
	return v
}

// directory writes a directory that stands at an offset, with what does not fit behind it.
func directoryAt(at int, next uint32, values ...value) []byte {
	slices.SortFunc(values, func(a, b value) int { return int(a.tag) - int(b.tag) })
	b, rest := be.AppendUint16(nil, uint16(len(values))), []byte{}
	behind := at + 2 + 12*len(values) + 4
	for _, v := range values {
		b = be.AppendUint32(be.AppendUint16(be.AppendUint16(b, v.tag), v.kind), uint32(v.count))
		if len(v.data) <= 4 {
			b = append(b, append(slices.Clone(v.data), 0, 0, 0, 0)[:4]...)
			continue
		}
		b = be.AppendUint32(b, uint32(behind+len(rest)))
		rest = append(rest, v.data...)
	}
	return append(be.AppendUint32(b, next), rest...)
}

// camera makes a TIFF structure with directories at 8, 1000, 3000 and 4000, the thumbnail at 4100.
func camera(main, exif, gps []value, thumbnail []byte) []byte {
	b := make([]byte, 4100, 4100+len(thumbnail))
	copy(b, "MM\x00*\x00\x00\x00\x08")
	main = append(slices.Clone(main), long(0x8769, 1000), long(0x8825, 3000))
	next := uint32(0)
	if thumbnail != nil {
		next = 4000
		copy(b[4000:], directoryAt(4000, 0, long(0x201, 4100), long(0x202, uint32(len(thumbnail)))))
	}
	copy(b[8:], directoryAt(8, next, main...))
	copy(b[1000:], directoryAt(1000, 0, exif...))
	copy(b[3000:], directoryAt(3000, 0, gps...))
	return append(b, thumbnail...)
}

var (
	canon   = []value{ascii(0x10f, "Canon"), ascii(0x110, "Canon EOS 5D"), ascii(0x132, "2020:05:01 12:00:01"), ascii(0x131, "Firmware 1.1")}
	exposed = []value{ascii(0x9003, "2020:05:01 12:00:00"), ascii(0x9004, "2020:05:01 12:00:00"), ratios(0x829a, 1, 250), ratios(0x829d, 28, 10), long(0x8827, 400),
		long(0xa002, 64), long(0xa003, 48), {0x927c, 7, 6, []byte("maker!")}, ascii(0xa431, "0420")}
	place = []value{ascii(1, "S"), ratios(2, 33, 1, 51, 1, 30, 1), ascii(3, "E"), ratios(4, 151, 1, 12, 1, 0, 1), ascii(0x1d, "2020:05:01"), ratios(7, 2, 1, 0, 1, 5, 1)}
)

func picture(w, h int) image.Image {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	img.Set(0, 0, color.White)
	return img
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	if err := stdjpeg.Encode(&b, picture(w, h), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func segment(marker byte, payload string) string {
	return string(be.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))) + payload
}

// with puts segments behind the first marker.
func with(file []byte, segments ...string) []byte {
	return []byte(string(file[:2]) + strings.Join(segments, "") + string(file[2:]))
}

func exifSegment(t []byte) string { return segment(0xe1, exifHeader+string(t)) }

func chunk(kind, data string) string {
	b := be.AppendUint32(nil, uint32(len(data)))
	return string(b) + kind + data + string(be.AppendUint32(nil, crc32.ChecksumIEEE([]byte(kind+data))))
}

func pngWith(chunks string) []byte {
	var b bytes.Buffer
	if err := stdpng.Encode(&b, picture(64, 48)); err != nil {
		panic(err)
	}
	s := b.String()
	return []byte(s[:33] + chunks + s[33:])
}
