package decode

import (
	"errors"
	"slices"

	"unmask/media"
	"unmask/media/jpeg"
	"unmask/media/tiff"
)

var errHeader = errors.New("its header is damaged")

func jpegHeader(raw []byte) (header, error) {
	f, err := jpeg.Parse(raw)
	if err != nil {
		return header{}, err
	}
	h := header{cut: !f.Complete}
	if f.Frame == nil {
		return h, errHeader
	}
	h.width, h.height = f.Frame.Width, f.Frame.Height
	if exif, _, ok := f.Exif(); ok {
		h.orientation = orientationOf(exif)
	}
	return h, nil
}

// jpegFrame gives a file that is cut off the end marker that it lacks. Without one libjpeg waits for more: it repeats rows at the
// end of a baseline picture, and decodes nothing of a progressive one.
func jpegFrame(raw []byte, h header) (media.Frame, error) {
	if h.cut {
		raw = slices.Concat(raw, []byte{0xff, jpeg.EOI})
	}
	return opencv(raw, h)
}

// orientationOf reads the orientation from EXIF data, 1 where there is none.
func orientationOf(exif []byte) int {
	f, err := tiff.Parse(exif)
	if err != nil {
		return 1
	}
	return f.Orientation()
}
