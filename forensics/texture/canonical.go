package texture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"

	"unmask/media"

	"github.com/disintegration/imaging"
)

// Every picture is looked at in one form, so that its size, format and quality cannot vote: at most longest pixels a side, and through the
// same JPEG encoder.
const (
	longest = 512
	quality = 75
)

// canonical returns a frame in that form: its planes, with colour at half the resolution, and its pixels.
func canonical(f *media.Frame) (*image.YCbCr, *media.Frame, error) {
	img := f.Crop(image.Rect(0, 0, f.Width, f.Height))
	if w, h := f.Width, f.Height; max(w, h) > longest {
		scale := float64(longest) / float64(max(w, h))
		filter := imaging.Lanczos
		if scale < .5 {
			filter = imaging.Box
		}
		img = imaging.Resize(img, max(1, int(float64(w)*scale+.5)), max(1, int(float64(h)*scale+.5)), filter)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, nil, err
	}
	decoded, err := jpeg.Decode(&b)
	if err != nil {
		return nil, nil, err
	}
	planes, ok := decoded.(*image.YCbCr)
	if !ok {
		return nil, nil, fmt.Errorf("the encoder made a %T", decoded)
	}
	return planes, frameOf(imaging.Clone(planes)), nil
}

func frameOf(img *image.NRGBA) *media.Frame {
	f := &media.Frame{Width: img.Rect.Dx(), Height: img.Rect.Dy(), Pix: make([]byte, 0, 3*img.Rect.Dx()*img.Rect.Dy())}
	for i := 0; i < len(img.Pix); i += 4 {
		f.Pix = append(f.Pix, img.Pix[i+2], img.Pix[i+1], img.Pix[i])
	}
	return f
}
