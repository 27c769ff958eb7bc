package labels

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"unmask/media/extract"
	"unmask/media/gif"
	"unmask/media/jpeg"
	"unmask/media/photoshop"
	"unmask/media/png"
	"unmask/media/riff"
	"unmask/media/tiff"
)

func (m *metadata) fromJPEG(raw []byte) error {
	f, err := jpeg.Parse(raw)
	if err != nil {
		return err
	}
	for _, p := range f.XMP() {
		m.xmp(p.Data, p.Span)
	}
	if b, offset, ok := f.Exif(); ok {
		m.exif(extract.Whole(b, offset))
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
			if s.Marker == jpeg.COM {
				m.settingsIn("", text{"the JPEG comment", strings.Trim(string(s.Payload), "\x00"), s.PayloadOffset(), len(s.Payload)})
			}
		}
	}
	m.resources(photoshopResources(f))
	return nil
}

// maxTexts is how many texts of one PNG are read; generators write a handful.
const maxTexts = 256

func (m *metadata) fromPNG(raw []byte) error {
	f, err := png.Parse(raw)
	if err != nil {
		return err
	}
	m.unread += f.Unread
	texts := f.Texts[:min(len(f.Texts), maxTexts)]
	m.unread += len(f.Texts) - len(texts)
	for _, t := range texts {
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
	m.fromTexts(texts)
	for _, c := range f.Chunks {
		if c.Type == "eXIf" {
			m.exif(extract.Whole(c.Data, c.DataOffset()))
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
			m.exif(extract.Whole(b, c.DataOffset()+len(c.Data)-len(b)))
		case riff.XMP:
			m.xmp(c.Data, span)
		}
	}
	return nil
}

// photoshopResources puts together the image resources of a JPEG's APP13 segments.
func photoshopResources(f *jpeg.File) (p extract.Packet) {
	for _, s := range f.Segments {
		if rest, ok := bytes.CutPrefix(s.Payload, []byte(photoshop.Header)); ok && s.Marker == jpeg.APP0+13 {
			p.Add(rest, s.PayloadOffset()+len(photoshop.Header))
		}
	}
	return p
}

// resources reads the IPTC-IIM among image resources; the XMP and EXIF of JPEG and TIFF stand elsewhere.
func (m *metadata) resources(p extract.Packet) {
	for _, r := range photoshop.Resources(p) {
		if r.ID == photoshop.IPTC {
			m.iptc(r.Data)
		}
	}
}

func (m *metadata) fromGIF(raw []byte) error {
	f, err := gif.Parse(raw)
	if err != nil {
		return err
	}
	for _, c := range f.Comments {
		offset, length := c.Span(0, len(c.Data))
		m.entry("", text{"a GIF comment", strings.ToValidUTF8(string(c.Data), "�"), offset, length}, false)
	}
	for _, a := range f.Applications {
		if a.Name == gif.XMP {
			m.xmp(a.Data.Data, a.Data.Span)
		}
	}
	return nil
}

// fromTIFF reads TIFF and BigTIFF, and the raw pictures of cameras that are of the same structure.
func (m *metadata) fromTIFF(r io.ReaderAt, size int64) error {
	f, err := tiff.Read(r, size)
	if err != nil {
		return err
	}
	for _, p := range f.Packets(tiff.XMP, 0) {
		m.xmp(p.Data, p.Span)
	}
	for _, p := range f.Packets(tiff.IPTC, 0) {
		m.iptc(p)
	}
	for _, p := range f.Packets(tiff.Photoshop, 0) {
		m.resources(p)
	}
	m.tiff(f)
	return nil
}

func (m *metadata) fromPSD(raw []byte) error {
	all, err := photoshop.Parse(raw)
	for _, r := range all {
		switch r.ID {
		case photoshop.XMP:
			m.xmp(r.Data.Data, r.Data.Span)
		case photoshop.EXIF:
			m.exif(r.Data)
		case photoshop.IPTC:
			m.iptc(r.Data)
		}
	}
	return err
}

// fromBMP reads what follows a bitmap, which itself has no place for texts.
func (m *metadata) fromBMP(raw []byte) error {
	if len(raw) < 6 {
		return nil
	}
	if n := int64(binary.LittleEndian.Uint32(raw[2:])); n > 54 && n < int64(len(raw)) {
		m.entry("", text{"the bytes behind the bitmap", strings.Trim(string(raw[n:]), "\x00"), int(n), len(raw) - int(n)}, false)
	}
	return nil
}
