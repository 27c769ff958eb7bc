package decode

import (
	"bytes"
	"encoding/binary"
	"errors"

	"unmask/media"
	"unmask/media/jpeg"
	"unmask/media/tiff"

	"gocv.io/x/gocv"
)

// turns says what brings a picture stored with an EXIF orientation upright.
var turns = map[int]func(src gocv.Mat, dst *gocv.Mat){
	2: func(s gocv.Mat, d *gocv.Mat) { gocv.Flip(s, d, 1) },
	3: func(s gocv.Mat, d *gocv.Mat) { gocv.Rotate(s, d, gocv.Rotate180Clockwise) },
	4: func(s gocv.Mat, d *gocv.Mat) { gocv.Flip(s, d, 0) },
	5: func(s gocv.Mat, d *gocv.Mat) { gocv.Transpose(s, d) },
	6: func(s gocv.Mat, d *gocv.Mat) { gocv.Rotate(s, d, gocv.Rotate90Clockwise) },
	7: func(s gocv.Mat, d *gocv.Mat) {
		t := gocv.NewMat()
		defer t.Close()
		gocv.Transpose(s, &t)
		gocv.Rotate(t, d, gocv.Rotate180Clockwise)
	},
	8: func(s gocv.Mat, d *gocv.Mat) { gocv.Rotate(s, d, gocv.Rotate90CounterClockwise) },
}

// orient returns the frame as it is shown, given the EXIF orientation (1..8) it is stored with.
func orient(f media.Frame, orientation int) (media.Frame, error) {
	turn := turns[orientation]
	if turn == nil {
		return f, nil
	}
	if f.Width <= 0 || f.Height <= 0 || len(f.Pix) != 3*f.Width*f.Height {
		return f, errors.New("a frame of another size than its pixels")
	}
	src, err := gocv.NewMatFromBytes(f.Height, f.Width, gocv.MatTypeCV8UC3, f.Pix)
	if err != nil {
		return f, err
	}
	defer src.Close()
	dst := gocv.NewMat()
	defer dst.Close()
	turn(src, &dst)
	f.Width, f.Height, f.Pix = dst.Cols(), dst.Rows(), dst.ToBytes()
	return f, nil
}

func exifOrientation(exif []byte) int {
	f, err := tiff.Parse(exif)
	if err != nil {
		return 1
	}
	return f.Orientation()
}

func tiffOrientation(raw []byte) int { return exifOrientation(raw) }

func jpegOrientation(raw []byte) int {
	if f, err := jpeg.Parse(raw); err == nil {
		if exif, _, ok := f.Exif(); ok {
			return exifOrientation(exif)
		}
	}
	return 1
}

// pngOrientation looks for the eXIf chunk (PNG third edition 11.3.3.6).
func pngOrientation(raw []byte) int {
	return exifOrientation(chunk(raw, 8, binary.BigEndian, "eXIf", func(b []byte) (string, []byte) { return string(b[4:8]), b[:4] }, 4))
}

// webpOrientation looks for the EXIF chunk of the RIFF container.
func webpOrientation(raw []byte) int {
	exif := chunk(raw, 12, binary.LittleEndian, "EXIF", func(b []byte) (string, []byte) { return string(b[:4]), b[4:8] }, 0)
	return exifOrientation(bytes.TrimPrefix(exif, []byte("Exif\x00\x00")))
}

// chunk returns the payload of the first chunk of a type. Both formats have eight bytes before a payload, type and length in either
// order; after is what follows a payload, which RIFF also pads to an even length.
func chunk(raw []byte, at int, order binary.ByteOrder, name string, split func([]byte) (string, []byte), after int) []byte {
	for at+8 <= len(raw) {
		kind, length := split(raw[at:])
		n := int64(order.Uint32(length))
		at += 8
		if n > int64(len(raw)-at) {
			return nil
		}
		if kind == name {
			return raw[at : at+int(n)]
		}
		at += int(n) + after
		if after == 0 {
			at += int(n & 1)
		}
	}
	return nil
}
