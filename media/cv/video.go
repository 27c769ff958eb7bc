package cv

/*
#include <stdlib.h>
#include "guarded.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// Video reads a video through OpenCV's FFmpeg backend. One goroutine uses it.
type Video struct{ v *C.unmask_video }

// Property is one of OpenCV's VideoCapture properties.
type Property int

// The properties that FFmpeg answers in OpenCV 4.6.
const (
	PosMsec     Property = 0 // of the frame grabbed last, from the first one on; 0 or below where the decoder tells none
	FrameWidth  Property = 3
	FrameHeight Property = 4
	FPS         Property = 5
	FourCC      Property = 6
	FrameCount  Property = 7  // an estimate
	Orientation Property = 48 // degrees clockwise, from the container
)

// demuxers of FFmpeg that may open a file. Playlists and lists of pictures (hls, concat, image2) are not among them: they open
// other files, and so would the network protocols.
const demuxers = "mov,matroska,avi,flv,mpegts,mpeg,mpegvideo,asf,ogg"

const captureOptions = "protocol_whitelist;file|format_whitelist;" + demuxers

// OpenVideo opens a video by absolute path. Nothing but that file is read. Frames come as they are stored, not turned upright.
func OpenVideo(path string) (*Video, error) {
	if !strings.HasPrefix(path, "/") || strings.ContainsRune(path, 0) {
		return nil, fmt.Errorf("%q is not an absolute path", path)
	}
	name, options := C.CString(path), C.CString(captureOptions)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(options))
	var text [C.UNMASK_ERR]C.char
	v := C.unmask_video_open(name, options, &text[0])
	if v == nil {
		return nil, errors.New(C.GoString(&text[0]))
	}
	return &Video{v}, nil
}

// Grab decodes the next frame. It returns false at the end.
func (v *Video) Grab() (bool, error) {
	var text [C.UNMASK_ERR]C.char
	switch C.unmask_video_grab(v.v, &text[0]) {
	case 1:
		return true, nil
	case 0:
		return false, nil
	}
	return false, errors.New(C.GoString(&text[0]))
}

// Retrieve converts the frame grabbed last into pix, packed blue, green, red. A frame of another size is an error.
func (v *Video) Retrieve(pix []byte, width, height int) error {
	if !fits(pix, width, height) {
		return fmt.Errorf("%d bytes do not hold %dx%d pixels", len(pix), width, height)
	}
	return guarded(func(err *C.char) C.int {
		return C.unmask_video_retrieve(v.v, (*C.uchar)(&pix[0]), C.int(width), C.int(height), err)
	})
}

// Get returns a property, 0 where it is not known.
func (v *Video) Get(p Property) float64 { return float64(C.unmask_video_get(v.v, C.int(p))) }

// Seek goes to about ms milliseconds from the first frame; PosMsec of the frame grabbed next says where that was.
func (v *Video) Seek(ms float64) error {
	return guarded(func(err *C.char) C.int { return C.unmask_video_seek(v.v, C.double(ms), err) })
}

// Close frees the decoder.
func (v *Video) Close() { C.unmask_video_close(v.v) }
