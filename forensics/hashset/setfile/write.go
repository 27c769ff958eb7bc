package setfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

// Writer collects the entries of a set in any order. It keeps at most 2 million in memory; more are sorted through temporary files.
type Writer struct {
	path   string
	limit  int // entries kept in memory
	buffer []entry
	runs   []*os.File // sorted, without a name in the file system
	hashes []pdq.Hash // of the section of PDQ
}

// entry is algorithm, digest filled up with zeros, category: sorting the bytes sorts the sections.
type entry [34]byte

const (
	inMemory   = 2 << 20 // entries: 71 MB
	categoryAt = len(entry{}) - 1
)

func (e *entry) sameDigest(o *entry) bool {
	return bytes.Equal(e[:categoryAt], o[:categoryAt])
}

// NewWriter starts a set that Finish will put at path. Temporary files go into the same folder.
func NewWriter(path string) *Writer { return &Writer{path: path, limit: inMemory} }

// Add adds an entry. Of a digest that is added more than once, the lowest category above 0 is kept.
func (w *Writer) Add(a Algorithm, digest *[32]byte, category uint8) error {
	var e entry
	e[0] = byte(a)
	copy(e[1:], digest[:a.Size()])
	e[categoryAt] = category
	if w.buffer = append(w.buffer, e); len(w.buffer) < w.limit {
		return nil
	}
	return w.spill()
}

// Close frees what the writer holds. It writes nothing.
func (w *Writer) Close() error {
	var err error
	for _, f := range w.runs {
		err = errors.Join(err, f.Close())
	}
	w.buffer, w.runs = nil, nil
	return err
}

// Finish writes the file, which appears whole or not at all. Source is the SHA-256 of what the set was made from, damaged the number
// of its lines that could not be read.
func (w *Writer) Finish(source [32]byte, damaged int) (info Info, err error) {
	f, err := os.CreateTemp(filepath.Dir(w.path), ".new-*")
	if err != nil {
		return info, err
	}
	info = Info{Source: hex.EncodeToString(source[:]), Damaged: damaged}
	if err = w.write(f, &info, source); err == nil {
		err = w.index()
	}
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), w.path)
	}
	if err != nil {
		return info, errors.Join(err, os.Remove(f.Name()))
	}
	return info, nil
}

// index writes the index over the PDQ hashes. A set file that is there already goes first: where there is one, its index belongs to it.
func (w *Writer) index() error {
	if err := os.Remove(w.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(w.hashes) == 0 {
		return nil
	}
	return nearest.Write(w.path+indexEnding, w.hashes)
}

func (w *Writer) write(f *os.File, info *Info, source [32]byte) error {
	if _, err := f.Seek(headerSize, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	var last entry
	flush := func() error {
		a := Algorithm(last[0])
		info.Counts[a]++
		if a == PDQ {
			w.hashes = append(w.hashes, perceptual(last[1:]))
		}
		_, err := out.Write(last[1 : 1+a.Size()])
		return errors.Join(err, out.WriteByte(last[categoryAt]))
	}
	first := true
	for e, err := range w.sorted() {
		switch {
		case err != nil:
			return err
		case first:
			first = false
		case !e.sameDigest(&last):
			if err := flush(); err != nil {
				return err
			}
		case last[categoryAt] != 0:
			continue
		}
		last = *e
	}
	if !first {
		if err := flush(); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	head := append([]byte(magic), source[:]...)
	head = sum.Sum(head)
	for _, n := range info.Counts {
		head = binary.BigEndian.AppendUint64(head, uint64(n))
	}
	head = binary.BigEndian.AppendUint64(head, uint64(info.Damaged))
	_, err := f.WriteAt(append(head, make([]byte, headerSize-len(head))...), 0)
	return err
}
