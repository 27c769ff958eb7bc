// Package cv calls OpenCV inside try/catch: everything that sees untrusted bytes, and what gocv 0.31 lacks. A C++ exception that
// reached Go would abort the process; here it is an error. OpenCV and its codecs may print to stderr.
package cv

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O2
#include <stdlib.h>
#include "guarded.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
)

// guarded calls f with room for an error text and returns it where f fails.
func guarded(f func(err *C.char) C.int) error {
	var text [C.UNMASK_ERR]C.char
	if f(&text[0]) == 0 {
		return nil
	}
	return errors.New(strings.TrimSpace(C.GoString(&text[0])))
}

// SetThreads bounds the threads that OpenCV uses and silences its log.
func SetThreads(n int) error {
	return guarded(func(err *C.char) C.int { return C.unmask_set_threads(C.int(n), err) })
}

// BuildInfo returns the versions of OpenCV and of the libraries it decodes with, by name: opencv, jpeg, png, tiff, webp, openjpeg,
// avcodec, avformat, swscale. A name is missing where OpenCV was built without the library.
func BuildInfo() (map[string]string, error) {
	out := make([]C.char, 64<<10)
	if err := guarded(func(err *C.char) C.int {
		return C.unmask_build_information(&out[0], C.size_t(len(out)), err)
	}); err != nil {
		return nil, err
	}
	return parseBuildInfo(C.GoString(&out[0])), nil
}

func parseBuildInfo(text string) map[string]string {
	info := map[string]string{}
	for name, pattern := range map[string]string{
		"opencv": `OpenCV ([0-9.]+)`,
		"jpeg":   `(?m)^\s*JPEG:\s.*\(ver ([^)]+)\)`, "png": `(?m)^\s*PNG:\s.*\(ver ([^)]+)\)`,
		"tiff": `(?m)^\s*TIFF:\s.*\(ver ([^)]+)\)`, "webp": `(?m)^\s*WEBP:\s.*\(ver ([^)]+)\)`,
		"openjpeg": `(?m)^\s*JPEG 2000:\s.*\(ver ([^)]+)\)`,
		"avcodec":  `avcodec:\s+YES \(([^)]+)\)`, "avformat": `avformat:\s+YES \(([^)]+)\)`, "swscale": `swscale:\s+YES \(([^)]+)\)`,
	} {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
			info[name] = m[1]
		}
	}
	return info
}

// DecodeInto decodes a picture whose size is known from its header into pix, packed blue, green, red, without a second copy.
// EXIF orientation is not applied, alpha is dropped, deeper samples are reduced to eight bits. A picture of another size, and
// one that OpenCV cannot decode, is an error.
func DecodeInto(data, pix []byte, width, height int) error {
	if len(data) == 0 || !fits(pix, width, height) {
		return fmt.Errorf("%d bytes of a file into %d bytes for %dx%d pixels", len(data), len(pix), width, height)
	}
	return guarded(func(err *C.char) C.int {
		return C.unmask_decode((*C.uchar)(&data[0]), C.size_t(len(data)), (*C.uchar)(&pix[0]), C.int(width), C.int(height), err)
	})
}

// fits tells whether pix has room for just as many pixels.
func fits(pix []byte, width, height int) bool {
	return width > 0 && height > 0 && width <= math.MaxInt32 && height <= math.MaxInt32 && len(pix)%3 == 0 && len(pix)/3/width == height && len(pix) == 3*width*height
}
