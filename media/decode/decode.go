// Package decode turns files into samples: digests, format, frames. It is the one place that opens evidence, and the one that
// applies orientation. Nothing is decoded before the size that the header claims has been held against the plan.
package decode

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"unmask/media"
)

// Open is a media.Decoder. Failures are item.empty, item.unreadable, format.unsupported, decode.too_large, decode.truncated,
// decode.failed and, where the plan says so, media.CodeKnown. Size of the sample's item is that of the file as it was read.
func Open(it media.Item, p media.Plan) (*media.Sample, error) {
	s := &media.Sample{Item: it, Info: media.Info{Kind: media.Other}}
	f, size, err := media.OpenRegular(string(it.Path))
	if err != nil {
		return s, unreadable(err)
	}
	defer f.Close()
	s.Item.Size = size
	head := make([]byte, min(size, media.SniffLen))
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return s, unreadable(err)
	}
	s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(head)
	if _, known := codecs[s.Info.Format]; known && size <= p.MaxBytes {
		return s, still(s, f, p)
	}
	if err := s.Item.Digest(f); err != nil {
		return s, unreadable(err)
	}
	switch {
	case size == 0:
		return s, media.Failf("item.empty", "the file is empty")
	case known(s, p):
		return s, passedOver()
	case s.Info.Kind == media.Image && codecs[s.Info.Format].decode != nil:
		return s, media.Failf("decode.too_large", "the picture file has %d bytes, more than the %d that are read", size, p.MaxBytes)
	case s.Info.Kind == media.Image:
		return s, media.Failf("format.unsupported", "pictures in the format %s are not decoded", s.Info.Format)
	case s.Info.Kind == media.Video:
		return s, video(s, f, p)
	}
	return s, media.Failf("format.unsupported", "neither a picture nor a video that is known here (%s)", s.Info.MIME)
}

// unreadable keeps the cause and leaves out the path, which the item carries.
func unreadable(err error) *media.Failure {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return media.Failf("item.unreadable", "cannot be read: %v", err)
}

func known(s *media.Sample, p media.Plan) bool { return p.Known != nil && p.Known(&s.Item) }

func passedOver() *media.Failure {
	return media.Failf(media.CodeKnown, "a digest of the file stands in a known-good hash set, so it was not decoded (--profile full examines such files, too)")
}

// still reads a picture into memory, digests and decodes it.
func still(s *media.Sample, f *os.File, p media.Plan) error {
	raw := make([]byte, s.Item.Size)
	n, err := io.ReadFull(f, raw)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return unreadable(err)
	}
	s.Raw, s.Item.Size = raw[:n], int64(n)
	if err := s.Item.Digest(bytes.NewReader(s.Raw)); err != nil {
		return unreadable(err)
	}
	if n < len(raw) {
		return media.Failf("item.unreadable", "the file became shorter while it was read")
	}
	if known(s, p) {
		return passedOver()
	}
	fr, partial, err := picture(s, p)
	if err != nil {
		return err
	}
	s.Partial, s.Frames = partial, []media.Frame{fr}
	s.Info.Width, s.Info.Height, s.Info.Frames = fr.Width, fr.Height, []int{0}
	return nil
}
