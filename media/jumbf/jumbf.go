// Package jumbf reads the boxes of ISO/IEC 19566-5, in which C2PA keeps its manifests. No length is trusted: a box ends with what holds it.
package jumbf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	maxDepth = 32
	maxBoxes = 8192
)

// Types of superboxes and of content boxes that C2PA uses (C2PA 2.2 section 11.1.4). Those of four letters stand for a UUID that ends
// as ISO/IEC 19566-5 has it.
const (
	Store              = "c2pa"
	Manifest           = "c2ma"
	UpdateManifest     = "c2um"
	CompressedManifest = "c2cm"
	Assertions         = "c2as"
	Claim              = "c2cl"
	Signature          = "c2cs"
	JSON               = "json"
	CBOR               = "cbor"
	Brotli             = "brob" // a compressed superbox
)

const suffix = "\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"

// Box is a box with the boxes in it.
type Box struct {
	Kind           string // four characters: "jumb" for a superbox
	Type           string // of a superbox: one of the constants, or 16 bytes
	Label          string // of a superbox; may be empty
	Offset, Length int    // of the whole box in what was parsed, in bytes
	Content        []byte // after the header; of a superbox with its description box, which is what hashes are over
	Boxes          []*Box // of a superbox, without the description box
}

// ErrFormat says that there is no superbox.
var ErrFormat = errors.New("no JUMBF superbox")

// Parse reads the superbox that b starts with. An error says where b is damaged; what could be read is returned with it.
func Parse(b []byte) (*Box, error) {
	p := parser{all: b}
	box, _, err := p.box(0, len(b), 0)
	switch {
	case err != nil && box == nil:
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	case box.Kind != "jumb":
		return nil, ErrFormat
	}
	return box, err
}

type parser struct {
	all   []byte
	boxes int
}

// box reads the box at an offset, of which end is the limit, and returns where it ends.
func (p *parser) box(at, end, depth int) (*Box, int, error) {
	if p.boxes++; p.boxes > maxBoxes || depth > maxDepth {
		return nil, end, fmt.Errorf("more than %d boxes, or nested more than %d deep, at byte %d", maxBoxes, maxDepth, at)
	}
	if end-at < 8 {
		return nil, end, fmt.Errorf("a box is cut off at byte %d", at)
	}
	size, head := uint64(binary.BigEndian.Uint32(p.all[at:])), 8
	if size == 1 && end-at >= 16 {
		size, head = binary.BigEndian.Uint64(p.all[at+8:]), 16
	}
	if size == 0 {
		size = uint64(end - at)
	}
	b := &Box{Kind: string(p.all[at+4 : at+8]), Offset: at}
	if size < uint64(head) || size > uint64(end-at) {
		return nil, end, fmt.Errorf("the box at byte %d claims %d bytes and has %d", at, size, end-at)
	}
	b.Length = int(size)
	b.Content = p.all[at+head : at+b.Length]
	if b.Kind != "jumb" {
		return b, at + b.Length, nil
	}
	return b, at + b.Length, p.superbox(b, at+head, depth)
}

func (p *parser) superbox(b *Box, from, depth int) error {
	end := b.Offset + b.Length
	for at := from; at < end; {
		c, next, err := p.box(at, end, depth+1)
		switch {
		case c == nil:
			return err
		case at > from:
			b.Boxes = append(b.Boxes, c)
		case c.Kind != "jumd":
			return fmt.Errorf("the superbox at byte %d has no description", b.Offset)
		default:
			if err := b.describe(c.Content); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

// describe reads a description box: type, flags and label.
func (b *Box) describe(d []byte) error {
	const hasLabel = 2
	if len(d) < 17 {
		return fmt.Errorf("the description of the box at byte %d is cut off", b.Offset)
	}
	b.Type = string(d[:16])
	if b.Type[4:] == suffix {
		b.Type = b.Type[:4]
	}
	if d[16]&hasLabel != 0 {
		label, _, ok := bytes.Cut(d[17:], []byte{0})
		if !ok {
			return fmt.Errorf("the label of the box at byte %d does not end", b.Offset)
		}
		b.Label = string(label)
	}
	return nil
}

// First returns the content of the first content box of that kind, nil where there is none.
func (b *Box) First(kind string) []byte {
	for _, c := range b.Boxes {
		if c.Kind == kind {
			return c.Content
		}
	}
	return nil
}

// Super returns the superboxes of that type in the order in which they stand.
func (b *Box) Super(kind string) (out []*Box) {
	for _, c := range b.Boxes {
		if c.Kind == "jumb" && c.Type == kind {
			out = append(out, c)
		}
	}
	return out
}
