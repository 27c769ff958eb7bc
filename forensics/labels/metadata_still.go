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

func (m *metadata) fromJPEG() error {
	f, err := m.pass.JPEG()
	if err != nil {
		return err
	}
	if f.Beyond {
		m.unread++
	}
	for _, p := range f.XMP() {
		m.xmp(p)
	}
	if b, offset, ok := f.Exif(); ok {
		m.exif(extract.Whole(b, offset))
	}
	for _, s := range f.Segments {
		if s.Marker == jpeg.COM || s.Marker >= jpeg.APP0 && s.Marker <= jpeg.APP15 {
			start := bytes.TrimLeft(s.Payload, " \x00")
			labelled := bytes.HasPrefix(start, []byte("AIGC")) || bytes.HasPrefix(start, []byte("{"))
			if !labelled && s.Marker != jpeg.COM || !m.affords(len(s.Payload)) {
				continue
			}
			t := text{"a bare JPEG application segment", strings.Trim(string(s.Payload), "\x00"), s.PayloadOffset(), len(s.Payload)}
			if s.Marker == jpeg.COM {
				t.place = "the JPEG comment"
				m.settingsIn("", t)
				t.place = "a JPEG comment"
			}
			if labelled {
				m.free(t, false)
			}
		}
	}
	m.resources(photoshopResources(f))
	return nil
}

// maxEntries is how many texts of one PNG are read; generators write a handful.
const maxEntries = 256

func (m *metadata) fromPNG() error {
	f, err := m.pass.PNG()
	if err != nil {
		return err
	}
	m.unread += f.Unread + max(0, len(f.Texts)-maxEntries)
	var others []png.Text
	for _, t := range f.Texts[:min(len(f.Texts), maxEntries)] {
		switch {
		case t.Keyword == "XML:com.adobe.xmp" && t.Compressed:
			m.xmp(extract.Compressed([]byte(t.Text), t.Offset, t.Length))
		case t.Keyword == "XML:com.adobe.xmp":
			m.xmp(extract.Whole([]byte(t.Text), t.Offset))
		case strings.EqualFold(t.Keyword, "AIGC"):
			m.named(text{"a PNG " + t.Chunk + " chunk", t.Text, t.Offset, t.Length})
		case m.affords(len(t.Text)):
			m.free(text{"a PNG " + t.Chunk + " chunk with another keyword", t.Text, t.Offset, t.Length}, false)
			others = append(others, t)
		}
	}
	m.fromTexts(others)
	for _, c := range f.Chunks {
		if c.Type == "eXIf" {
			m.exif(extract.Whole(c.Data, c.DataOffset()))
		}
	}
	return nil
}

func (m *metadata) fromWebP() error {
	f, err := m.pass.RIFF()
	if err != nil {
		return err
	}
	for _, c := range f.Chunks {
		switch c.Name {
		case riff.EXIF:
			b := bytes.TrimPrefix(c.Data, []byte("Exif\x00\x00")) // some writers take it along from JPEG
			m.exif(extract.Whole(b, c.DataOffset()+len(c.Data)-len(b)))
		case riff.XMP:
			m.xmp(extract.Whole(c.Data, c.DataOffset()))
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
	all, unread := photoshop.Resources(p)
	m.unread += unread
	for _, r := range all {
		if r.ID == photoshop.IPTC {
			m.iptc(r.Data)
		}
	}
}

func (m *metadata) fromGIF() error {
	f, err := m.pass.GIF()
	if err != nil {
		return err
	}
	m.unread += f.Unread
	for _, c := range f.Comments {
		offset, length := c.Span(0, len(c.Data))
		m.entry("", text{"a GIF comment", strings.ToValidUTF8(string(c.Data), "�"), offset, length}, false)
	}
	for _, a := range f.Applications {
		if a.Name == gif.XMP {
			m.xmp(a.Data)
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
		m.xmp(p)
	}
	for _, p := range f.Packets(tiff.IPTC, 0) {
		m.iptc(p)
	}
	for _, p := range f.Packets(tiff.Photoshop, 0) {
		m.resources(p)
	}
	m.fromExif(f)
	return nil
}

func (m *metadata) fromPSD() error {
	b, err := m.pass.Bytes()
	if err != nil {
		return err
	}
	all, unread, err := photoshop.Parse(b)
	m.unread += unread
	for _, r := range all {
		switch r.ID {
		case photoshop.XMP:
			m.xmp(r.Data)
		case photoshop.EXIF:
			m.exif(r.Data)
		case photoshop.IPTC:
			m.iptc(r.Data)
		}
	}
	return err
}

// fromBMP reads what follows a bitmap, which itself has no place for texts.
func (m *metadata) fromBMP() error {
	raw, err := m.pass.Bytes()
	if err != nil || len(raw) < 6 {
		return err
	}
	if n := int64(binary.LittleEndian.Uint32(raw[2:])); n > 54 && n < int64(len(raw)) {
		m.entry("", text{"the bytes behind the bitmap", strings.Trim(string(raw[n:]), "\x00"), int(n), len(raw) - int(n)}, false)
	}
	return nil
}
