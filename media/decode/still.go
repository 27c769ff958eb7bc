package decode

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"io"

	"unmask/media"
	"unmask/media/cv"
	"unmask/media/jpeg"

	"github.com/gen2brain/avif"
	"github.com/gen2brain/heic"
	"github.com/gen2brain/jpegxl"
)

// codec says how a format is decoded. Size reads the header only.
type codec struct {
	size        func(raw []byte) (width, height int, err error)
	decode      func(raw, pix []byte, width, height int) error
	orientation func(raw []byte) int  // EXIF orientation that is still to be applied; nil where there is none
	whole       func(raw []byte) bool // whether the file ends as the format wants; nil where that cannot be told
}

// codecs by format. HEIC, AVIF and JPEG XL run in a WebAssembly sandbox and apply their own orientation.
var codecs = map[string]codec{
	"jpeg": {size: jpegSize, decode: cv.DecodeInto, orientation: jpegOrientation, whole: jpegWhole},
	"png":  {size: pngSize, decode: cv.DecodeInto, orientation: pngOrientation, whole: pngWhole},
	"webp": {size: webpSize, decode: cv.DecodeInto, orientation: webpOrientation},
	"tiff": {size: tiffSize, decode: cv.DecodeInto, orientation: tiffOrientation},
	"bmp":  {size: bmpSize, decode: cv.DecodeInto},
	"jp2":  {size: jp2Size, decode: cv.DecodeInto},
	"j2k":  {size: j2kSize, decode: cv.DecodeInto},
	"pnm":  {size: pnmSize, decode: cv.DecodeInto},
	"gif":  {size: configOf(gif.DecodeConfig), decode: imageOf(firstOfGIF)},
	"heic": {size: configOf(heic.DecodeConfig), decode: imageOf(heic.Decode)},
	"avif": {size: configOf(avif.DecodeConfig), decode: imageOf(avif.Decode)},
	"jxl":  {size: configOf(jpegxl.DecodeConfig), decode: imageOf(jpegxl.Decode)},
}

// picture decodes a still picture. Partial says what is missing of a JPEG that was cut off.
func picture(format string, raw []byte, p media.Plan) (fr media.Frame, partial *media.Failure, err error) {
	c, ok := codecs[format]
	if !ok {
		return fr, nil, media.Failf("format.unsupported", "pictures in the format %s are not decoded", format)
	}
	cut := c.whole != nil && !c.whole(raw)
	failed := func(err error) *media.Failure {
		if cut {
			return media.Failf("decode.truncated", "the %s file is cut off: %v", format, err)
		}
		return media.Failf("decode.failed", "the %s file cannot be decoded: %v", format, err)
	}
	w, h, err := c.size(raw)
	if err != nil {
		return fr, nil, failed(err)
	}
	if w <= 0 || h <= 0 {
		return fr, nil, failed(fmt.Errorf("its header claims %dx%d pixels", w, h))
	}
	if int64(w)*int64(h) > p.MaxPixels {
		return fr, nil, media.Failf("decode.too_large", "the picture claims %dx%d pixels, more than the %d that are decoded", w, h, p.MaxPixels)
	}
	fr = media.Frame{Width: w, Height: h, Pix: make([]byte, 3*w*h)}
	if err := c.decode(raw, fr.Pix, w, h); err != nil {
		return fr, nil, failed(err)
	}
	if c.orientation != nil {
		if fr, err = orient(fr, c.orientation(raw)); err != nil {
			return fr, nil, failed(err)
		}
	}
	if cut {
		partial = media.Failf("decode.truncated", "the %s file is cut off: a part of the picture is missing", format)
	}
	return fr, partial, nil
}

// configOf makes a size function of one that reads an image.Config.
func configOf(read func(io.Reader) (image.Config, error)) func([]byte) (int, int, error) {
	return func(raw []byte) (int, int, error) {
		c, err := read(bytes.NewReader(raw))
		return c.Width, c.Height, err
	}
}

// imageOf makes a decode function of one that gives an image.Image. Transparent parts become white.
func imageOf(read func(io.Reader) (image.Image, error)) func(raw, pix []byte, w, h int) error {
	return func(raw, pix []byte, w, h int) error {
		img, err := read(bytes.NewReader(raw))
		if err != nil {
			return err
		}
		b := img.Bounds()
		if b.Dx() != w || b.Dy() != h {
			return fmt.Errorf("the header says %dx%d, the decoder gave %dx%d", w, h, b.Dx(), b.Dy())
		}
		toBGR(img, pix)
		return nil
	}
}

func toBGR(img image.Image, pix []byte) {
	b := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(rgba, rgba.Rect, img, b.Min, draw.Over)
	for i, j := 0, 0; i < len(rgba.Pix); i, j = i+4, j+3 {
		pix[j], pix[j+1], pix[j+2] = rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i]
	}
}

// firstOfGIF decodes the first picture of a GIF onto its logical screen.
func firstOfGIF(r io.Reader) (image.Image, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	c, err := gif.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	img, err := gif.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return onScreen{img, image.Rect(0, 0, c.Width, c.Height)}, nil
}

// onScreen shows a picture on a larger, transparent one.
type onScreen struct {
	image.Image
	screen image.Rectangle
}

func (s onScreen) Bounds() image.Rectangle { return s.screen }

func jpegSize(raw []byte) (int, int, error) {
	f, err := jpeg.Parse(raw)
	if err != nil {
		return 0, 0, err
	}
	if f.Frame == nil {
		return 0, 0, fmt.Errorf("it has no frame header")
	}
	return f.Frame.Width, f.Frame.Height, nil
}

func jpegWhole(raw []byte) bool {
	f, err := jpeg.Parse(raw)
	return err == nil && f.Complete
}
