package labels

import (
	"bytes"
	"strings"

	"unmask/media/jpeg"
	"unmask/media/png"
	"unmask/media/riff"
	"unmask/media/tiff"
	"unmask/media/xmp"
)

// maxLabels is how many AI labels of one file are read.
const maxLabels = 64

// metadata is what was found in a file that may be a declaration.
type metadata struct {
	aigc    []label
	sources []text
	stores  []store
	claims  []claim
	unread  int // pieces of metadata that could not be read to their end
}

// text is a piece of text with the place where it stands.
type text struct {
	place          string // in words
	value          string
	offset, length int // in bytes of the file
}

// spanner tells where bytes of a packet stand in the file.
type spanner func(from, to int) (offset, length int)

func (m *metadata) fromJPEG(raw []byte) error {
	f, err := jpeg.Parse(raw)
	if err != nil {
		return err
	}
	for _, p := range f.XMP() {
		m.xmp(p.Data, p.Span)
	}
	if b, offset, ok := f.Exif(); ok {
		m.exif(b, offset)
	}
	for _, s := range f.Segments {
		if s.Marker == jpeg.COM || s.Marker >= jpeg.APP0 && s.Marker <= jpeg.APP15 {
			place := "a JPEG comment"
			if s.Marker != jpeg.COM {
				place = "a bare JPEG application segment"
			}
			if start := bytes.TrimLeft(s.Payload, " \x00"); bytes.HasPrefix(start, []byte("AIGC")) || bytes.HasPrefix(start, []byte("{")) {
				m.free(text{place, strings.Trim(string(s.Payload), "\x00"), s.PayloadOffset(), len(s.Payload)}, false)
			}
		}
	}
	for _, p := range f.JUMBF() {
		m.jumbf(p.Data, p.Span)
	}
	return nil
}

func (m *metadata) fromPNG(raw []byte) error {
	f, err := png.Parse(raw)
	if err != nil {
		return err
	}
	m.unread += f.Unread
	for _, t := range f.Texts {
		switch {
		case t.Keyword == "XML:com.adobe.xmp":
			m.xmp([]byte(t.Text), func(from, to int) (int, int) {
				if t.Compressed {
					return t.Offset, t.Length
				}
				return t.Offset + from, to - from
			})
		case strings.EqualFold(t.Keyword, "AIGC"):
			m.named(text{"a PNG " + t.Chunk + " chunk", t.Text, t.Offset, t.Length})
		default:
			m.free(text{"a PNG " + t.Chunk + " chunk with another keyword", t.Text, t.Offset, t.Length}, false)
		}
	}
	m.fromTexts(f.Texts)
	for _, c := range f.Chunks {
		switch c.Type {
		case "eXIf":
			m.exif(c.Data, c.DataOffset())
		case "caBX":
			m.jumbf(c.Data, func(from, to int) (int, int) { return c.DataOffset() + from, to - from })
		}
	}
	return nil
}

func (m *metadata) fromWebP(raw []byte) error {
	f, err := riff.Parse(raw)
	if err != nil {
		return err
	}
	for _, c := range f.Chunks {
		span := func(from, to int) (int, int) { return c.DataOffset() + from, to - from }
		switch c.Name {
		case riff.EXIF:
			b := bytes.TrimPrefix(c.Data, []byte("Exif\x00\x00")) // some writers take it along from JPEG
			m.exif(b, c.DataOffset()+len(c.Data)-len(b))
		case riff.XMP:
			m.xmp(c.Data, span)
		case riff.C2PA:
			m.jumbf(c.Data, span)
		}
	}
	return nil
}

func (m *metadata) xmp(packet []byte, span spanner) {
	all, err := xmp.Parse(packet)
	if err != nil {
		m.unread++
	}
	for _, p := range all {
		offset, length := span(p.Offset, p.Offset+p.Length)
		switch {
		case p.Space == xmp.AIGC && p.Name == "AIGC":
			place := "an XMP element"
			if p.Attribute {
				place = "an XMP attribute"
			}
			m.named(text{place, p.Value, offset, length})
		case p.Space == xmp.IPTC && strings.EqualFold(p.Name, "DigitalSourceType"):
			m.sources = append(m.sources, text{"XMP", p.Value, offset, length})
		case p.Space == xmp.XAP && p.Name == "CreatorTool":
			m.mark(software, text{"the XMP CreatorTool", p.Value, offset, length})
		case p.Space == xmp.PS && p.Name == "Credit":
			m.mark(credit, text{"the XMP Credit", p.Value, offset, length})
		}
	}
}

func (m *metadata) exif(b []byte, offset int) {
	f, err := tiff.Parse(b)
	if err != nil {
		m.unread++
		return
	}
	for _, t := range f.Texts(tiff.UserComment) {
		m.free(text{"the EXIF UserComment", t.Text, offset + t.Offset, t.Length}, true)
	}
	for _, t := range f.Texts(tiff.ImageDescription) {
		m.free(text{"the EXIF ImageDescription", t.Text, offset + t.Offset, t.Length}, false)
	}
	m.fromExif(f, offset)
}

// named adds a label from a place that is there for labels only.
func (m *metadata) named(t text) {
	if len(m.aigc) == maxLabels {
		m.unread++
		return
	}
	m.aigc = append(m.aigc, readLabel(t))
}

// free adds a label from a place that may hold anything. Conforming tells whether the standard puts labels there.
func (m *metadata) free(t text, conforming bool) {
	n := len(m.aigc)
	if !looksLikeLabel(t.value) {
		return
	}
	if m.named(t); !conforming && len(m.aigc) > n {
		m.aigc[n].problem("the standard puts no label there")
	}
}
