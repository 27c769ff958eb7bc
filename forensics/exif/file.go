package exif

import (
	"bytes"
	"io"

	"unmask/forensics"
	"unmask/media/extract"
	"unmask/media/gif"
	"unmask/media/jpeg"
	"unmask/media/png"
	"unmask/media/riff"
	"unmask/media/tiff"
	"unmask/media/xmp"
)

// file is what is read of one file.
type file struct {
	pass   *forensics.Pass
	format string
	source io.ReaderAt
	size   int64
	raw    []byte // of still pictures: the first bytes, in most cases all
	blocks []block
	xmp    []property
	texts  []named // names of programs in other places than EXIF and XMP
	jpeg   *jpeg.File
	png    *png.File
	webp   *riff.File
	movie  *movie
	stored [2]int // width and height as the header of the picture has them, before any turn; 0 where unknown
	end    int64  // offset after the picture, 0 where unknown
}

// block is one EXIF block.
type block struct {
	*tiff.File
	packet extract.Packet // empty where the structure is the file
	place  string
}

// span returns where bytes of the structure stand in the file.
func (b block) span(from, length int) (offset, n int) {
	if len(b.packet.Data) == 0 { // the structure is the file
		return from, length
	}
	return b.packet.Span(from, from+length)
}

// property is one of XMP, and where its value stands in the file.
type property struct {
	xmp.Property
	offset, length int
}

// named is a text that names a program.
type named struct {
	place, value   string
	offset, length int
}

// known are the formats that are read in memory.
var known = map[string]func(*file) error{"jpeg": (*file).readJPEG, "png": (*file).readPNG, "webp": (*file).readWebP, "gif": (*file).readGIF}

// read reads a file of a format that is known here; nil for others. The source is that of Sample.Content.
func read(p *forensics.Pass, source io.ReaderAt, size int64) (f *file, err error) {
	f = &file{pass: p, format: p.Info.Format, source: source, size: size}
	switch f.format {
	case "tiff", "bigtiff", "orf", "rw2":
		return f, f.readTIFF()
	case "heic", "avif", "cr3", "mp4", "mov", "3gp":
		return f, f.readBoxes()
	}
	parse := known[f.format]
	if parse == nil {
		return nil, nil
	}
	if f.raw, err = p.Bytes(); err != nil {
		return nil, err
	}
	return f, parse(f)
}

// bytes returns up to n bytes from an offset.
func (f *file) bytes(offset int64, n int) []byte {
	b := make([]byte, min(int64(n), max(f.size-offset, 0)))
	n, err := f.source.ReadAt(b, offset)
	if err != nil && err != io.EOF {
		return nil
	}
	return b[:n]
}

// packet reads the properties of XMP.
func (f *file) packet(p extract.Packet) {
	properties, _ := f.pass.XMP(p) // what stands before any damage
	for _, x := range properties[:min(len(properties), maxProperties-min(len(f.xmp), maxProperties))] {
		offset, length := p.Span(x.Offset, x.Offset+x.Length)
		f.xmp = append(f.xmp, property{x, offset, length})
	}
}

const (
	maxProperties = 10_000 // of XMP that are kept
	maxTexts      = 64     // that may name programs
)

// maxBlocks is how many EXIF blocks of a file are read; all but the first are duplicates.
const maxBlocks = 8

func (f *file) add(p extract.Packet, place string) {
	if len(f.blocks) < maxBlocks {
		if t, err := tiff.Parse(p.Data); err == nil {
			f.blocks = append(f.blocks, block{t, p, place})
		}
	}
}

const exifHeader = "Exif\x00\x00"

func (f *file) readJPEG() (err error) {
	if f.jpeg, err = f.pass.JPEG(); err != nil {
		return err
	}
	for _, s := range f.jpeg.Segments {
		if b, ok := bytes.CutPrefix(s.Payload, []byte(exifHeader)); ok && s.Marker == jpeg.APP1 {
			f.add(extract.Whole(b, s.PayloadOffset()+len(exifHeader)), "the EXIF segment")
		}
	}
	for _, p := range f.jpeg.XMP() {
		f.packet(p)
	}
	if f.jpeg.Frame != nil {
		f.stored = [2]int{f.jpeg.Frame.Width, f.jpeg.Frame.Height}
	}
	if f.jpeg.Complete {
		f.end = int64(f.jpeg.End)
	}
	return nil
}

func (f *file) readPNG() (err error) {
	if f.png, err = f.pass.PNG(); err != nil {
		return err
	}
	for _, c := range f.png.Chunks {
		if c.Type == "eXIf" {
			f.add(extract.Whole(c.Data, c.DataOffset()), "the PNG eXIf chunk")
		}
	}
	for _, t := range f.png.Texts {
		switch t.Keyword {
		case xmpKeyword:
			if t.Compressed {
				f.packet(extract.Compressed([]byte(t.Text), t.Offset, t.Length))
			} else {
				f.packet(extract.Whole([]byte(t.Text), t.Offset))
			}
		case "Software", "faceswap":
			if len(f.texts) < maxTexts {
				f.texts = append(f.texts, named{"the PNG text " + quoted(t.Keyword), t.Text, t.Offset, t.Length})
			}
		}
	}
	f.stored = [2]int{f.png.Width, f.png.Height}
	if f.png.Complete {
		f.end = int64(f.png.End)
	}
	return nil
}

const xmpKeyword = "XML:com.adobe.xmp" // XMP part 3 section 1.1.5

func (f *file) readWebP() (err error) {
	if f.webp, err = f.pass.RIFF(); err != nil {
		return err
	}
	for _, c := range f.webp.Chunks {
		switch c.Name {
		case riff.EXIF:
			b := bytes.TrimPrefix(c.Data, []byte(exifHeader)) // some writers take it along from JPEG
			f.add(extract.Whole(b, c.DataOffset()+len(c.Data)-len(b)), "the WebP EXIF chunk")
		case riff.XMP:
			f.packet(extract.Whole(c.Data, c.DataOffset()))
		}
	}
	f.stored, _ = canvas(f.webp)
	claimed := 8 + int(le32(f.raw[4:]))
	for _, c := range f.webp.Chunks {
		if end := c.DataOffset() + len(c.Data); end == claimed || end+1 == claimed {
			f.end = int64(claimed)
		}
	}
	return nil
}

func (f *file) readGIF() error {
	g, err := f.pass.GIF()
	if err != nil {
		return err
	}
	for _, a := range g.Applications {
		if a.Name == gif.XMP {
			f.packet(a.Data)
		}
	}
	if g.Complete {
		f.end = int64(g.End)
	}
	return nil
}

func (f *file) readTIFF() error {
	t, err := tiff.Read(f.source, f.size)
	if err != nil {
		return err
	}
	f.blocks = []block{{t, extract.Whole(nil, 0), "the TIFF directories"}}
	for _, p := range t.Packets(tiff.XMP, 0) {
		f.packet(p)
	}
	return nil
}

func (f *file) readBoxes() error {
	m, err := f.pass.Boxes()
	if err != nil {
		return err
	}
	for _, p := range m.Exif {
		f.add(p, "the EXIF item")
	}
	f.canon(m.Canon)
	for _, p := range m.XMP {
		f.packet(p)
	}
	f.end = boxesEnd(f.source, f.size)
	if f.format == "mp4" || f.format == "mov" || f.format == "3gp" {
		f.movie = readMovie(f.source, f.size, m.Texts)
	}
	return nil
}
