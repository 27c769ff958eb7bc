package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
)

// spool is a list on disk: first values are added, then they are read back.
type spool[T any] struct {
	file *os.File
	w    *bufio.Writer
	n    int   // values
	end  int64 // bytes
}

// newSpool starts a list in a file of dir that leaves no name behind, however the process ends.
func newSpool[T any](dir string) (*spool[T], error) {
	file, err := os.CreateTemp(dir, ".spool-*")
	if err != nil {
		return nil, fmt.Errorf("temporary list: %w", err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("temporary list: %w", err), file.Close())
	}
	return &spool[T]{file: file, w: bufio.NewWriterSize(file, 64<<10)}, nil
}

// add appends a value and returns where it stands.
func (s *spool[T]) add(v T) (offset int64, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	if _, err := s.w.Write(append(text, '\n')); err != nil {
		return 0, fmt.Errorf("temporary list: %w", err)
	}
	offset = s.end
	s.end += int64(len(text)) + 1
	s.n++
	return offset, nil
}

// flush comes between adding and reading.
func (s *spool[T]) flush() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("temporary list: %w", err)
	}
	return nil
}

// at reads the value that stands at an offset.
func (s *spool[T]) at(offset int64) (v T, err error) {
	return v, json.NewDecoder(io.NewSectionReader(s.file, offset, s.end-offset)).Decode(&v)
}

// all yields every value in the order in which they were added.
func (s *spool[T]) all() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		dec := json.NewDecoder(io.NewSectionReader(s.file, 0, s.end))
		for range s.n {
			var v T
			err := dec.Decode(&v)
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

func (s *spool[T]) close() error { return s.file.Close() }
