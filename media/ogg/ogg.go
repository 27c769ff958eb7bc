// Package ogg reads the comments of Ogg files (RFC 3533): those of Theora, Vorbis and Opus streams, which stand in the second packet of each
// (Theora specification section 6.3, Vorbis I section 5, RFC 7845 section 5.2). It trusts no length.
package ogg

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"unmask/media/extract"
)

const (
	maxPages   = 4096 // that are looked at, from the start
	maxStreams = 16
	maxPacket  = 8 << 20
	maxRead    = 16 << 20
	maxTexts   = 4096
	pageSize   = 27 // of a page's header, before the table of segments
)

// Text is one comment.
type Text struct {
	Name           string // before the equals sign
	Text           string
	Offset, Length int // of the text, in bytes from the start of the file
}

// Metadata is what ReadComments finds.
type Metadata struct {
	Texts  []Text // in the order in which the packets that hold them end
	Unread int    // comment packets that are damaged or beyond the bounds
}

// ErrFormat says that the bytes do not start as an Ogg file does.
var ErrFormat = errors.New("no Ogg file: it does not start with a page")

// stream is what was read of one logical stream.
type stream struct {
	packets int // that are over
	comment extract.Packet
}

// heads are what comment packets start with.
var heads = []string{"\x81theora", "\x03vorbis", "OpusTags"}

// ReadComments reads the comments of all streams of a file of size bytes. The error is ErrFormat and nothing else.
func ReadComments(f io.ReaderAt, size int64) (m Metadata, err error) {
	s := extract.NewSource(f, size, maxRead)
	if string(s.Peek(0, 4)) != "OggS" {
		return m, ErrFormat
	}
	streams := map[uint32]*stream{}
	at := int64(0)
	for range maxPages {
		h := bytes.Clone(s.Peek(at, pageSize+255))
		if len(h) < pageSize || string(h[:4]) != "OggS" || len(h) < pageSize+int(h[26]) {
			break
		}
		serial, table := binary.LittleEndian.Uint32(h[14:]), h[pageSize:pageSize+int(h[26])]
		at += int64(pageSize + len(table))
		x := streams[serial]
		if x == nil && len(streams) < maxStreams {
			x = &stream{}
			streams[serial] = x
		}
		for len(table) > 0 {
			length, n := int64(0), 0 // a packet ends with the first segment of less than 255 bytes
			for n < len(table) && (n == 0 || table[n-1] == 255) {
				length += int64(table[n])
				n++
			}
			over := table[n-1] < 255
			m.piece(s, x, at, length, over)
			at, table = at+length, table[n:]
		}
	}
	for _, x := range streams {
		if x.packets == 1 && len(x.comment.Data) > 0 {
			m.Unread++
		}
	}
	return m, nil
}

// piece reads a part of a packet, if it is of the second one, and its comments when it is over.
func (m *Metadata) piece(s *extract.Source, x *stream, at, length int64, over bool) {
	if x == nil || x.packets > 1 {
		return
	}
	if x.packets == 1 && int64(len(x.comment.Data))+length <= maxPacket {
		x.comment.Add(s.Read(at, length), int(at))
	}
	if !over {
		return
	}
	if x.packets++; x.packets == 2 {
		for _, head := range heads {
			if bytes.HasPrefix(x.comment.Data, []byte(head)) && !m.comments(&x.comment, len(head)) {
				m.Unread++
			}
		}
	}
}

// comments reads the name of the program and then, behind their number, the comments; false: they end before they should.
func (m *Metadata) comments(p *extract.Packet, at int) bool {
	next := func() (from, to int, ok bool) {
		if at+4 > len(p.Data) {
			return 0, 0, false
		}
		n := uint64(binary.LittleEndian.Uint32(p.Data[at:]))
		at += 4
		if n > uint64(len(p.Data)-at) {
			return 0, 0, false
		}
		at += int(n)
		return at - int(n), at, true
	}
	from, to, ok := next()
	if !ok || at+4 > len(p.Data) {
		return false
	}
	if to > from {
		m.add(p, "vendor", from, to)
	}
	count := binary.LittleEndian.Uint32(p.Data[at:])
	at += 4
	for range count {
		if from, to, ok = next(); !ok || len(m.Texts) >= maxTexts {
			return false
		}
		name, _, named := bytes.Cut(p.Data[from:to], []byte("="))
		if named {
			m.add(p, string(name), from+len(name)+1, to)
		}
	}
	return true
}

func (m *Metadata) add(p *extract.Packet, name string, from, to int) {
	t := Text{Name: name, Text: strings.ToValidUTF8(string(p.Data[from:to]), "�")}
	t.Offset, t.Length = p.Span(from, to)
	m.Texts = append(m.Texts, t)
}
