package matroska

import (
	"io"
	"strings"

	"unmask/media/extract"
)

const (
	maxWalked  = 500_000 // elements that are passed on the way to the tags
	maxTags    = 4096
	maxText    = 1 << 20 // bytes of one text
	maxRead    = 4 << 20 // bytes of all texts
	maxNesting = 32      // of a tag in a tag
	maxName    = 100     // bytes that are kept of the name of a tag
)

// Elements of the texts that a file carries (RFC 9559 sections 5.1.2, 5.1.8).
const (
	idTitle      = 0x7ba9
	idMuxingApp  = 0x4d80
	idWritingApp = 0x5741
	idTags       = 0x1254c367
	idTag        = 0x7373
	idSimpleTag  = 0x67c8
	idTagName    = 0x45a3
	idTagString  = 0x4487
	idTagBinary  = 0x4485
)

// Text is a text with its name.
type Text struct {
	Element        string // "SimpleTag", or the name of the element that is the text: "Title", "MuxingApp", "WritingApp"
	Name           string // of a tag; of one inside others the names of these stand before it: "COMMENT/AIGC"
	Text           string
	Offset, Length int // in bytes from the start of the file
}

// Metadata is what ReadTags finds.
type Metadata struct {
	Texts  []Text // in the order of the file
	Unread int    // texts that are cut off or beyond the bounds; and one for all that comes after the last element that is looked at
}

// tagReader walks the elements of a file of any size; it enters those that hold tags, and clusters only where these do not tell their length.
type tagReader struct {
	*extract.Source
	Metadata
	walked int
}

// ReadTags reads tags, title and the names of programs of a file of size bytes, passing over its clusters.
func ReadTags(f io.ReaderAt, size int64) Metadata {
	r := &tagReader{Source: extract.NewSource(f, size, maxRead)}
	for at := int64(0); ; {
		e, ok := r.next(at, size)
		if !ok {
			return r.Metadata
		}
		switch e.id {
		case idSegment, idInfo:
			at = e.start
			continue
		case idCluster:
			if e.length < 0 {
				at = e.start
				continue
			}
		case idTags:
			if e.length < 0 {
				at = e.start
				continue
			}
			if e.length > size-e.start {
				r.Unread++
			}
			for t := range r.within(e.start, min(e.start+e.length, size)) {
				r.tag(t)
			}
		case idTag: // of Tags without a length
			r.tag(e)
		case idTitle:
			r.text("Title", "", e)
		case idMuxingApp:
			r.text("MuxingApp", "", e)
		case idWritingApp:
			r.text("WritingApp", "", e)
		}
		if e.length < 0 || e.length > size-e.start {
			return r.Metadata
		}
		at = e.start + e.length
	}
}

// next reads the head of the element at an offset.
func (r *tagReader) next(at, end int64) (element, bool) {
	if at >= end {
		return element{}, false
	}
	if r.walked++; r.walked > maxWalked {
		if r.walked == maxWalked+1 {
			r.Unread++
		}
		return element{}, false
	}
	return readElement(r.Peek(at, int(min(window, end-at))), at)
}

// within yields the elements between two offsets; they all have a length and end there.
func (r *tagReader) within(from, to int64) func(func(element) bool) {
	return func(yield func(element) bool) {
		for at := from; at < to; {
			e, ok := r.next(at, to)
			if !ok || e.length < 0 || e.length > to-e.start {
				r.Unread++
				return
			}
			if !yield(e) {
				return
			}
			at = e.start + e.length
		}
	}
}

func (r *tagReader) tag(e element) {
	if e.id != idTag || e.length < 0 || e.length > r.Size()-e.start {
		return
	}
	for t := range r.within(e.start, e.start+e.length) {
		r.simple(t, nil)
	}
}

// simple reads a SimpleTag, and those inside it after it.
func (r *tagReader) simple(e element, outer []string) {
	if e.id != idSimpleTag || len(outer) > maxNesting {
		return
	}
	name := ""
	var values, inner []element
	for t := range r.within(e.start, e.start+e.length) {
		if len(values)+len(inner) >= maxTags {
			r.Unread++
			break
		}
		switch t.id {
		case idTagName:
			name = strings.Trim(string(r.Peek(t.start, int(min(t.length, maxName)))), "\x00")
		case idTagString, idTagBinary:
			values = append(values, t)
		case idSimpleTag:
			inner = append(inner, t)
		}
	}
	path := append(outer[:len(outer):len(outer)], name)
	for _, v := range values {
		r.text("SimpleTag", strings.Join(path, "/"), v)
	}
	for _, t := range inner {
		r.simple(t, path)
	}
}

func (r *tagReader) text(element, name string, e element) {
	if e.length == 0 {
		return
	}
	var b []byte
	if e.length > 0 && e.length <= maxText && len(r.Texts) < maxTags {
		b = r.Read(e.start, e.length)
	}
	if b == nil {
		r.Unread++
		return
	}
	r.Texts = append(r.Texts, Text{element, name, strings.Trim(strings.ToValidUTF8(string(b), "�"), "\x00"), int(e.start), int(e.length)})
}
