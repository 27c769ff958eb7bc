package labels

import (
	"io"
	"strings"

	"unmask/media"
	"unmask/media/extract"
	"unmask/media/iptc"
	"unmask/media/tiff"
	"unmask/media/xmp"
)

// carriers tells how the metadata of each format are read. Formats that are not in it can hold none that are known here.
var carriers = map[string]func(*metadata, *media.Sample) error{
	"jpeg": inMemory((*metadata).fromJPEG),
	"png":  inMemory((*metadata).fromPNG),
	"webp": inMemory((*metadata).fromWebP),
	"gif":  inMemory((*metadata).fromGIF),
	"psd":  inMemory((*metadata).fromPSD),
	"bmp":  inMemory((*metadata).fromBMP),
	"tiff": onDisk((*metadata).fromTIFF), "bigtiff": onDisk((*metadata).fromTIFF), "orf": onDisk((*metadata).fromTIFF), "rw2": onDisk((*metadata).fromTIFF),
	"mp4": onDisk((*metadata).fromBoxes), "mov": onDisk((*metadata).fromBoxes), "3gp": onDisk((*metadata).fromBoxes),
	"heic": onDisk((*metadata).fromBoxes), "avif": onDisk((*metadata).fromBoxes), "cr3": onDisk((*metadata).fromBoxes),
	"jxl": onDisk((*metadata).fromBoxes), "jp2": onDisk((*metadata).fromBoxes),
	"matroska": onDisk((*metadata).fromMatroska), "webm": onDisk((*metadata).fromMatroska),
	"avi": onDisk((*metadata).fromAVI),
	"flv": onDisk((*metadata).fromFLV),
	"asf": onDisk((*metadata).fromASF),
	"ogg": onDisk((*metadata).fromOgg),
}

// maxHead is how much is read of a picture file that is too long to be held in memory: metadata stand before the pixels, mostly.
const maxHead = 32 << 20

func inMemory(read func(*metadata, []byte) error) func(*metadata, *media.Sample) error {
	return func(m *metadata, s *media.Sample) error {
		most := int64(maxHead)
		if s.Raw != nil {
			most = int64(len(s.Raw))
		} else if s.Item.Size > most {
			m.unread++
		}
		b, err := s.Head(most)
		if err != nil {
			return err
		}
		return read(m, b)
	}
}

func onDisk(read func(*metadata, io.ReaderAt, int64) error) func(*metadata, *media.Sample) error {
	return func(m *metadata, s *media.Sample) error {
		return s.Content(func(r io.ReaderAt, size int64) error { return read(m, r, size) })
	}
}

// maxLabels is how many AI labels of one file are read.
const maxLabels = 64

// metadata is what was found in a file that may be a declaration.
type metadata struct {
	aigc    []label
	sources []text
	claims  []claim
	unread  int // pieces of metadata that could not be read to their end
}

// misplaced is what is wrong with a label that stands where it has no business.
const misplaced = "the standard puts no label there"

// text is a piece of text with the place where it stands.
type text struct {
	place          string // in words
	value          string
	offset, length int // in bytes of the file
}

// within turns a place in a packet into one in the file.
func (t *text) within(span spanner) { t.offset, t.length = span(t.offset, t.offset+t.length) }

// spanner tells where bytes of a packet stand in the file.
type spanner func(from, to int) (offset, length int)

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
		case p.Space == xmp.DC && p.Name == "description":
			m.job(text{"the XMP description", p.Value, offset, length})
		case p.Space == xmp.EXIF && p.Name == "UserComment":
			m.parameters(text{"the XMP UserComment", p.Value, offset, length})
		case p.Space == xmp.PS && p.Name == "Credit":
			m.mark(credit, text{"the XMP Credit", p.Value, offset, length})
		}
	}
}

// exif reads a TIFF structure that stands in another file, in whatever pieces.
func (m *metadata) exif(p extract.Packet) {
	f, err := tiff.Parse(p.Data)
	if err != nil {
		m.unread++
		return
	}
	labels, claims := len(m.aigc), len(m.claims)
	m.tiff(f)
	for i := range m.aigc[labels:] {
		m.aigc[labels+i].within(p.Span)
	}
	for i := range m.claims[claims:] {
		m.claims[claims+i].within(p.Span)
	}
}

// tiff reads the texts of a TIFF structure.
func (m *metadata) tiff(f *tiff.File) {
	for _, t := range f.Texts(tiff.UserComment) {
		m.free(text{"the EXIF UserComment", t.Text, t.Offset, t.Length}, true)
	}
	for _, t := range f.Texts(tiff.ImageDescription) {
		m.free(text{"the EXIF ImageDescription", t.Text, t.Offset, t.Length}, false)
	}
	m.fromExif(f, 0)
}

func (m *metadata) iptc(p extract.Packet) {
	for _, s := range iptc.Parse(p) {
		t := text{"an IPTC-IIM data set", s.Text, s.Offset, s.Length}
		switch s.Set {
		case iptc.Credit:
			t.place = "the IPTC-IIM Credit"
			m.mark(credit, t)
		case iptc.OriginatingProgram:
			t.place = "the IPTC-IIM OriginatingProgram"
			m.mark(software, t)
		case iptc.Caption, iptc.SpecialInstructions, iptc.Headline:
			m.entry("", t, false)
		}
	}
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
	if n == maxLabels || !looksLikeLabel(t.value) {
		return
	}
	if m.named(t); !conforming && len(m.aigc) > n {
		m.aigc[n].problem(misplaced)
	}
}
