package labels

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/draw"
	stdpng "image/png"
	"io"
	"strings"

	"unmask/forensics"
)

// Settings that stand in the lowest bits of pixels: a magic of 15 letters, the length of what follows in bits as 32 bits, most significant first, and
// a text, which is gzipped behind the second and the fourth magic. The bits are those of the alpha channel, or of red, green and blue in turn, column
// by column (scripts of NovelAI, github.com/NovelAI/novelai-image-metadata; modules/stealth_infotext.py of stable-diffusion-webui-reForge).
const (
	magicLength = 15
	headerBits  = (magicLength + 4) * 8
	maxHidden   = maxTexts // bytes of text
	maxPixels   = 8 << 20  // of pictures that are decoded for their alpha channel
	maxSmall    = 1 << 18  // of those that are decoded without a look at their first rows
)

// hidden reads settings in pixels.
func hidden(p *forensics.Pass) []claim {
	var m metadata
	if len(p.Frames) == 1 && p.Info.Format != "jpeg" { // no lowest bit outlasts JPEG
		f := &p.Frames[0]
		at := func(i int) byte {
			pixel := i / 3
			return f.Pix[3*(pixel%f.Height*f.Width+pixel/f.Height)+2-i%3] // blue stands first
		}
		m.hidden("the text hidden in the lowest bits of the colours", "stealth_rgb", 3*f.Width*f.Height, at)
	}
	if p.Info.Format == "png" && alphaMarked(p) {
		if img, err := stdpng.Decode(bytes.NewReader(p.Raw)); err == nil {
			b := img.Bounds()
			pixels, ok := img.(*image.NRGBA)
			if !ok {
				pixels = image.NewNRGBA(b)
				draw.Draw(pixels, b, img, b.Min, draw.Src)
			}
			m.hidden("the text hidden in the lowest bits of the alpha channel", "stealth_png", b.Dx()*b.Dy(), func(i int) byte { return pixels.Pix[i%b.Dy()*pixels.Stride+4*(i/b.Dy())+3] })
		}
	}
	return m.claims
}

// hidden reads a text in the lowest bits of n bytes.
func (m *metadata) hidden(place, magic string, n int, at func(i int) byte) {
	read := func(from, length int) []byte {
		out := make([]byte, length)
		for i := range out {
			for bit := range 8 {
				out[i] = out[i]<<1 | at(from+8*i+bit)&1
			}
		}
		return out
	}
	if n < headerBits {
		return
	}
	head := read(0, headerBits/8)
	kind, isMagic := strings.CutPrefix(string(head[:magicLength]), magic)
	length := int(binary.BigEndian.Uint32(head[magicLength:]) / 8)
	if !isMagic || kind != "info" && kind != "comp" || length > maxHidden || length > (n-headerBits)/8 {
		return
	}
	body := read(headerBits, length)
	if kind == "comp" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return
		}
		if body, err = io.ReadAll(io.LimitReader(z, maxHidden)); err != nil {
			return
		}
	}
	t := text{place: place, value: string(body)}
	o := objectIn(t.value)
	switch {
	case word(o["Software"]) == "NovelAI":
		fields := map[string]text{}
		for _, name := range []string{"Software", "Comment", "Description", "Source"} {
			fields[strings.ToLower(name)] = text{place: place, value: word(o[name])}
		}
		f, _ := readNovelAI(fields)
		m.settings("novelai", t, f)
	case o["prompt"] != nil || o["workflow"] != nil:
		m.graph(t.with(o["prompt"]))
		m.workflow(t.with(o["workflow"]))
	case o["parameters"] != nil:
		m.parameters(t.with(o["parameters"]))
	default:
		m.parameters(t)
	}
}

// alphaMarked tells whether the first column of a PNG with an alpha channel of 8 bits begins with the magic, from its first rows alone, or may do so.
func alphaMarked(p *forensics.Pass) bool {
	f, err := p.PNG()
	if err != nil || f.ColorType != 6 || f.BitDepth != 8 || f.Interlaced || f.Width < 1 || f.Height < 1 || int64(f.Width)*int64(f.Height) > maxPixels {
		return false
	}
	if f.Height < 8*magicLength { // the magic goes on in further columns
		return f.Width*f.Height <= maxSmall
	}
	var data []io.Reader
	for _, c := range f.Chunks {
		if c.Type == "IDAT" {
			data = append(data, bytes.NewReader(c.Data))
		}
	}
	z, err := zlib.NewReader(io.MultiReader(data...))
	if err != nil {
		return false
	}
	// Of each row only its first pixel is needed: filters reach to the left, of which there is nothing, and up (W3C PNG section 9.2).
	row, above := make([]byte, 1+4*f.Width), byte(0)
	for i := range 8 * magicLength {
		if _, err := io.ReadFull(z, row); err != nil {
			return false
		}
		alpha := row[4]
		switch row[0] {
		case 2, 4: // up; Paeth, which is up where nothing stands to the left
			alpha += above
		case 3: // average
			alpha += above / 2
		}
		if alpha&1 != "stealth_png"[min(i/8, 10)]>>(7-i%8)&1 && i < 8*len("stealth_png") {
			return false
		}
		above = alpha
	}
	return true
}
