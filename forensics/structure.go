package forensics

import (
	"bytes"
	"io"

	"unmask/media/extract"
	"unmask/media/gif"
	"unmask/media/isobmff"
	"unmask/media/jpeg"
	"unmask/media/png"
	"unmask/media/riff"
	"unmask/media/xmp"
)

// maxHead is how much is read of a picture file that is too long to be held in memory: metadata stand before the pixels, mostly.
const maxHead = 32 << 20

// Bytes returns the bytes of the file; of one that is not in memory, the first 32 MiB. Nobody writes to them. Like the structure that the
// methods below read from them, they are had once however many detectors ask.
func (p *Pass) Bytes() ([]byte, error) {
	if p.Raw != nil {
		return p.Raw, nil
	}
	return Shared(p, "bytes", func() ([]byte, error) { return p.Head(maxHead) })
}

// JPEG returns the structure of a JPEG file. The errors are those of Bytes and of jpeg.Parse.
func (p *Pass) JPEG() (*jpeg.File, error) { return parsed(p, "jpeg", jpeg.Parse) }

// PNG returns the chunks and texts of a PNG file. The errors are those of Bytes and of png.Parse.
func (p *Pass) PNG() (*png.File, error) { return parsed(p, "png", png.Parse) }

// GIF returns the extensions of a GIF file. The errors are those of Bytes and of gif.Parse.
func (p *Pass) GIF() (*gif.File, error) { return parsed(p, "gif", gif.Parse) }

// RIFF returns the chunks of a WebP file. The errors are those of Bytes and of riff.Parse.
func (p *Pass) RIFF() (*riff.File, error) { return parsed(p, "riff", riff.Parse) }

func parsed[T any](p *Pass, key string, parse func([]byte) (*T, error)) (*T, error) {
	return Shared(p, key, func() (*T, error) {
		b, err := p.Bytes()
		if err != nil {
			return nil, err
		}
		return parse(b)
	})
}

// Boxes returns the metadata in a file of boxes, such as MP4 or HEIC. The error is that of opening the file.
func (p *Pass) Boxes() (*isobmff.Metadata, error) { return walked(p, "boxes", isobmff.ReadMetadata) }

// Chunks returns the metadata in an AVI file. The error is that of opening the file.
func (p *Pass) Chunks() (*riff.Metadata, error) { return walked(p, "chunks", riff.ReadMetadata) }

func walked[T any](p *Pass, key string, read func(io.ReaderAt, int64) *T) (*T, error) {
	return Shared(p, key, func() (m *T, err error) {
		err = p.Content(func(r io.ReaderAt, size int64) error {
			m = read(r, size)
			return nil
		})
		return m, err
	})
}

// packets are the XMP packets of a file that were read so far.
type packets struct {
	left xmp.Budget
	read []packet
}

type packet struct {
	data       []byte
	properties []xmp.Property
	err        error
}

// XMP returns the properties of an XMP packet of the file, and an error where not all of it could be read, as xmp.Budget.Parse has them: one budget
// is for all packets of the file.
func (p *Pass) XMP(x extract.Packet) ([]xmp.Property, error) {
	all, _ := Shared(p, "xmp", func() (*packets, error) { return &packets{}, nil })
	for _, k := range all.read {
		if bytes.Equal(k.data, x.Data) {
			return k.properties, k.err
		}
	}
	k := packet{data: x.Data}
	if k.properties, k.err = all.left.Parse(x.Data); len(all.read) < xmp.MaxPackets {
		all.read = append(all.read, k)
	}
	return k.properties, k.err
}
