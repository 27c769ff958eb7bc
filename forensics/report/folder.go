package report

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// folder writes files below dir and keeps their digests by their path in it.
type folder struct {
	dir     string
	digests map[string]string
}

// write stores what render writes under rel, a path with slashes: whole, or not at all.
func (f *folder) write(rel string, render func(io.Writer) error) error {
	sum := sha256.New()
	if err := replace(filepath.Join(f.dir, filepath.FromSlash(rel)), sum, render); err != nil {
		return fmt.Errorf("%s cannot be written: %w", rel, err)
	}
	f.digests[rel] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// replace writes a file under another name and renames it. Sum receives what is written, too.
func replace(path string, sum io.Writer, render func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp := path + ".tmp"
	file, err := os.Create(tmp)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(io.MultiWriter(file, sum), 64<<10)
	err = render(w)
	if err == nil {
		err = w.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return nil
}

// removeStale removes the files at the top of the folder that match a pattern but were not written by this rendering:
// pages of a list that was longer before.
func (f *folder) removeStale(pattern string) error {
	entries, err := os.ReadDir(f.dir)
	for _, e := range entries {
		if stale, _ := filepath.Match(pattern, e.Name()); stale && f.digests[e.Name()] == "" {
			err = errors.Join(err, os.Remove(filepath.Join(f.dir, e.Name())))
		}
	}
	return err
}
