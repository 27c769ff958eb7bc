package cv

/*
#include <stdlib.h>
#include "guarded.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"
)

// Video reads a video through OpenCV's FFmpeg backend. One goroutine uses it.
type Video struct{ v *C.unmask_video }

// Property is one of OpenCV's VideoCapture properties.
type Property int

// The properties that FFmpeg answers in OpenCV 4.6.
const (
	PosMsec     Property = 0 // time of the frame grabbed last, in milliseconds; 0 for frames flushed at the end
	FrameWidth  Property = 3
	FrameHeight Property = 4
	FPS         Property = 5
	FrameCount  Property = 7  // an estimate
	Orientation Property = 48 // degrees, from the container
)

// formats are the FFmpeg demuxers that may open a file. Playlists (hls, concat) are not among them: they open other files.
const formats = "mov,matroska,avi,flv,mpegts,mpeg,mpegvideo,asf,ogg,h264,hevc,m4v"

// CaptureOptions is what OPENCV_FFMPEG_CAPTURE_OPTIONS must hold before the first video is opened.
const CaptureOptions = "protocol_whitelist;file|format_whitelist;" + formats + "|threads;1"

// OpenVideo opens a video by absolute path. Nothing but that file is read: playlists and network addresses are refused.
func OpenVideo(path string) (*Video, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("%q is not an absolute path", path)
	}
	if err := os.Setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", CaptureOptions); err != nil {
		return nil, err
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var text [C.UNMASK_ERR]C.char
	v := C.unmask_video_open(name, &text[0])
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

// Retrieve converts the frame grabbed last into pix, packed blue, green, red.
func (v *Video) Retrieve(pix []byte, width, height int) error {
	if width <= 0 || height <= 0 || len(pix) != 3*width*height {
		return fmt.Errorf("%d bytes for %dx%d pixels", len(pix), width, height)
	}
	return guarded(func(err *C.char) C.int {
		return C.unmask_video_retrieve(v.v, (*C.uchar)(&pix[0]), C.int(width), C.int(height), err)
	})
}

// Get returns a property, 0 where it is not known.
func (v *Video) Get(p Property) float64 { return float64(C.unmask_video_get(v.v, C.int(p))) }

// Seek goes to the frame shown at ms milliseconds, or the one before it; the frame grabbed next says which.
func (v *Video) Seek(ms float64) error {
	return guarded(func(err *C.char) C.int { return C.unmask_video_seek(v.v, C.double(ms), err) })
}

// Close frees the decoder.
func (v *Video) Close() { C.unmask_video_close(v.v) }
