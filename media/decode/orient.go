package decode

import (
	"fmt"

	"unmask/media"

	"gocv.io/x/gocv"
)

// swapped tells whether an EXIF orientation turns width into height.
func swapped(orientation int) bool { return orientation >= 5 && orientation <= 8 }

// orient returns the frame as it is shown, given the EXIF orientation (1..8) it is stored with.
func orient(f media.Frame, orientation int) (media.Frame, error) {
	if orientation <= 1 || orientation > 8 {
		return f, nil
	}
	if f.Width <= 0 || f.Height <= 0 || len(f.Pix) != 3*f.Width*f.Height {
		return f, fmt.Errorf("%d bytes are no %dx%d pixels", len(f.Pix), f.Width, f.Height)
	}
	turned := f
	turned.Pix = make([]byte, len(f.Pix))
	if swapped(orientation) {
		turned.Width, turned.Height = f.Height, f.Width
	}
	src, err := gocv.NewMatFromBytes(f.Height, f.Width, gocv.MatTypeCV8UC3, f.Pix)
	if err != nil {
		return f, err
	}
	defer src.Close()
	dst, err := gocv.NewMatFromBytes(turned.Height, turned.Width, gocv.MatTypeCV8UC3, turned.Pix)
	if err != nil {
		return f, err
	}
	defer dst.Close()
	switch orientation {
	case 2:
		gocv.Flip(src, &dst, 1)
	case 3:
		gocv.Rotate(src, &dst, gocv.Rotate180Clockwise)
	case 4:
		gocv.Flip(src, &dst, 0)
	case 5:
		gocv.Transpose(src, &dst)
	case 6:
		gocv.Rotate(src, &dst, gocv.Rotate90Clockwise)
	case 7:
		gocv.Transpose(src, &dst)
		gocv.Flip(dst, &dst, -1)
	case 8:
		gocv.Rotate(src, &dst, gocv.Rotate90CounterClockwise)
	}
	return turned, nil
}
