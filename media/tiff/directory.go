package tiff

import (
	"encoding/binary"
	"io"

	"unmask/media/extract"
)

// Parse reads the directories of a structure in memory. Damage ends the reading of a directory, not the result.
func Parse(b []byte) (*File, error) {
	return parse(int64(len(b)), func(offset, n int64) []byte { return b[offset : offset+n] })
}

// Read is Parse for a file of any size, which may be a BigTIFF too. Of its fields 16 MiB are read.
func Read(r io.ReaderAt, size int64) (*File, error) {
	s := extract.NewSource(r, size, maxRead)
	return parse(size, s.Read)
}

func parse(size int64, read func(offset, n int64) []byte) (*File, error) {
	f := &File{size: size, read: read}
	head := f.bytes(0, 8)
	if head == nil {
		return nil, ErrFormat
	}
	switch string(head[:4]) {
	case "II*\x00", "II+\x00", "IIRO", "IIRS", "IIU\x00": // TIFF, BigTIFF, Olympus, Panasonic
		f.Order = binary.LittleEndian
	case "MM\x00*", "MM\x00+":
		f.Order = binary.BigEndian
	default:
		return nil, ErrFormat
	}
	first := uint64(f.Order.Uint32(head[4:]))
	if f.big = head[2] == '+' || head[3] == '+'; f.big {
		if head = f.bytes(8, 8); head == nil {
			return nil, ErrFormat
		}
		first = f.Order.Uint64(head)
	}
	seen := map[uint64]bool{}
	var next uint64
	f.IFD0, next = f.directory(first, seen)
	f.IFD1, next = f.directory(next, seen)
	f.Exif, _ = f.directory(f.Number(ExifIFD), seen)
	if e, ok := find(f.IFD0, GPSIFD); ok {
		f.GPS, _ = f.directory(f.uint(e), seen)
	}
	var rest []Entry
	for next != 0 && len(seen) < maxDirectories {
		rest, next = f.directory(next, seen)
		f.Rest = append(f.Rest, rest...)
	}
	f.Beyond = f.Beyond || next != 0
	if e, ok := find(f.IFD0, SubIFDs); ok && !f.big {
		for v := e.Value; len(v) >= 4; v = v[4:] {
			if len(seen) == maxDirectories {
				f.Beyond = true
				break
			}
			rest, _ = f.directory(uint64(f.Order.Uint32(v)), seen)
			f.Rest = append(f.Rest, rest...)
		}
	}
	return f, nil
}

// bytes returns n bytes of the structure, nil where it ends before them.
func (f *File) bytes(offset uint64, n int64) []byte {
	if offset > uint64(f.size) || n > f.size-int64(offset) {
		return nil
	}
	return f.read(int64(offset), n)
}

// sizes of the field types 1..12 in bytes (TIFF 6.0 p. 15), of 13, IFD (TIFF Technical Note 1), and of 16..18 (BigTIFF).
var sizes = [...]int{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8}

// directory reads the entries at an offset, unless that was seen before, and the offset of the next directory, 0 where there is none.
func (f *File) directory(at uint64, seen map[uint64]bool) (entries []Entry, next uint64) {
	head, entry, word := 2, 12, 4
	if f.big {
		head, entry, word = 8, 20, 8
	}
	h := f.bytes(at, int64(head))
	if at < 8 || h == nil || seen[at] {
		return nil, 0
	}
	seen[at] = true
	n := f.count(h)
	table := f.bytes(at+uint64(head), int64(min(n, maxEntries)*entry+word))
	whole := table != nil
	if !whole {
		table = f.bytes(at+uint64(head), min(int64(min(n, maxEntries)*entry), f.size-int64(at)-int64(head)))
	}
	for i := 0; i < min(n, maxEntries) && (i+1)*entry <= len(table) && f.fields < maxFields; i++ {
		f.fields++
		if e, ok := f.entry(table[i*entry:(i+1)*entry], int(at)+head+i*entry); ok {
			entries = append(entries, e)
		}
	}
	f.Beyond = f.Beyond || n > maxEntries || f.fields == maxFields
	if whole && n <= maxEntries {
		next = f.offset(table[n*entry:])
	}
	return entries, next
}

// count is the number of entries of a directory, at most one more than is read.
func (f *File) count(b []byte) int {
	if f.big {
		return int(min(f.Order.Uint64(b), maxEntries+1))
	}
	return int(min(f.Order.Uint16(b), maxEntries+1))
}

func (f *File) offset(b []byte) uint64 {
	if f.big {
		return f.Order.Uint64(b)
	}
	return uint64(f.Order.Uint32(b))
}

// entry reads a field; b is its entry, which stands at p.
func (f *File) entry(b []byte, p int) (Entry, bool) {
	e := Entry{Tag: f.Order.Uint16(b), Type: f.Order.Uint16(b[2:])}
	value, count := b[8:], uint64(f.Order.Uint32(b[4:]))
	if f.big {
		value, count = b[12:], f.Order.Uint64(b[4:])
	}
	if int(e.Type) >= len(sizes) || sizes[e.Type] == 0 || count > maxValue {
		return e, false
	}
	e.Count, e.Offset, e.Value = uint32(count), p+len(b)-len(value), value
	size := int64(count) * int64(sizes[e.Type])
	if size <= int64(len(value)) {
		e.Value = value[:size:size]
		return e, true
	}
	at := f.offset(value)
	if size > maxValue {
		return e, false
	}
	e.Value, e.Offset = f.bytes(at, size), int(at)
	return e, e.Value != nil
}
