package decode

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"

	"unmask/media"
	"unmask/media/isobmff"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/heic"
	"github.com/gen2brain/jpegxl"
)

// heicHeader leaves the orientation out: libheif applies it.
func heicHeader(raw []byte) (header, error) {
	s, err := isobmff.ReadStill(raw)
	h := header{width: s.Width, height: s.Height, cut: s.Truncated}
	if s.Orientation > 4 {
		h.width, h.height = h.height, h.width
	}
	return h, err
}

// avifHeader falls back on the decoder for files that hold nothing but a sequence. libavif does not apply the orientation.
func avifHeader(raw []byte) (header, error) {
	s, err := isobmff.ReadStill(raw)
	h := header{width: s.Width, height: s.Height, orientation: s.Orientation, cut: s.Truncated}
	if err != nil {
		c, err := avif.DecodeConfig(bytes.NewReader(raw))
		h.width, h.height = c.Width, c.Height
		return h, err
	}
	return h, nil
}

// jxlHeader leaves the orientation out: libjxl applies it, to the size too.
func jxlHeader(raw []byte) (header, error) {
	c, err := jpegxl.DecodeConfig(bytes.NewReader(raw))
	return header{width: c.Width, height: c.Height}, err
}

func heicFrame(raw []byte, _ header) (media.Frame, error) { return decoded(heic.Decode, raw) }
func avifFrame(raw []byte, _ header) (media.Frame, error) { return decoded(avif.Decode, raw) }
func jxlFrame(raw []byte, _ header) (media.Frame, error)  { return decoded(jpegxl.Decode, raw) }

// decoded turns what one of Go's decoders gives into a frame. A decoder that panics has failed.
func decoded(decode func(io.Reader) (image.Image, error), raw []byte) (fr media.Frame, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the decoder broke down: %v", v)
		}
	}()
	img, err := decode(bytes.NewReader(raw))
	if err != nil {
		return fr, err
	}
	b := img.Bounds()
	if b.Empty() {
		return fr, errors.New("the decoder gave no picture")
	}
	fr = media.Frame{Width: b.Dx(), Height: b.Dy(), Pix: make([]byte, 3*b.Dx()*b.Dy())}
	toBGR(img, fr.Pix)
	return fr, nil
}

// toBGR writes the colours of a picture, leaving out its alpha as OpenCV does.
func toBGR(img image.Image, pix []byte) {
	b := img.Bounds()
	row := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	for y := b.Min.Y; y < b.Max.Y; y++ {
		src, step := row.Pix, 4
		switch m := img.(type) {
		case *image.RGBA:
			src = m.Pix[m.PixOffset(b.Min.X, y):]
		case *image.NRGBA:
			src = m.Pix[m.PixOffset(b.Min.X, y):]
		case *image.RGBA64:
			src, step = m.Pix[m.PixOffset(b.Min.X, y):], 8
		case *image.NRGBA64:
			src, step = m.Pix[m.PixOffset(b.Min.X, y):], 8
		default:
			draw.Draw(row, row.Rect, img, image.Pt(b.Min.X, y), draw.Src)
		}
		for i := range b.Dx() {
			p := src[i*step:]
			pix[0], pix[1], pix[2] = p[step/2], p[step/4], p[0]
			pix = pix[3:]
		}
	}
}
