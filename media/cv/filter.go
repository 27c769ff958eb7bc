package cv

// #include "filter.h"
import "C"

import (
	"fmt"
	"math"
)

// Resize returns packed pixels of three bytes at another size: averaged where the picture gets narrower, bilinear otherwise.
func Resize(pix []byte, width, height, toWidth, toHeight int) ([]byte, error) {
	if !fits(pix, width, height) || toWidth < 1 || toHeight < 1 || toWidth > 1<<15 || toHeight > 1<<15 {
		return nil, fmt.Errorf("%d bytes for %dx%d pixels, to be %dx%d", len(pix), width, height, toWidth, toHeight)
	}
	out := make([]byte, 3*toWidth*toHeight)
	return out, guarded(func(err *C.char) C.int {
		return C.unmask_resize((*C.uchar)(&pix[0]), C.int(width), C.int(height), (*C.uchar)(&out[0]), C.int(toWidth), C.int(toHeight), err)
	})
}

// Blur returns a plane of width times height numbers under a Gaussian of the given deviation in pixels, cut off at 2.5 of them; the border repeats.
func Blur(plane []float32, width, height int, deviation float64) ([]float32, error) {
	if width < 1 || height < 1 || len(plane) != width*height || !(deviation > 0 && deviation < 100) {
		return nil, fmt.Errorf("%d numbers for a plane of %dx%d, to be blurred by %g pixels", len(plane), width, height, deviation)
	}
	out := make([]float32, len(plane))
	side := 2*int(math.Ceil(2.5*deviation)) + 1
	return out, guarded(func(err *C.char) C.int {
		return C.unmask_blur((*C.float)(&plane[0]), C.int(width), C.int(height), C.int(side), C.double(deviation), (*C.float)(&out[0]), err)
	})
}

// Erode returns the least of every square of that many bytes a side (odd), which is cut at the border of the plane.
func Erode(plane []byte, width, height, side int) ([]byte, error) {
	return extreme(plane, width, height, side, 0)
}

// Dilate returns the most of every square of that many bytes a side (odd), which is cut at the border of the plane.
func Dilate(plane []byte, width, height, side int) ([]byte, error) {
	return extreme(plane, width, height, side, 1)
}

func extreme(plane []byte, width, height, side int, most C.int) ([]byte, error) {
	if width < 1 || height < 1 || len(plane) != width*height || side < 1 || side%2 == 0 || side > 1<<10 {
		return nil, fmt.Errorf("%d bytes for a plane of %dx%d, to be filtered by squares of %d", len(plane), width, height, side)
	}
	out := make([]byte, len(plane))
	return out, guarded(func(err *C.char) C.int {
		return C.unmask_extreme((*C.uchar)(&plane[0]), C.int(width), C.int(height), C.int(side), most, (*C.uchar)(&out[0]), err)
	})
}
