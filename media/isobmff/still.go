package isobmff

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Still is what a file says of its primary picture.
type Still struct {
	Width, Height int  // as stored, before the turn
	Orientation   int  // EXIF orientation, 1..8, that its irot and imir properties amount to
	Truncated     bool // the file ends before its boxes do
}

// size sets width and height from two numbers of four bytes.
func (s *Still) size(width, height []byte) {
	s.Width, s.Height = int(min(u32(width), math.MaxInt32)), int(min(u32(height), math.MaxInt32))
}

// property is one item property: its box type and content.
type property struct {
	kind    string
	content []byte
}

// ReadStill reads what HEIF and AVIF files say of their primary picture (ISO/IEC 23008-12 section 6.5). Truncated is set also
// where it fails.
func ReadStill(b []byte) (Still, error) {
	r := newReader(bytes.NewReader(b), int64(len(b)))
	s := Still{Orientation: 1}
	turn := identity
	for top := range r.children(0, int64(len(b))) {
		s.Truncated = s.Truncated || top.Cut
		if top.Kind != "meta" || s.Width > 0 {
			continue
		}
		for _, p := range r.primary(top) {
			switch {
			case p.kind == "ispe" && len(p.content) >= 12:
				s.size(p.content[4:], p.content[8:])
			case p.kind == "irot" && len(p.content) >= 1:
				turn = turns[[4]int{1, 8, 3, 6}[p.content[0]&3]-1].after(turn)
			case p.kind == "imir" && len(p.content) >= 1:
				turn = turns[[2]int{4, 2}[p.content[0]&1]-1].after(turn)
			}
		}
	}
	s.Orientation = turn.orientation()
	return s, s.check()
}

// ReadJP2 reads the image header box of a JPEG 2000 file (ISO/IEC 15444-1 I.5.3.1), whose boxes are of the same kind.
func ReadJP2(b []byte) (Still, error) {
	r := newReader(bytes.NewReader(b), int64(len(b)))
	s := Still{Orientation: 1}
	for top := range r.children(0, int64(len(b))) {
		s.Truncated = s.Truncated || top.Cut
		if top.Kind != "jp2h" {
			continue
		}
		for x := range r.children(top.Start, top.End) {
			if c := r.content(x); x.Kind == "ihdr" && len(c) >= 8 {
				s.size(c[4:], c)
			}
		}
	}
	return s, s.check()
}

func (s *Still) check() error {
	if s.Width == 0 || s.Height == 0 {
		return ErrFormat
	}
	return nil
}

// primary returns the properties of the primary item in the order in which they apply.
func (r *reader) primary(meta Box) (out []property) {
	var all []property
	var associations [][]byte
	var item uint32
	for b := range r.children(meta.Start+4, meta.End) {
		switch b.Kind {
		case "pitm":
			switch c := r.content(b); {
			case len(c) >= 8 && c[0] > 0:
				item = u32(c[4:])
			case len(c) >= 6:
				item = uint32(binary.BigEndian.Uint16(c[4:]))
			}
		case "iprp":
			for p := range r.children(b.Start, b.End) {
				switch p.Kind {
				case "ipco":
					for x := range r.children(p.Start, p.End) {
						all = append(all, property{x.Kind, r.content(x)})
					}
				case "ipma":
					associations = append(associations, r.content(p))
				}
			}
		}
	}
	for _, c := range associations {
		for _, i := range associated(c, item) {
			if i >= 1 && i <= len(all) {
				out = append(out, all[i-1])
			}
		}
	}
	return out
}

// associated reads an ipma box: the numbers, from 1, of an item's properties.
func associated(c []byte, item uint32) (out []int) {
	if len(c) < 8 {
		return nil
	}
	wideItem, wideIndex, count := c[0] > 0, c[3]&1 != 0, u32(c[4:])
	c = c[8:]
	number := func(wide int) (v uint32, ok bool) {
		if len(c) < wide {
			return 0, false
		}
		for _, b := range c[:wide] {
			v = v<<8 | uint32(b)
		}
		c = c[wide:]
		return v, true
	}
	width := func(wide bool, n, otherwise int) int {
		if wide {
			return n
		}
		return otherwise
	}
	for range count {
		id, ok := number(width(wideItem, 4, 2))
		n, ok2 := number(1)
		if !ok || !ok2 {
			return out
		}
		for range n {
			v, ok := number(width(wideIndex, 2, 1))
			if !ok {
				return out
			}
			if id == item {
				out = append(out, int(v)&(1<<(8*width(wideIndex, 2, 1)-1)-1)) // the top bit says essential
			}
		}
	}
	return out
}
