package cv

/*
#include "guarded.h"
*/
import "C"

import (
	"errors"
	"fmt"
)

// ORBSize is the length of an ORB descriptor in bytes.
const ORBSize = 32

// ORB finds up to most keypoints in a grey picture of packed bytes (Rublee et al., "ORB: an efficient alternative to SIFT or SURF",
// ICCV 2011): eight levels at a factor of 1.2, patches of 31 pixels. It returns x and y of each in pixels and their descriptors, 32
// bytes each. Pictures with a side under 64 pixels have none.
func ORB(grey []byte, width, height, most int) (xy []float32, descriptors []byte, err error) {
	if width <= 0 || height <= 0 || len(grey) != width*height || most <= 0 {
		return nil, nil, fmt.Errorf("%d bytes for %dx%d pixels", len(grey), width, height)
	}
	if width < 64 || height < 64 {
		return nil, nil, nil
	}
	xy, descriptors = make([]float32, 2*most), make([]byte, ORBSize*most)
	var text [C.UNMASK_ERR]C.char
	n := int(C.unmask_orb((*C.uchar)(&grey[0]), C.int(width), C.int(height), C.int(most), (*C.float)(&xy[0]), (*C.uchar)(&descriptors[0]), &text[0]))
	if n < 0 {
		return nil, nil, errors.New(C.GoString(&text[0]))
	}
	return xy[:2*n], descriptors[:ORBSize*n], nil
}
