package setfile

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
)

func (w *Writer) sortBuffer() {
	slices.SortFunc(w.buffer, func(a, b entry) int { return bytes.Compare(a[:], b[:]) })
	w.buffer = slices.Compact(w.buffer)
}

// spill sorts what is in memory into a temporary file.
func (w *Writer) spill() error {
	w.sortBuffer()
	f, err := os.CreateTemp(filepath.Dir(w.path), ".new-*")
	if err != nil {
		return err
	}
	w.runs = append(w.runs, f)
	if err := os.Remove(f.Name()); err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	for i := range w.buffer {
		if _, err := out.Write(w.buffer[i][:]); err != nil {
			return err
		}
	}
	w.buffer = w.buffer[:0]
	return out.Flush()
}

// sorted yields all entries in ascending order. An entry is good until the next is asked for.
func (w *Writer) sorted() iter.Seq2[*entry, error] {
	return func(yield func(*entry, error) bool) {
		if len(w.runs) == 0 {
			w.sortBuffer()
			for i := range w.buffer {
				if !yield(&w.buffer[i], nil) {
					return
				}
			}
			return
		}
		if err := w.merge(yield); err != nil {
			yield(nil, err)
		}
	}
}

// merge merges the temporary files.
func (w *Writer) merge(yield func(*entry, error) bool) error {
	if err := w.spill(); err != nil {
		return err
	}
	var runs merge
	for _, f := range w.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		r := &run{in: bufio.NewReaderSize(f, 256<<10)}
		if more, err := r.next(); err != nil {
			return err
		} else if more {
			runs = append(runs, r)
		}
	}
	heap.Init(&runs)
	for len(runs) > 0 {
		if !yield(&runs[0].head, nil) {
			return nil
		}
		more, err := runs[0].next()
		if err != nil {
			return err
		}
		if more {
			heap.Fix(&runs, 0)
		} else {
			heap.Pop(&runs)
		}
	}
	return nil
}

// run is a temporary file with the entry at which its reading stands.
type run struct {
	in   *bufio.Reader
	head entry
}

// next reads the next entry; it returns false at the end.
func (r *run) next() (bool, error) {
	_, err := io.ReadFull(r.in, r.head[:])
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// merge is a heap of runs, that with the lowest entry on top.
type merge []*run

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return bytes.Compare(m[i].head[:], m[j].head[:]) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(r any)        { *m = append(*m, r.(*run)) }
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}
