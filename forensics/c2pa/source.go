package c2pa

import (
	"bytes"
	"io"

	"unmask/forensics"
	"unmask/media/extract"
	"unmask/media/gif"
	"unmask/media/isobmff"
	"unmask/media/jpeg"
	"unmask/media/jumbf"
	"unmask/media/riff"
	"unmask/media/tiff"
)

const (
	maxStore = 32 << 20 // bytes of all stores; longer ones are not read
	maxHead  = 32 << 20 // bytes of a file whose parts are told apart
)

// found is a manifest store with the place where it was found.
type found struct {
	packet extract.Packet
	place  string // in words
	spans  []span // that the store takes in the file, with the headers of what holds it
	beside bool   // in a file of its own: offsets are of that one
	long   bool   // with those before it, it has more than maxStore bytes, and packet none of them
}

// carried is what a file holds for this detector.
type carried struct {
	stores   []found // C2PA 2.2 section 11.3
	xmp      []extract.Packet
	metadata []span // that hold no picture data, in order; only of JPEG, PNG and WebP
}

func carriedBy(p *forensics.Pass) (c carried, err error) {
	switch p.Info.Format {
	case "jpeg", "png", "webp", "gif":
		if _, err := p.Bytes(); err != nil {
			return c, err
		}
		return inMemory[p.Info.Format](p), nil
	case "avi", "tiff", "bigtiff", "mp4", "mov", "3gp", "heic", "avif", "jxl":
		err = p.Content(func(r io.ReaderAt, size int64) error {
			c, err = onDisk(p, r, size)
			return err
		})
	}
	return c, err
}

var inMemory = map[string]func(*forensics.Pass) carried{"jpeg": inJPEG, "png": inPNG, "webp": inWebP, "gif": inGIF}

func inJPEG(p *forensics.Pass) (c carried) {
	f, err := p.JPEG()
	if err != nil {
		return c
	}
	spans := map[string][]span{} // of JUMBF boxes, by their numbers
	numbers := map[int]string{}  // by where a segment's part of the box starts
	for _, s := range f.Segments {
		at := span{int64(s.Offset), int64(s.PayloadOffset() + len(s.Payload))}
		switch {
		case s.Marker == jpeg.APP11 && bytes.HasPrefix(s.Payload, []byte("JP")) && len(s.Payload) > 8:
			number := string(s.Payload[2:4])
			spans[number] = append(spans[number], at)
			numbers[s.PayloadOffset()+8] = number
		case s.Marker >= jpeg.APP0 && s.Marker <= jpeg.APP15 || s.Marker == jpeg.COM:
			c.metadata = append(c.metadata, at)
		}
	}
	for _, p := range f.JUMBF() {
		if isStore(p.Data) {
			start, _ := p.Span(0, 1)
			c.stores = append(c.stores, found{packet: p, place: "the APP11 segments of the JPEG", spans: spans[numbers[start]]})
		}
	}
	c.xmp = f.XMP()
	return c
}

// pictureChunks are those of a PNG that decide what is seen (PNG third edition section 5.6, without colour spaces).
var pictureChunks = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "acTL": true, "fcTL": true, "fdAT": true}

func inPNG(p *forensics.Pass) (c carried) {
	f, err := p.PNG()
	if err != nil {
		return c
	}
	for _, k := range f.Chunks {
		at := span{int64(k.Offset), int64(k.DataOffset() + len(k.Data) + 4)}
		switch {
		case k.Type == "caBX":
			c.stores = append(c.stores, found{packet: extract.Whole(k.Data, k.DataOffset()), place: "the PNG chunk caBX", spans: []span{at}})
		case !pictureChunks[k.Type]:
			c.metadata = append(c.metadata, at)
		}
	}
	for _, t := range f.Texts {
		if t.Keyword == "XML:com.adobe.xmp" {
			c.xmp = append(c.xmp, extract.Compressed([]byte(t.Text), t.Offset, t.Length)) // of which the whole is pointed at, compressed or not
		}
	}
	return c
}

func inWebP(p *forensics.Pass) (c carried) {
	f, err := p.RIFF()
	if err != nil {
		return c
	}
	for _, k := range f.Chunks {
		end := k.DataOffset() + len(k.Data)
		at := span{int64(k.Offset), int64(end + end%2)}
		switch k.Name {
		case riff.C2PA:
			c.stores = append(c.stores, found{packet: extract.Whole(k.Data, k.DataOffset()), place: "the RIFF chunk C2PA", spans: []span{at}})
		case riff.XMP:
			c.xmp = append(c.xmp, extract.Whole(k.Data, k.DataOffset()))
			c.metadata = append(c.metadata, at)
		case riff.EXIF, "ICCP":
			c.metadata = append(c.metadata, at)
		}
	}
	return c
}

func inGIF(p *forensics.Pass) (c carried) {
	f, err := p.GIF()
	if err != nil {
		return c
	}
	for _, a := range f.Applications {
		switch a.Name {
		case gif.C2PA:
			offset, length := a.Data.Span(0, len(a.Data.Data))
			const head = 3 + 11 + 1 // introducer, label and length; name; length of the first block
			c.stores = append(c.stores, found{packet: a.Data, place: "a GIF application extension", spans: []span{{int64(offset - head), int64(offset + length + 1)}}})
		case gif.XMP:
			c.xmp = append(c.xmp, a.Data)
		}
	}
	return c
}

func onDisk(pass *forensics.Pass, r io.ReaderAt, size int64) (c carried, err error) {
	keep := func(p extract.Packet, place string, head int64) {
		offset, length := p.Span(0, len(p.Data))
		c.stores = append(c.stores, found{packet: p, place: place, spans: []span{{int64(offset) - head, int64(offset + length)}}, long: len(p.Data) == 0})
	}
	switch pass.Info.Format {
	case "avi":
		m, err := pass.Chunks()
		if err != nil {
			return c, err
		}
		c.xmp = m.XMP
		for _, p := range m.C2PA {
			keep(p, "the RIFF chunk C2PA", 8)
		}
	case "tiff", "bigtiff":
		if f, err := tiff.Read(r, size); err == nil {
			c.xmp = f.Packets(tiff.XMP, 0)
			for _, p := range f.Packets(tiff.C2PA, 0) {
				keep(p, "the TIFF field 0xCD41", 0)
			}
		}
	default:
		left := int64(maxStore)
		for b := range isobmff.Boxes(r, 0, size) {
			if b.UserType == isobmff.C2PA {
				if p, head, ok := manifestBox(r, b, left); ok {
					keep(p, "a uuid box", head)
					left -= int64(len(p.Data))
				}
			}
		}
		m, err := pass.Boxes()
		if err != nil {
			return c, err
		}
		c.xmp = m.XMP
		for _, p := range m.JUMBF {
			if isStore(p.Data) {
				keep(p, "a jumb box", 0)
			}
		}
	}
	return c, nil
}

// purpose reads what a uuid box of C2PA is for, "manifest" or "merkle", and where what follows starts: after version, flags and that text, which
// ends with NUL (C2PA 2.2 section A.5.3). Empty where there is none.
func purpose(r io.ReaderAt, b isobmff.Box) (name string, start int64) {
	const most = 64
	intro := make([]byte, min(most, b.End-b.Start))
	if n, _ := r.ReadAt(intro, b.Start); n < len(intro) || n < 4 {
		return "", 0
	}
	text, _, ends := bytes.Cut(intro[4:], []byte{0})
	if !ends {
		return "", 0
	}
	return string(text), b.Start + 4 + int64(len(text)) + 1
}

// manifestBox reads the store in a uuid box, or where it stands if more than left bytes are in it. It follows the offset of a box with further
// digests (C2PA 2.2 section 11.3.1). Head is how long what stands before the store is.
func manifestBox(r io.ReaderAt, b isobmff.Box, left int64) (p extract.Packet, head int64, ok bool) {
	name, start := purpose(r, b)
	start += 8
	if name != "manifest" || start >= b.End {
		return p, 0, false
	}
	if b.End-start > left {
		return extract.Compressed(nil, int(start), int(b.End-start)), start - b.Offset, true
	}
	data := make([]byte, b.End-start)
	if n, _ := r.ReadAt(data, start); n < len(data) {
		return p, 0, false
	}
	return extract.Whole(data, int(start)), start - b.Offset, true
}

// isStore tells whether a superbox is a manifest store, by its description, which stands first.
func isStore(b []byte) bool {
	i := bytes.Index(b[:min(len(b), 32)], []byte("jumd"))
	return i >= 0 && bytes.HasPrefix(b[i+4:], []byte(jumbf.Store))
}
