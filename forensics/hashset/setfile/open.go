package setfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"sort"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
	"unmask/media"

	"golang.org/x/sys/unix"
)

// Set is an open file. It is read-only, so that any number of goroutines may search it.
type Set struct {
	Info
	path     string
	data     []byte
	sections [len(Algorithms)][]byte
	index    *nearest.Index // over the PDQ hashes, in their order; nil where there are none
}

// Open maps a file into memory. Its header is checked here, its content by Check.
func Open(path string) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.Size() < headerSize || st.Size() > math.MaxInt {
		return nil, damaged(path)
	}
	data, err := unix.Mmap(int(f.Fd()), 0, int(st.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("hash set %s cannot be mapped into memory: %w", path, err)
	}
	s := &Set{path: path, data: data}
	if !s.parse() {
		return nil, errors.Join(damaged(path), s.Close())
	}
	if s.Counts[PDQ] > 0 {
		if s.index, err = nearest.Open(path + indexEnding); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if s.index.Len() != s.Counts[PDQ] {
			return nil, errors.Join(damaged(path+indexEnding), s.Close())
		}
	}
	return s, nil
}

func damaged(path string) error {
	return fmt.Errorf("hash set %s is damaged, or no compiled hash set of this version: remove it and scan again", path)
}

// parse reads the header and cuts the sections; it returns false where they do not fill the file.
func (s *Set) parse() bool {
	head, rest := s.data[:headerSize], s.data[headerSize:]
	if string(head[:len(magic)]) != magic {
		return false
	}
	s.Source = hex.EncodeToString(head[16:48])
	for _, a := range Algorithms {
		n := binary.BigEndian.Uint64(head[80+8*a:])
		if n > uint64(len(rest)/a.stride()) {
			return false
		}
		s.Counts[a] = int(n)
		s.sections[a], rest = rest[:int(n)*a.stride()], rest[int(n)*a.stride():]
	}
	lines := binary.BigEndian.Uint64(head[112:])
	s.Damaged = int(min(lines, math.MaxInt))
	return len(rest) == 0
}

// Check reads the whole file, and the index, and compares their content with the digests in their headers.
func (s *Set) Check() error {
	if sha256.Sum256(s.data[headerSize:]) != [32]byte(s.data[48:80]) {
		return damaged(s.path)
	}
	if s.index == nil {
		return nil
	}
	return nearest.Verify(s.path + indexEnding)
}

// Close takes the file out of memory. The set must not be used any more.
func (s *Set) Close() error {
	var err error
	if s.index != nil {
		err = s.index.Close()
	}
	return errors.Join(err, unix.Munmap(s.data))
}

// Find looks for a digest, of which the first bytes up to its size count, and returns the category of its entry.
func (s *Set) Find(a Algorithm, digest *[32]byte) (category uint8, ok bool) {
	section, stride, size := s.sections[a], a.stride(), a.Size()
	at := func(i int) []byte { return section[i*stride:][:size] }
	i, ok := sort.Find(s.Counts[a], func(i int) int { return bytes.Compare(digest[:size], at(i)) })
	if !ok {
		return 0, false
	}
	return section[i*stride+size], true
}

// Hit is the digest under which an item stands in a set.
type Hit struct {
	Algorithm Algorithm
	Category  uint8 // 0 where the set names none
}

// Lookup looks for the digests of an item, the strongest first.
func (s *Set) Lookup(it *media.Item) (Hit, bool) {
	for _, d := range []struct {
		algorithm Algorithm
		digits    string
	}{{SHA256, it.SHA256}, {SHA1, it.SHA1}, {MD5, it.MD5}} {
		var digest [32]byte
		if d.algorithm.Decode(&digest, []byte(d.digits)) != nil {
			continue // an item that could not be read to its end has no digests
		}
		if category, ok := s.Find(d.algorithm, &digest); ok {
			return Hit{d.algorithm, category}, true
		}
	}
	return Hit{}, false
}

// Near is the entry that comes nearest to a picture.
type Near struct {
	Hash     pdq.Hash
	Distance int          // differing bits of 256
	Symmetry pdq.Symmetry // what turns the probe into the entry
}

// Nearest returns the PDQ entry that one of a picture's eight hashes comes nearest to, within radius bits. The first of equals counts.
func (s *Set) Nearest(probe *[8]pdq.Hash, radius int) (best Near, ok bool) {
	if s.index == nil {
		return best, false
	}
	id := 0
	s.index.Within(probe[:], radius, func(sym, i, distance int) {
		if !ok || distance < best.Distance || distance == best.Distance && i < id {
			best, id, ok = Near{perceptual(s.sections[PDQ][i*PDQ.stride():]), distance, pdq.Symmetry(sym)}, i, true
		}
	})
	return best, ok
}

// perceptual reads a PDQ hash.
func perceptual(b []byte) (h pdq.Hash) {
	for i := range h {
		h[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return h
}
