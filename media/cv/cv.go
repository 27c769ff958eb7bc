// Package cv calls OpenCV inside try/catch: everything that sees untrusted bytes, and what gocv 0.31 lacks. A C++ exception that
// reached Go would abort the process; here it is an error.
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
	"regexp"
	"strings"
	"unsafe"
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

// BuildInfo returns the versions of OpenCV and of the libraries it decodes with, by name: opencv, jpeg, png, avcodec, ...
func BuildInfo() (map[string]string, error) {
	out := make([]byte, 64<<10)
	if err := guarded(func(err *C.char) C.int {
		return C.unmask_build_information((*C.char)(unsafe.Pointer(&out[0])), C.size_t(len(out)), err)
	}); err != nil {
		return nil, err
	}
	text := string(out)
	info := map[string]string{}
	for name, pattern := range map[string]*regexp.Regexp{
		"opencv": regexp.MustCompile(`OpenCV ([0-9.]+)`), "jpeg": regexp.MustCompile(`(?m)^\s*JPEG:\s+.*\(ver ([^)]+)\)`),
		"png": regexp.MustCompile(`(?m)^\s*PNG:\s+.*\(ver ([^)]+)\)`), "tiff": regexp.MustCompile(`(?m)^\s*TIFF:\s+.*\(ver ([^)]+)\)`),
		"webp": regexp.MustCompile(`(?m)^\s*WEBP:\s+.*\(ver ([^)]+)\)`), "openjpeg": regexp.MustCompile(`(?m)^\s*JPEG 2000:\s+.*\(ver ([^)]+)\)`),
		"avcodec": regexp.MustCompile(`avcodec:\s+YES \(([^)]+)\)`), "avformat": regexp.MustCompile(`avformat:\s+YES \(([^)]+)\)`),
	} {
		if m := pattern.FindStringSubmatch(text); m != nil {
			info[name] = m[1]
		}
	}
	return info, nil
}

// DecodeInto decodes a picture whose size is known from its header into pix, packed blue, green, red, without a second copy.
// EXIF orientation is not applied, alpha is dropped, deeper samples are scaled to eight bits.
func DecodeInto(data, pix []byte, width, height int) error {
	if len(data) == 0 || width <= 0 || height <= 0 || len(pix) != 3*width*height {
		return fmt.Errorf("%d bytes into %d for %dx%d pixels", len(data), len(pix), width, height)
	}
	return guarded(func(err *C.char) C.int {
		return C.unmask_decode((*C.uchar)(&data[0]), C.size_t(len(data)), (*C.uchar)(&pix[0]), C.int(width), C.int(height), err)
	})
}
