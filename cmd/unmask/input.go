package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"

	"unmask/media"
)

// input is what a scan was told to examine.
type input struct {
	paths    []string
	list     io.ReadCloser // of more paths; nil where there is none
	nul      bool
	leaveOut func(fs.FileInfo) bool
	err      error // of reading the list, after items
}

// newInput opens the list of paths, where there is one.
func newInput(paths []string, filesFrom string, nul bool, leaveOut func(fs.FileInfo) bool) (*input, error) {
	in := &input{paths: paths, nul: nul, leaveOut: leaveOut}
	switch filesFrom {
	case "":
	case "-":
		in.list = os.Stdin
	default:
		f, err := os.Open(filesFrom)
		if err != nil {
			return nil, fmt.Errorf("--files-from: %w", err)
		}
		in.list = f
	}
	return in, nil
}

// items yields everything below the paths, then everything below the paths of the list.
func (in *input) items() iter.Seq2[media.Item, *media.Failure] {
	return func(yield func(media.Item, *media.Failure) bool) {
		for _, p := range in.paths {
			for it, failure := range media.Walk(p, in.leaveOut) {
				if !yield(it, failure) {
					return
				}
			}
		}
		if in.list == nil {
			return
		}
		defer in.list.Close()
		s := bufio.NewScanner(in.list)
		s.Buffer(nil, 1<<20)
		if in.nul {
			s.Split(splitNUL)
		}
		for s.Scan() {
			if s.Text() == "" {
				continue
			}
			for it, failure := range media.Walk(s.Text(), in.leaveOut) {
				if !yield(it, failure) {
					return
				}
			}
		}
		if s.Err() != nil {
			in.err = fmt.Errorf("--files-from: %w", s.Err())
		}
	}
}

// count walks the paths once more and returns how many items there are, or -1 where that cannot be told beforehand.
func (in *input) count() int {
	if in.list != nil {
		return -1
	}
	n := 0
	for _, p := range in.paths {
		for range media.Walk(p, in.leaveOut) {
			n++
		}
	}
	return n
}

func splitNUL(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
