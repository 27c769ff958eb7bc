package nearest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"

	"unmask/forensics/pdq"
)

// A file is a header, the hashes, then of each slot its starts, its ids, its next values and zeros up to a multiple of eight bytes, all
// in the byte order of the machine that wrote it: what Index has in memory.
type header struct {
	Magic   [8]byte
	Version uint32
	Slots   uint32 // how many follow the hashes: all or none
	Count   uint64 // of hashes
	SHA256  [32]byte
}

const (
	headerSize = 56 // of header, which has no gaps
	version    = 1
)

var magic = [8]byte([]byte("PDQindex"))

// slotSize is the length of one slot of n hashes in a file, in bytes.
func slotSize(n int) int { return (4*(slotValues+1) + 6*n + 7) &^ 7 }

// Write makes a file of hashes for Open. The same hashes give the same bytes. The file appears whole or not at all.
func Write(path string, hashes []pdq.Hash) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("PDQ index %s: %w", path, err)
	}
	err = errors.Join(write(f, hashes), f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	} else {
		os.Remove(f.Name())
	}
	if err != nil {
		return fmt.Errorf("PDQ index %s: %w", path, err)
	}
	return nil
}

// write makes one slot after the other, so that the lists are never in memory all together.
func write(f *os.File, hashes []pdq.Hash) error {
	h := header{Magic: magic, Version: version, Count: uint64(len(hashes))}
	sum := sha256.New()
	w := io.MultiWriter(f, sum)
	_, err := f.Seek(headerSize, io.SeekStart)
	put := func(b []byte) {
		if err == nil {
			_, err = w.Write(b)
		}
	}
	put(raw(hashes))
	if indexed(len(hashes)) {
		h.Slots = slotCount
		for k := range slotCount {
			s := newSlot(hashes, k)
			put(raw(s.starts))
			put(raw(s.ids))
			put(raw(s.next))
			put(make([]byte, slotSize(len(hashes))-4*(slotValues+1)-6*len(hashes)))
		}
	}
	if err != nil {
		return err
	}
	sum.Sum(h.SHA256[:0])
	var head bytes.Buffer
	if err := binary.Write(&head, binary.NativeEndian, h); err != nil {
		return err
	}
	_, err = f.WriteAt(head.Bytes(), 0)
	return err
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open maps a file of Write into memory. It checks the file's structure against its length and reads 4 MiB at most, whatever the number of
// hashes. Damage inside lists and hashes, which makes searches miss something or misstate it, only Verify finds. The file may be
// replaced while it is open, but not written to or cut.
func Open(path string) (*Index, error) {
	x, _, err := open(path)
	return x, err
}

// Verify compares the whole of a file with the digest in its header.
func Verify(path string) error {
	x, h, err := open(path)
	if err != nil {
		return err
	}
	defer x.Close()
	if sha256.Sum256(x.mapped[headerSize:]) != h.SHA256 {
		return fmt.Errorf("PDQ index %s: is damaged: its content does not fit its digest; build it anew", path)
	}
	return nil
}

func open(path string) (*Index, *header, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() || info.Size() < headerSize {
		return nil, nil, fmt.Errorf("PDQ index %s: is not an index of PDQ hashes, or cut short; build it anew", path)
	}
	mapped, err := unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("PDQ index %s: mapping it into memory: %w", path, err)
	}
	x := &Index{mapped: mapped}
	h, err := x.lay()
	if err != nil {
		return nil, nil, fmt.Errorf("PDQ index %s: %w; build it anew", path, errors.Join(err, x.Close()))
	}
	return x, h, nil
}

// lay finds hashes and slots in the mapped file.
func (x *Index) lay() (*header, error) {
	var h header
	if _, err := binary.Decode(x.mapped, binary.NativeEndian, &h); err != nil {
		return nil, err
	}
	body := x.mapped[headerSize:]
	n := int(min(h.Count, uint64(len(body))))
	want := n * int(unsafe.Sizeof(pdq.Hash{}))
	if h.Slots > 0 {
		want += slotCount * slotSize(n)
	}
	switch {
	case h.Magic != magic:
		return nil, errors.New("is not an index of PDQ hashes")
	case h.Version != version:
		return nil, fmt.Errorf("is of version %d, or from a machine of another byte order; this program reads version %d", h.Version, version)
	case h.Slots != 0 && h.Slots != slotCount:
		return nil, fmt.Errorf("is damaged: it has %d slots, not %d", h.Slots, slotCount)
	case uint64(n) != h.Count || len(body) != want:
		return nil, fmt.Errorf("is damaged: it has %d bytes, which is not the length for %d hashes", len(x.mapped), h.Count)
	}
	x.hashes, body = take[pdq.Hash](body, n)
	for k := range h.Slots {
		var s slot
		rest := body[slotSize(n):]
		s.starts, body = take[uint32](body, slotValues+1)
		s.ids, body = take[uint32](body, n)
		s.next, _ = take[uint16](body, n)
		if s.starts[0] != 0 || s.starts[slotValues] != uint32(n) || !slices.IsSorted(s.starts) {
			return nil, fmt.Errorf("is damaged: the lists of slot %d do not follow on each other", k)
		}
		x.slots, body = append(x.slots, s), rest
	}
	return &h, nil
}

// Close gives the memory of Open back. No search may be running.
func (x *Index) Close() error {
	mapped := x.mapped
	*x = Index{}
	if mapped == nil {
		return nil
	}
	return unix.Munmap(mapped)
}

// raw returns the bytes of s, which holds numbers only.
func raw[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}

// take returns the first n numbers of b, which must be aligned for them, and what follows.
func take[T any](b []byte, n int) ([]T, []byte) {
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n), b[n*int(unsafe.Sizeof(*new(T))):]
}
