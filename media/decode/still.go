package decode

import (
	"fmt"

	"unmask/media"
	"unmask/media/cv"
)

// header is what the head of a picture file says, before any decoder runs.
type header struct {
	width, height int // pixels as stored
	orientation   int // EXIF orientation that is still to be applied; 0 and 1: none
	cut           bool
}

// codec says how a format is decoded. Header neither decodes nor allocates by what the file claims; it fills in what it can also
// where it fails. Decode gives the picture as stored.
type codec struct {
	header func(raw []byte) (header, error)
	decode func(raw []byte, h header) (media.Frame, error)
}

// codecs by format. Those of HEIC, AVIF and JPEG XL run in a WebAssembly sandbox.
var codecs = map[string]codec{
	"jpeg": {jpegHeader, jpegFrame},
	"png":  {pngHeader, opencv},
	"webp": {webpHeader, webpFrame},
	"tiff": {tiffHeader, tiffFrame},
	"bmp":  {bmpHeader, opencv},
	"jp2":  {jp2Header, opencv},
	"j2k":  {j2kHeader, opencv},
	"pnm":  {pnmHeader, opencv},
	"gif":  {gifHeader, gifFrame},
	"heic": {heicHeader, heicFrame},
	"avif": {avifHeader, avifFrame},
	"jxl":  {jxlHeader, jxlFrame},
}

// picture decodes a still picture. Partial says what is missing of one that was cut off and could be decoded nevertheless. Of a
// picture that fails, the sample gets the size that the header claims.
func picture(s *media.Sample, p media.Plan) (fr media.Frame, partial *media.Failure, err error) {
	format := s.Info.Format
	c := codecs[format]
	h, err := c.header(s.Raw)
	failed := func(err error) *media.Failure {
		if h.cut {
			return media.Failf("decode.truncated", "the %s file is cut off and cannot be decoded: %v", format, err)
		}
		return media.Failf("decode.failed", "the %s file cannot be decoded: %v", format, err)
	}
	tooLarge := func(w, h int) *media.Failure {
		return media.Failf("decode.too_large", "the picture has %dx%d pixels, more than the %d that are decoded", w, h, p.MaxPixels)
	}
	if err != nil {
		return fr, nil, failed(err)
	}
	if h.width <= 0 || h.height <= 0 {
		return fr, nil, failed(fmt.Errorf("its header claims %dx%d pixels", h.width, h.height))
	}
	s.Info.Width, s.Info.Height = h.width, h.height
	if swapped(h.orientation) {
		s.Info.Width, s.Info.Height = h.height, h.width
	}
	if int64(h.width) > p.MaxPixels/int64(h.height) {
		return fr, nil, tooLarge(s.Info.Width, s.Info.Height)
	}
	if fr, err = c.decode(s.Raw, h); err != nil {
		return media.Frame{}, nil, failed(err)
	}
	if int64(fr.Width) > p.MaxPixels/int64(fr.Height) {
		return media.Frame{}, nil, tooLarge(fr.Width, fr.Height)
	}
	if fr, err = orient(fr, h.orientation); err != nil {
		return media.Frame{}, nil, failed(err)
	}
	if h.cut {
		partial = media.Failf("decode.truncated", "the %s file is cut off: a part of the picture is missing", format)
	}
	return fr, partial, nil
}

// opencv decodes what OpenCV decodes as it stands.
func opencv(raw []byte, h header) (media.Frame, error) {
	fr := media.Frame{Width: h.width, Height: h.height, Pix: make([]byte, 3*h.width*h.height)}
	return fr, cv.DecodeInto(raw, fr.Pix, h.width, h.height)
}
