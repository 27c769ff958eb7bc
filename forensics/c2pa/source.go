package c2pa

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/extract"
	"unmask/media/gif"
	"unmask/media/isobmff"
	"unmask/media/jpeg"
	"unmask/media/jumbf"
	"unmask/media/png"
	"unmask/media/riff"
	"unmask/media/tiff"
)

const (
	maxStore = 64 << 20 // bytes of a store; longer ones are not read
	maxHead  = 64 << 20 // bytes of a picture file that is not in memory
)

// found is a manifest store with the place where it was found.
type found struct {
	packet extract.Packet
	place  string // in words
	spans  []span // that the store takes in the file, with the headers of what holds it
	beside bool   // in a file of its own: offsets are of that one
}

// stores returns the manifest stores of a file (C2PA 2.2 section 11.3).
func stores(p *forensics.Pass) (out []found, err error) {
	switch p.Info.Format {
	case "jpeg", "png", "webp", "gif":
		b, err := p.Head(maxHead)
		if err != nil {
			return nil, err
		}
		return inMemory[p.Info.Format](b), nil
	case "avi", "tiff", "bigtiff", "mp4", "mov", "3gp", "heic", "avif", "jxl":
		err = p.Content(func(r io.ReaderAt, size int64) error {
			out = onDisk(p.Info.Format, r, size)
			return nil
		})
	}
	return out, err
}

var inMemory = map[string]func([]byte) []found{"jpeg": inJPEG, "png": inPNG, "webp": inWebP, "gif": inGIF}

func inJPEG(b []byte) (out []found) {
	f, err := jpeg.Parse(b)
	if err != nil {
		return nil
	}
	var spans []span
	for _, s := range f.Segments {
		if s.Marker == jpeg.APP11 && bytes.HasPrefix(s.Payload, []byte("JP")) {
			spans = append(spans, span{int64(s.Offset), int64(s.PayloadOffset() + len(s.Payload))})
		}
	}
	for _, p := range f.JUMBF() {
		if isStore(p.Data) {
			out = append(out, found{packet: p, place: "the APP11 segments of the JPEG", spans: spans})
		}
	}
	return out
}

func inPNG(b []byte) (out []found) {
	f, err := png.Parse(b)
	if err != nil {
		return nil
	}
	for _, c := range f.Chunks {
		if c.Type == "caBX" {
			out = append(out, found{packet: extract.Whole(c.Data, c.DataOffset()), place: "the PNG chunk caBX",
				spans: []span{{int64(c.Offset), int64(c.DataOffset() + len(c.Data) + 4)}}})
		}
	}
	return out
}

func inWebP(b []byte) (out []found) {
	f, err := riff.Parse(b)
	if err != nil {
		return nil
	}
	for _, c := range f.Chunks {
		if c.Name == riff.C2PA {
			end := c.DataOffset() + len(c.Data)
			out = append(out, found{packet: extract.Whole(c.Data, c.DataOffset()), place: "the RIFF chunk C2PA", spans: []span{{int64(c.Offset), int64(end + end%2)}}})
		}
	}
	return out
}

func inGIF(b []byte) (out []found) {
	f, err := gif.Parse(b)
	if err != nil {
		return nil
	}
	for _, a := range f.Applications {
		if a.Name == gif.C2PA {
			offset, length := a.Data.Span(0, len(a.Data.Data))
			const head = 3 + 11 + 1 // introducer, label and length; name; length of the first block
			out = append(out, found{packet: a.Data, place: "a GIF application extension", spans: []span{{int64(offset - head), int64(offset + length + 1)}}})
		}
	}
	return out
}

func onDisk(format string, r io.ReaderAt, size int64) (out []found) {
	keep := func(p extract.Packet, place string, head int64) {
		offset, length := p.Span(0, len(p.Data))
		out = append(out, found{packet: p, place: place, spans: []span{{int64(offset) - head, int64(offset + length)}}})
	}
	switch format {
	case "avi":
		for _, p := range riff.ReadMetadata(r, size).C2PA {
			keep(p, "the RIFF chunk C2PA", 8)
		}
	case "tiff", "bigtiff":
		if f, err := tiff.Read(r, size); err == nil {
			for _, p := range f.Packets(tiff.C2PA, 0) {
				keep(p, "the TIFF field 0xCD41", 0)
			}
		}
	default:
		for b := range isobmff.Boxes(r, 0, size) {
			if b.UserType == isobmff.C2PA {
				if p, head, ok := manifestBox(r, b); ok {
					keep(p, "a uuid box", head)
				}
			}
		}
		for _, p := range isobmff.ReadMetadata(r, size).JUMBF {
			if isStore(p.Data) {
				keep(p, "a jumb box", 0)
			}
		}
	}
	return out
}

// manifestBox reads the store in a uuid box: after version and flags, the purpose as a text that ends with NUL, and the offset of a box with
// further digests (C2PA 2.2 section 11.3.1). Head is how long what stands before the store is.
func manifestBox(r io.ReaderAt, b isobmff.Box) (p extract.Packet, head int64, ok bool) {
	const most = 64 // of version, flags and purpose
	intro := make([]byte, min(most, b.End-b.Start))
	if n, _ := r.ReadAt(intro, b.Start); n < len(intro) || n < 4 {
		return p, 0, false
	}
	purpose, _, ends := bytes.Cut(intro[4:], []byte{0})
	if !ends || string(purpose) != "manifest" {
		return p, 0, false
	}
	start := b.Start + 4 + int64(len(purpose)) + 1 + 8
	if start >= b.End || b.End-start > maxStore {
		return p, 0, false
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

// sidecar returns the store in a file beside the item: its name with .c2pa in place of the ending, or after it.
func sidecar(it media.Item) (f found, digest string, ok bool) {
	path := string(it.Path)
	for _, name := range []string{strings.TrimSuffix(path, filepath.Ext(path)) + ".c2pa", path + ".c2pa"} {
		file, size, err := media.OpenRegular(name)
		if err != nil {
			continue
		}
		data, err := readAll(file, size)
		if err == nil && isStore(data) {
			return found{packet: extract.Whole(data, 0), place: "the file " + filepath.Base(name) + " beside it", beside: true}, hexDigest(data), true
		}
	}
	return f, "", false
}

func readAll(f *os.File, size int64) ([]byte, error) {
	defer f.Close()
	if size > maxStore {
		return nil, fmt.Errorf("%d bytes, more than the %d that are read", size, maxStore)
	}
	b := make([]byte, size)
	_, err := io.ReadFull(f, b)
	return b, err
}

// parts are the segments of a JPEG, a scan with what follows it, or the chunks of a PNG, as box hashes name them (C2PA 2.2 section 18.6.3).
func (a *asset) parts() ([]part, error) {
	b := make([]byte, min(a.size, maxHead))
	if n, _ := a.r.ReadAt(b, 0); n < len(b) || int64(n) < a.size {
		return nil, unsupported("very long " + a.format)
	}
	switch a.format {
	case "jpeg":
		return a.segments(b)
	case "png":
		f, err := png.Parse(b)
		if err != nil {
			return nil, err
		}
		out := []part{{"PNGh", span{0, 8}}}
		for _, c := range f.Chunks {
			name := c.Type
			if name == "caBX" {
				name = "C2PA"
			}
			out = append(out, part{name, span{int64(c.Offset), int64(c.DataOffset() + len(c.Data) + 4)}})
		}
		return out, nil
	}
	return nil, unsupported(a.format)
}

func (a *asset) segments(b []byte) (out []part, err error) {
	f, err := jpeg.Parse(b)
	if err != nil {
		return nil, err
	}
	for i, s := range f.Segments {
		end := f.End
		if i+1 < len(f.Segments) {
			end = f.Segments[i+1].Offset
		}
		name := segmentName(s)
		at := span{int64(s.Offset), int64(end)}
		if n := len(out); n > 0 && name == "C2PA" && out[n-1].name == name {
			out[n-1].to = at.to // one box in several segments
			continue
		}
		out = append(out, part{name, at})
	}
	return out, nil
}

func segmentName(s jpeg.Segment) string {
	switch {
	case s.Marker == jpeg.APP11 && bytes.HasPrefix(s.Payload, []byte("JP")):
		return "C2PA"
	case s.Marker >= 0xe0 && s.Marker <= 0xef:
		return fmt.Sprintf("APP%d", s.Marker-0xe0)
	}
	names := map[byte]string{0xd8: "SOI", 0xd9: "EOI", 0xda: "SOS", 0xdb: "DQT", 0xc4: "DHT", 0xdd: "DRI", 0xfe: "COM", 0xc0: "SOF0", 0xc1: "SOF1", 0xc2: "SOF2"}
	return first(names[s.Marker], fmt.Sprintf("%X", s.Marker))
}
