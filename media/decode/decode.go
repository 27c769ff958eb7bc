// Package decode turns files into samples: digests, format, frames. It is the one place that opens evidence, and the one that
// applies orientation. Nothing is decoded before the size that the header claims has been held against the plan.
package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"unmask/media"

	"golang.org/x/sys/unix"
)

// Open is a media.Decoder. Failures are item.empty, item.unreadable, format.unsupported, decode.too_large, decode.truncated and
// decode.failed.
func Open(it media.Item, p media.Plan) (*media.Sample, error) {
	s := &media.Sample{Item: it, Info: media.Info{Kind: media.Other}}
	f, err := openRegular(string(it.Path))
	if err != nil {
		return s, media.Failf("item.unreadable", "cannot be read: %v", err)
	}
	defer f.Close()
	head := make([]byte, media.SniffLen)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return s, media.Failf("item.unreadable", "cannot be read: %v", err)
	}
	s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(head[:n])
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return s, media.Failf("item.unreadable", "cannot be read: %v", err)
	}
	if s.Info.Kind == media.Image && it.Size <= p.MaxBytes {
		return s, still(s, f, p)
	}
	if err := s.Item.Digest(f); err != nil {
		return s, media.Failf("item.unreadable", "cannot be read to its end: %v", err)
	}
	switch {
	case n == 0:
		return s, media.Failf("item.empty", "the file is empty")
	case s.Info.Kind == media.Image:
		return s, media.Failf("decode.too_large", "the picture file has %d bytes, more than the %d that are read", it.Size, p.MaxBytes)
	case s.Info.Kind == media.Video:
		return s, video(s, f, p)
	}
	return s, media.Failf("format.unsupported", "neither a picture nor a video that is known here (%s)", s.Info.MIME)
}

// openRegular opens a file for reading, without waiting where it is a pipe, and refuses anything but a regular file.
func openRegular(path string) (*os.File, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), path)
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("it is no regular file (%s)", info.Mode().Type())
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// still reads a picture into memory, digests and decodes it.
func still(s *media.Sample, f *os.File, p media.Plan) error {
	raw, err := io.ReadAll(io.LimitReader(f, p.MaxBytes+1))
	if err != nil {
		return media.Failf("item.unreadable", "cannot be read to its end: %v", err)
	}
	if err := s.Item.Digest(bytes.NewReader(raw)); err != nil {
		return err
	}
	s.Raw = raw
	fr, partial, err := picture(s.Info.Format, raw, p)
	if err != nil {
		return err
	}
	s.Partial = partial
	s.Frames = []media.Frame{fr}
	s.Info.Width, s.Info.Height, s.Info.Frames = fr.Width, fr.Height, []int{0}
	return nil
}
