package labels

import (
	"io"
	"strings"

	"unmask/forensics"
	"unmask/media/extract"
	"unmask/media/iptc"
	"unmask/media/tiff"
	"unmask/media/xmp"
)

// carriers tells how the metadata of each format are read. Formats that are not in it can hold none that are known here.
var carriers = map[string]func(*metadata) error{
	"jpeg": inMemory((*metadata).fromJPEG),
	"png":  inMemory((*metadata).fromPNG),
	"webp": inMemory((*metadata).fromWebP),
	"gif":  inMemory((*metadata).fromGIF),
	"psd":  inMemory((*metadata).fromPSD),
	"bmp":  inMemory((*metadata).fromBMP),
	"tiff": onDisk((*metadata).fromTIFF), "bigtiff": onDisk((*metadata).fromTIFF), "orf": onDisk((*metadata).fromTIFF), "rw2": onDisk((*metadata).fromTIFF),
	"mp4": (*metadata).fromBoxes, "mov": (*metadata).fromBoxes, "3gp": (*metadata).fromBoxes,
	"heic": (*metadata).fromBoxes, "avif": (*metadata).fromBoxes, "cr3": (*metadata).fromBoxes,
	"jxl": (*metadata).fromBoxes, "jp2": (*metadata).fromBoxes,
	"matroska": onDisk((*metadata).fromMatroska), "webm": onDisk((*metadata).fromMatroska),
	"avi": (*metadata).fromAVI,
	"flv": onDisk((*metadata).fromFLV),
	"asf": onDisk((*metadata).fromASF),
	"ogg": onDisk((*metadata).fromOgg),
}

func inMemory(read func(*metadata) error) func(*metadata) error {
	return func(m *metadata) error {
		b, err := m.pass.Bytes()
		if err != nil {
			return err
		}
		if int64(len(b)) < m.pass.Item.Size {
			m.unread++
		}
		return read(m)
	}
}

func onDisk(read func(*metadata, io.ReaderAt, int64) error) func(*metadata) error {
	return func(m *metadata) error {
		return m.pass.Content(func(r io.ReaderAt, size int64) error { return read(m, r, size) })
	}
}

// Bounds of what is read of one file. Real ones carry one label, and settings of some hundred kilobytes at most.
const (
	maxLabels = 16      // AI labels
	maxTexts  = 1 << 20 // bytes of texts that may be anything: settings, captions, comments
	maxExif   = 8       // EXIF structures
)

// metadata is what was found in a file that may be a declaration.
type metadata struct {
	pass    *forensics.Pass
	texts   int // bytes of texts that may be anything, so far
	blocks  int // EXIF structures so far
	aigc    []label
	sources []text
	systems []text // AI systems that IPTC metadata name as used
	guid    text   // DigitalImageGUID of the IPTC metadata
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

// affords takes a text that may be anything from those that are read; false where there is no room for it. A long one hides no short one behind it.
func (m *metadata) affords(length int) bool {
	if length > maxTexts-m.texts {
		m.unread++
		return false
	}
	m.texts += length
	return true
}

func (m *metadata) xmp(packet extract.Packet) {
	all, err := m.pass.XMP(packet)
	if err != nil {
		m.unread++
	}
	for _, p := range all {
		offset, length := packet.Span(p.Offset, p.Offset+p.Length)
		switch {
		case p.Space == xmp.AIGC && p.Name == "AIGC":
			place := "an XMP element"
			if p.Attribute {
				place = "an XMP attribute"
			}
			m.named(text{place, p.Value, offset, length})
		case p.Space == xmp.IPTC && strings.EqualFold(p.Name, "DigitalSourceType"):
			m.sources = append(m.sources, text{"XMP", p.Value, offset, length})
		case p.Space == xmp.IPTC && p.Name == "AISystemUsed" && p.Value != "":
			m.systems = append(m.systems, text{"XMP", p.Value, offset, length})
		case p.Space == xmp.IPTC && p.Name == "DigitalImageGUID" && m.guid.value == "":
			m.guid = text{"XMP", p.Value, offset, length}
		case p.Space == xmp.XAP && p.Name == "CreatorTool":
			m.mark(software, text{"the XMP CreatorTool", p.Value, offset, length})
		case p.Space == xmp.DC && p.Name == "description" && m.affords(len(p.Value)):
			m.job(text{"the XMP description", p.Value, offset, length})
		case p.Space == xmp.EXIF && p.Name == "UserComment" && m.affords(len(p.Value)):
			m.parameters(text{"the XMP UserComment", p.Value, offset, length})
		case p.Space == xmp.PS && p.Name == "Credit":
			m.mark(credit, text{"the XMP Credit", p.Value, offset, length})
		}
	}
}

// exif reads a TIFF structure that stands in another file, in whatever pieces.
func (m *metadata) exif(p extract.Packet) {
	if m.blocks++; m.blocks > maxExif {
		m.unread++
		return
	}
	f, err := tiff.Parse(p.Data)
	if err != nil {
		m.unread++
		return
	}
	labels, claims := len(m.aigc), len(m.claims)
	m.fromExif(f)
	for i := range m.aigc[labels:] {
		m.aigc[labels+i].within(p.Span)
	}
	for i := range m.claims[claims:] {
		m.claims[claims+i].within(p.Span)
	}
}

func (m *metadata) iptc(p extract.Packet) {
	sets, unread := iptc.Parse(p)
	m.unread += unread
	for _, s := range sets {
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
