package isobmff

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"

	"unmask/media/extract"
)

const (
	maxKept      = 4096     // texts, and as many packets
	maxText      = 1 << 20  // bytes of one text
	maxTexts     = 4 << 20  // bytes of all texts
	maxLanguages = 1000     // in which one text stands
	maxRead      = 16 << 20 // bytes of texts and packets that are read in all
)

// User types of uuid boxes that callers ask for.
const (
	XMP  = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac" // XMP part 3 section 1.2.7
	C2PA = "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81" // C2PA 2.2 section 11.3: content of a manifest store box follows
)

const (
	canon  = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48" // of CR3 files
	jp2EXI = "JpgTiffExif->JP2"
)

// CanonBoxes are the boxes CMT1 to CMT4 of CR3 files, each of which holds a TIFF structure of one directory: the main one, that of EXIF, the maker's
// notes and GPS (as exiftool's Canon.pm describes them).
const CanonBoxes = 4

// Metadata is what stands in a file beside pictures and sound, each kind in the order of the file.
type Metadata struct {
	Texts  []Text
	XMP    []extract.Packet
	Exif   []extract.Packet // TIFF structures
	Canon  [CanonBoxes]extract.Packet
	JUMBF  []extract.Packet // superboxes with their headers, as JPEG XL and JPEG 2000 have them
	Unread int              // pieces that could not be read: damaged, encrypted, compressed in an unknown way, or beyond the bounds
}

// Text is a text with its name.
type Text struct {
	Box            string // "moov/udta/meta", or the type of the box where that holds nothing else
	Name           string // key of an item, or the type of the box
	Text           string // in UTF-8
	Keyed          bool   // the name is one of the keys of a list, as QuickTime has them
	Offset, Length int    // of the text as it is stored, in bytes from the start of the file
}

// ReadMetadata reads user data, item lists, XMP and EXIF of any file of boxes: MP4, MOV, 3GP, HEIF, AVIF, CR3, and JPEG XL and JPEG 2000 in
// their boxed form. Whatever their size, media data are passed over. Damage ends the reading, not the result.
func ReadMetadata(f io.ReaderAt, size int64) *Metadata {
	m := &collector{reader: newReader(f, size), Metadata: &Metadata{}}
	m.Source = extract.NewSource(f, size, maxRead)
	m.walk("", 0, size, 0)
	if m.boxes >= maxBoxes {
		m.Unread++
	}
	return m.Metadata
}

type collector struct {
	*reader
	*Metadata
	texts            int64 // bytes so far
	packed, unpacked int64 // bytes of compressed boxes, and of what came of them, so far
}

// walk reads the boxes of the file, of a movie, a track or a piece of user data; path names it.
func (m *collector) walk(path string, from, to int64, depth int) {
	if depth > maxDepth {
		return
	}
	for b := range m.children(from, to) {
		if b.Cut && path == "" && (b.Kind == "moov" || b.Kind == "meta") {
			m.Unread++
		}
		switch b.Kind {
		case "moov", "trak", "mdia", "minf", "udta":
			m.walk(inside(path, b), b.Start, b.End, depth+1)
		case "meta":
			m.meta(inside(path, b), b)
		case "ilst":
			m.list(inside(path, b), b, nil)
		case "uuid":
			m.uuid(b)
		case "XMP_", "xml ":
			m.XMP = m.keep(m.XMP, b.Start, b)
		case "Exif": // of JPEG XL: the offset of the TIFF structure stands first (ISO/IEC 18181-2 section 9.4)
			m.exif(m.packet(b.Start, b))
		case "jumb":
			m.JUMBF = m.keep(m.JUMBF, b.Offset, b)
		case "brob":
			m.brotli(b)
		default:
			if strings.HasSuffix(path, "udta") || b.Kind == "aigc" || b.Kind == "AIGC" {
				m.userData(path, b)
			}
		}
	}
}

func inside(path string, b Box) string { return strings.TrimPrefix(path+"/"+b.Kind, "/") }

// packet reads a box from an offset on; without data where it is cut off, empty or too large.
func (m *collector) packet(from int64, b Box) (p extract.Packet) {
	if b.End <= from {
		return p
	}
	if data := m.content(Box{Start: from, End: b.End, Cut: b.Cut}); data != nil {
		p.Add(data, int(from))
	} else {
		m.Unread++
	}
	return p
}

func (m *collector) keep(list []extract.Packet, from int64, b Box) []extract.Packet {
	if len(list) >= maxKept {
		m.Unread++
	} else if p := m.packet(from, b); len(p.Data) > 0 {
		return append(list, p)
	}
	return list
}

// exif keeps a TIFF structure that an offset of four bytes stands before.
func (m *collector) exif(p extract.Packet) {
	if len(p.Data) < 4 || len(m.Exif) >= maxKept {
		return
	}
	skip := int64(u32(p.Data)) + 4
	if skip > int64(len(p.Data)) {
		m.Unread++
		return
	}
	p = p.From(int(skip))
	if bytes.HasPrefix(p.Data, []byte("Exif\x00\x00")) { // taken along from JPEG
		p = p.From(6)
	}
	m.Exif = append(m.Exif, p)
}

func (m *collector) uuid(b Box) {
	switch b.UserType {
	case XMP:
		m.XMP = m.keep(m.XMP, b.Start, b)
	case jp2EXI:
		m.Exif = m.keep(m.Exif, b.Start, b)
	case canon:
		for c := range m.children(b.Start, b.End) {
			n, ok := strings.CutPrefix(c.Kind, "CMT")
			switch i := strings.Index("1234", n); {
			case !ok || i < 0:
			case len(m.Canon[i].Data) == 0:
				m.Canon[i] = m.packet(c.Start, c)
			default:
				m.Unread++
			}
		}
	}
}

// text keeps a text of length bytes at an offset.
func (m *collector) text(box, name string, decode func([]byte) string, from, length int64) {
	if length <= 0 {
		return
	}
	var b []byte
	if length <= min(maxText, maxTexts-m.texts) && len(m.Texts) < maxKept {
		m.texts += length
		b = m.Read(from, length)
	}
	if b == nil {
		m.Unread++
		return
	}
	m.Texts = append(m.Texts, Text{Box: box, Name: name, Text: strings.Trim(decode(b), "\x00"), Offset: int(from), Length: int(length)})
}

// userData reads a box of user data: QuickTime's texts with length and language, whose types start with a copyright sign; the texts of
// 3GPP (TS 26.244 section 8), behind version, flags and language; and others that hold text and nothing else.
func (m *collector) userData(path string, b Box) {
	if b.Cut || b.End == b.Start {
		return
	}
	if len(m.Texts) >= maxKept {
		m.Unread++
		return
	}
	kind := strings.ReplaceAll(b.Kind, "\xa9", "©")
	switch head := m.Peek(b.Start, 8); {
	case b.Kind[0] == 0xa9:
		for at, n := b.Start, 0; b.End-at > 4 && n < maxLanguages; n++ {
			h := m.Peek(at, 4)
			if len(h) < 4 {
				return
			}
			length := min(int64(binary.BigEndian.Uint16(h)), b.End-at-4)
			m.text(path, kind, plain, at+4, length)
			at += 4 + length
		}
	case slices.Contains(threeGPP, b.Kind) && len(head) == 8:
		m.text(path, kind, marked, b.Start+6, b.End-b.Start-6)
	case slices.Contains(binaries, b.Kind):
	case len(head) > 0 && (head[0] == '{' || head[0] == '"'):
		m.text(path, kind, plain, b.Start, b.End-b.Start)
	case len(head) == 8 && u32(head) == 0 && b.Kind != "meta": // version and flags before it
		m.text(path, kind, plain, b.Start+4, b.End-b.Start-4)
	default:
		m.text(path, kind, plain, b.Start, b.End-b.Start)
	}
}

var (
	threeGPP = []string{"titl", "dscp", "cprt", "perf", "auth", "gnre", "albm", "kywd", "loci"}
	binaries = []string{"free", "skip", "hinf", "hnti", "tnam", "WLOC", "LOOP", "AllF", "SelO", "chpl", "Xtra", "thmb", "THMB", "SDLN", "smta", "saut", "mcvr", "cover"}
)

func plain(b []byte) string { return strings.ToValidUTF8(string(b), "�") }
