// Package download brings one file of known size and digest onto this machine: from a web server or from a folder, going on where an
// earlier try was cut off. It imports nothing of ours.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// File is what is wanted.
type File struct {
	Path   string // where it goes; what has come of it so far lies beside it, under the same name with .part
	Size   int64  // bytes
	SHA256 string // in lower-case hexadecimal digits
}

// ErrDigest marks bytes that are not those of the wanted file.
var ErrDigest = errors.New("is not the wanted file")

// Fetch reads the file from a source and puts it in its place once its digest is right. What has come is kept when the source breaks off,
// and removed when it is not the wanted file (the error wraps ErrDigest). Progress, which may be nil, is told how many bytes are there.
func (f File) Fetch(ctx context.Context, source Source, progress func(have int64)) error {
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return err
	}
	part, err := os.OpenFile(f.Path+".part", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer part.Close()
	if err := unix.Flock(int(part.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("%s is being fetched by another unmask", f.Path)
	}
	if progress == nil {
		progress = func(int64) {}
	}
	resumed, err := f.fill(ctx, part, source, progress)
	if resumed && errors.Is(err, ErrDigest) { // what was there may have been something else
		if err = part.Truncate(0); err == nil {
			_, err = f.fill(ctx, part, source, progress)
		}
	}
	switch {
	case err == nil:
	case errors.Is(err, ErrDigest) || empty(part):
		return errors.Join(err, os.Remove(part.Name()))
	default:
		return err
	}
	if err := part.Sync(); err != nil {
		return err
	}
	return os.Rename(part.Name(), f.Path)
}

func empty(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Size() == 0
}

// fill adds to part what it lacks. Resumed tells whether some of it was there before and was used.
func (f File) fill(ctx context.Context, part *os.File, source Source, progress func(int64)) (resumed bool, err error) {
	have, err := part.Seek(0, io.SeekEnd)
	if err != nil {
		return false, err
	}
	if have > f.Size {
		have = 0
	}
	if have < f.Size {
		body, at, err := source(ctx, have, f.Size)
		if err != nil {
			return have > 0, err
		}
		defer body.Close()
		if err := part.Truncate(at); err != nil {
			return false, err
		}
		if _, err := part.Seek(at, io.SeekStart); err != nil {
			return false, err
		}
		have = at
		n, err := io.Copy(part, &counted{io.LimitReader(body, f.Size-at+1), at, progress})
		switch cause := context.Cause(ctx); {
		case cause != nil:
			return at > 0, cause
		case err != nil:
			return at > 0, fmt.Errorf("%d of %d bytes came: %w", at+n, f.Size, err)
		case at+n < f.Size:
			return at > 0, fmt.Errorf("%d of %d bytes came: %w", at+n, f.Size, io.ErrUnexpectedEOF)
		case at+n > f.Size:
			return at > 0, fmt.Errorf("it %w: it is longer than %d bytes", ErrDigest, f.Size)
		}
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return have > 0, err
	}
	h := sha256.New()
	if _, err := io.Copy(h, part); err != nil {
		return have > 0, err
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != f.SHA256 {
		return have > 0, fmt.Errorf("it %w: its SHA-256 is %s, not %s", ErrDigest, sum, f.SHA256)
	}
	return have > 0, nil
}

// counted tells how many bytes were read.
type counted struct {
	io.Reader
	have     int64
	progress func(int64)
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.have += int64(n)
	c.progress(c.have)
	return n, err
}
