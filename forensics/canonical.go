package forensics

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"

	"unmask/media"

	"github.com/disintegration/imaging"
)

// Detectors of generated portraits look at every picture in one form, so that its size, format and quality cannot vote: at most SmallSide pixels
// a side, and through the same JPEG encoder.
const canonicalQuality = 75

// Canonical is a frame in that form.
type Canonical struct {
	Planes *image.YCbCr // colour at half the resolution
	Frame  media.Frame  // the same as pixels
	Scale  float64      // its width to that of the frame that it was made of
}

// Canonical returns frame i in the canonical form. It is shared: nobody writes to it.
func (p *Pass) Canonical(i int) (Canonical, error) {
	return Shared(p, fmt.Sprint("canonical", i), func() (Canonical, error) { return NewCanonical(&p.Frames[i]) })
}

// NewCanonical brings a frame into the canonical form.
func NewCanonical(f *media.Frame) (Canonical, error) {
	img := f.Crop(image.Rect(0, 0, f.Width, f.Height))
	if w, h := f.Width, f.Height; max(w, h) > SmallSide {
		scale := float64(SmallSide) / float64(max(w, h))
		filter := imaging.Lanczos
		if scale < .5 {
			filter = imaging.Box
		}
		img = imaging.Resize(img, max(1, int(float64(w)*scale+.5)), max(1, int(float64(h)*scale+.5)), filter)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: canonicalQuality}); err != nil {
		return Canonical{}, err
	}
	decoded, err := jpeg.Decode(&b)
	if err != nil {
		return Canonical{}, err
	}
	planes, ok := decoded.(*image.YCbCr)
	if !ok {
		return Canonical{}, fmt.Errorf("the encoder made a %T", decoded)
	}
	pixels := imaging.Clone(planes)
	c := Canonical{planes, media.Frame{Width: pixels.Rect.Dx(), Height: pixels.Rect.Dy()}, float64(pixels.Rect.Dx()) / float64(f.Width)}
	c.Frame.Pix = make([]byte, 0, 3*c.Frame.Width*c.Frame.Height)
	for i := 0; i < len(pixels.Pix); i += 4 {
		c.Frame.Pix = append(c.Frame.Pix, pixels.Pix[i+2], pixels.Pix[i+1], pixels.Pix[i])
	}
	return c, nil
}
