package exif

import (
	"encoding/binary"
	"io"
	"iter"
	"strings"
	"time"

	"unmask/media/extract"
	"unmask/media/isobmff"
)

// movie is what a video says of its making (ISO/IEC 14496-12 sections 8.2 to 8.5; QuickTime File Format, metadata).
type movie struct {
	created, modified time.Time // zero where unset
	offset, length    int64     // of the movie header
	texts             []isobmff.Text
	all               []track
}

// track is one video track.
type track struct {
	handler        string
	shown, coded   [2]int // size in the track header, and in the sample entry
	stretched      bool   // its pixels are not square, or its coded frames are cropped
	offset, length int64  // of the track header
}

const (
	maxTracks = 16
	maxBoxes  = 4096      // that are looked at in one movie
	maxHeader = 256 << 10 // bytes of headers that are read of one movie
)

// walk looks at boxes within bounds.
type walk struct {
	source io.ReaderAt
	*extract.Source
	boxes int
}

// in yields the boxes between two offsets.
func (w *walk) in(from, to int64) iter.Seq[isobmff.Box] {
	return func(yield func(isobmff.Box) bool) {
		for b := range isobmff.Boxes(w.source, from, to) {
			if w.boxes++; w.boxes > maxBoxes || !yield(b) {
				return
			}
		}
	}
}

// content reads the first bytes of a box.
func (w *walk) content(b isobmff.Box, n int64) []byte { return w.Read(b.Start, min(b.End-b.Start, n)) }

func readMovie(r io.ReaderAt, size int64, texts []isobmff.Text) *movie {
	m := &movie{texts: texts}
	w := &walk{r, extract.NewSource(r, size, maxHeader), 0}
	for b := range w.in(0, size) {
		if b.Kind != "moov" {
			continue
		}
		for x := range w.in(b.Start, b.End) {
			switch {
			case x.Kind == "mvhd" && m.length == 0:
				m.header(w.content(x, 32))
				m.offset, m.length = x.Offset, x.End-x.Offset
			case x.Kind == "trak" && len(m.all) < maxTracks:
				m.all = append(m.all, readTrack(w, x))
			}
		}
		break
	}
	return m
}

// epoch is when the clock of these files begins.
var epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)

func (m *movie) header(c []byte) {
	at := func(seconds uint64) (t time.Time) {
		if seconds == 0 || seconds > 1<<33 {
			return t
		}
		return epoch.Add(time.Duration(seconds) * time.Second)
	}
	switch {
	case len(c) >= 20 && c[0] == 1:
		m.created, m.modified = at(binary.BigEndian.Uint64(c[4:])), at(binary.BigEndian.Uint64(c[12:]))
	case len(c) >= 12:
		m.created, m.modified = at(uint64(be32(c[4:]))), at(uint64(be32(c[8:])))
	}
}

func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

func readTrack(w *walk, trak isobmff.Box) (t track) {
	for b := range w.in(trak.Start, trak.End) {
		switch b.Kind {
		case "tkhd":
			c := w.content(b, 96)
			t.offset, t.length = b.Offset, b.End-b.Offset
			from := 76
			if len(c) > 0 && c[0] == 1 {
				from = 88
			}
			if len(c) >= from+8 {
				t.shown = [2]int{int(be32(c[from:]) >> 16), int(be32(c[from+4:]) >> 16)}
			}
		case "mdia":
			t.media(w, b)
		}
	}
	return t
}

func (t *track) media(w *walk, mdia isobmff.Box) {
	kind := ""
	for b := range w.in(mdia.Start, mdia.End) {
		switch b.Kind {
		case "hdlr":
			if c := w.content(b, 200); len(c) > 24 {
				kind = string(c[8:12])
				name := c[24:]
				if int(name[0]) == len(name)-1 { // QuickTime counts, ISO ends with NUL
					name = name[1:]
				}
				t.handler = strings.TrimSpace(strings.ToValidUTF8(strings.TrimRight(string(name), "\x00"), "�"))
			}
		case "minf":
			for x := range w.in(b.Start, b.End) {
				if x.Kind != "stbl" || kind != "vide" {
					continue
				}
				for y := range w.in(x.Start, x.End) {
					if y.Kind == "stsd" {
						t.sample(w, y)
					}
				}
			}
		}
	}
}

// sample reads the size in the first visual sample entry (section 12.1.3).
func (t *track) sample(w *walk, stsd isobmff.Box) {
	for e := range w.in(stsd.Start+8, stsd.End) {
		if c := w.content(e, 78); len(c) == 78 {
			t.coded = [2]int{int(binary.BigEndian.Uint16(c[24:])), int(binary.BigEndian.Uint16(c[26:]))}
		}
		for x := range w.in(e.Start+78, e.End) {
			if c := w.content(x, 8); x.Kind == "clap" || x.Kind == "pasp" && len(c) == 8 && be32(c) != be32(c[4:]) {
				t.stretched = true
			}
		}
		return
	}
}

func (m *movie) tracks() []track {
	if m == nil {
		return nil
	}
	return m.all
}
