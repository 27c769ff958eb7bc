package c2pa

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"unmask/media/jumbf"

	"github.com/andybalholm/brotli"
)

// Bounds of the compressed manifests of one file. What they hold in real files is text, keys and certificates; a stream that is made to cost time
// takes a millisecond and two megabytes for each kilobyte.
const (
	maxPacked   = 32 << 10 // bytes, compressed
	maxUnpacked = 2 << 20  // bytes of what comes of them
	maxInside   = 8192     // boxes
)

// unpacker reads compressed manifests within those bounds.
type unpacker struct {
	brotli               *brotli.Reader // made for the first, and used again with its buffers
	packed, size, inside int            // so far
}

var (
	errPacked = fmt.Errorf("it is compressed, and of compressed manifests no more than %d bytes are read, which unpack to no more than %d",
		maxPacked, maxUnpacked)
	errUnpacked = errors.New("it is compressed and cannot be unpacked")
)

// unpack returns the manifest in a compressed one (C2PA 2.2 sections 11.2.4 and 15.5.4). All boxes in it stand where the compressed one does. The error is
// errPacked where there is more than is read.
func (u *unpacker) unpack(b *jumbf.Box) (*jumbf.Box, error) {
	packed := b.First(jumbf.Brotli)
	if u.packed += len(packed); u.packed > maxPacked || u.inside > maxInside {
		return nil, errPacked
	}
	if u.brotli == nil {
		u.brotli = brotli.NewReader(nil)
	}
	_ = u.brotli.Reset(bytes.NewReader(packed)) // its error is always nil
	data, err := io.ReadAll(io.LimitReader(u.brotli, int64(maxUnpacked-u.size)+1))
	if u.size += len(data); u.size > maxUnpacked {
		return nil, errPacked
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnpacked, err)
	}
	m, err := jumbf.Parse(data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errUnpacked, err)
	case m.Type != jumbf.Manifest && m.Type != jumbf.UpdateManifest || m.Length != len(data):
		return nil, fmt.Errorf("%w: what is in it is not one manifest", errUnpacked)
	case m.Label != b.Label:
		return nil, fmt.Errorf("%w: the manifest in it has another name, %q", errUnpacked, short(m.Label))
	}
	if u.inside += place(m, b.Offset, b.Length); u.inside > maxInside {
		return nil, errPacked
	}
	return m, nil
}

// place says of a box and all in it where they stand, and returns how many they are.
func place(b *jumbf.Box, offset, length int) int {
	b.Offset, b.Length = offset, length
	n := 1
	for _, c := range b.Boxes {
		n += place(c, offset, length)
	}
	return n
}
