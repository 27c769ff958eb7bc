package decode

import (
	"bytes"
	"encoding/binary"

	"unmask/media"

	"golang.org/x/image/webp"
)

// riff yields type and payload of the chunks of a RIFF file or of a chunk that holds others. Of one that is cut off, what is there.
func riff(b []byte) func(yield func(kind string, payload []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(b) >= 8 {
			n := uint64(binary.LittleEndian.Uint32(b[4:]))
			end := 8 + min(n, uint64(len(b)-8))
			if !yield(string(b[:4]), b[8:end]) {
				return
			}
			b = b[min(end+n&1, uint64(len(b))):]
		}
	}
}

// riffCut tells whether a RIFF file, of which the first bytes are given, ends before it says. A pad byte that it lacks is no loss.
func riffCut(head []byte, size int64) bool {
	return len(head) < 8 || 8+int64(binary.LittleEndian.Uint32(head[4:])) > size+1
}

func webpHeader(raw []byte) (header, error) {
	h := header{cut: riffCut(raw, int64(len(raw)))}
	c, err := webp.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return h, err
	}
	h.width, h.height = c.Width, c.Height
	for kind, payload := range riff(raw[12:]) {
		if kind == "EXIF" {
			h.orientation = orientationOf(bytes.TrimPrefix(payload, []byte("Exif\x00\x00")))
		}
	}
	return h, nil
}

// webpFrame decodes a picture, or the first frame of an animation on its canvas, which OpenCV 4.6 does not.
func webpFrame(raw []byte, h header) (media.Frame, error) {
	for kind, payload := range riff(raw[12:]) {
		if kind == "ANMF" && len(payload) > 16 {
			return firstOfWebP(payload, h)
		}
	}
	return opencv(raw, h)
}

// firstOfWebP decodes an ANMF chunk: three bytes each for place and size, duration and flags, then the chunks of one picture. The
// canvas around it is white.
func firstOfWebP(anmf []byte, h header) (media.Frame, error) {
	at := func(i int) int { return int(anmf[i]) | int(anmf[i+1])<<8 | int(anmf[i+2])<<16 }
	x, y, inner := 2*at(0), 2*at(3), header{width: at(6) + 1, height: at(9) + 1}
	if x+inner.width > h.width || y+inner.height > h.height {
		return media.Frame{}, errHeader
	}
	for kind, payload := range riff(anmf[16:]) {
		if kind != "VP8 " && kind != "VP8L" {
			continue
		}
		file := []byte("RIFF\x00\x00\x00\x00WEBP" + kind + "\x00\x00\x00\x00")
		binary.LittleEndian.PutUint32(file[4:], uint32(12+len(payload)+len(payload)&1))
		binary.LittleEndian.PutUint32(file[16:], uint32(len(payload)))
		file = append(append(file, payload...), make([]byte, len(payload)&1)...)
		first, err := opencv(file, inner)
		if err != nil || inner == (header{width: h.width, height: h.height}) {
			return first, err
		}
		out := media.Frame{Width: h.width, Height: h.height, Pix: make([]byte, 3*h.width*h.height)}
		for i := range out.Pix {
			out.Pix[i] = 0xff
		}
		for row := range first.Height {
			copy(out.Pix[3*((y+row)*out.Width+x):], first.Pix[3*row*first.Width:3*(row+1)*first.Width])
		}
		return out, nil
	}
	return media.Frame{}, errHeader
}
