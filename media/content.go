package media

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// OpenRegular opens a file for reading, without waiting where it is a pipe, and refuses anything but a regular file.
func OpenRegular(path string) (f *os.File, size int64, err error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, 0, err
	}
	f = os.NewFile(uintptr(fd), path)
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("it is no regular file (%s)", info.Mode().Type())
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// Content calls use with the bytes of the file: Raw where it is in memory, and otherwise the file itself, which is opened for that time and
// may be of any size. The error is that of opening it, of a file that has another size than when it was digested, or of use.
func (s *Sample) Content(use func(r io.ReaderAt, size int64) error) error {
	if s.Raw != nil {
		return use(bytes.NewReader(s.Raw), int64(len(s.Raw)))
	}
	f, size, err := OpenRegular(string(s.Item.Path))
	if err != nil {
		return err
	}
	defer f.Close()
	if size != s.Item.Size {
		return fmt.Errorf("the file has %d bytes now, and had %d when its digests were taken", size, s.Item.Size)
	}
	return use(f, size)
}

// Head returns the first bytes of the file, at most as many as are given: Raw where it is in memory. Nobody writes to them.
func (s *Sample) Head(most int64) (b []byte, err error) {
	if s.Raw != nil {
		return s.Raw[:min(int64(len(s.Raw)), most)], nil
	}
	err = s.Content(func(r io.ReaderAt, size int64) error {
		b = make([]byte, min(size, most))
		n, err := r.ReadAt(b, 0)
		b = b[:n]
		if err == io.EOF {
			err = nil
		}
		return err
	})
	return b, err
}
