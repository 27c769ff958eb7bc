package visible

import (
	"bytes"
	"image"
	"slices"

	"unmask/media"

	"github.com/disintegration/imaging"
)

const (
	textHeight = 40 // pixels of text that tesseract reads best: 32 to 48
	fine       = 2  // pages are made that many times larger, and reduced when they are black and white
	pageBorder = 12 // pixels of paper around it
	maxWidth   = 1600
)

// page is a candidate made ready for reading: black on white, 40 pixels high.
type page struct {
	gray    *image.Gray
	strokes []image.Rectangle // around each of them
	from    image.Rectangle   // of the frame
	scale   float64           // pixels of the page for one of the frame
}

// pages cuts a row out of the frame at full resolution, with room on both sides for characters that run into what is behind them, in the
// three ways in which labels of different styles become legible: strokes like those of the row; strokes of the other shade, as the row may
// be their outline or the gaps between them; and of those the brightest, as outlined text is.
func (p *picture) pages(f *media.Frame, l *line) (out []page, err error) {
	tall := l.box.Dy()
	in := l.box.Inset(-max(2, tall/4))
	in.Min.X, in.Max.X = in.Min.X-3*tall/2, in.Max.X+3*tall/2
	from := p.full(in).Intersect(image.Rect(0, 0, f.Width, f.Height))
	scale := fine * min(textHeight/(float64(tall)*p.scale), maxWidth/float64(from.Dx()))
	w, h := fine*max(1, int(float64(from.Dx())*scale/fine)), fine*max(1, int(float64(from.Dy())*scale/fine))
	cut := imaging.Resize(f.Crop(from), w, h, imaging.CatmullRom)
	own := picture{w: w, h: h, pix: make([]uint8, w*h)}
	for i := range own.pix {
		c := cut.Pix[4*i:]
		own.pix[i] = uint8((29*int(c[2]) + 150*int(c[1]) + 77*int(c[0])) / 256)
	}
	other := own.inverted()
	if !l.bright {
		own, other = other, own
	}
	text, err := own.written()
	if err != nil {
		return nil, err
	}
	around, err := other.written()
	if err != nil {
		return nil, err
	}
	like := func(o part) func(*part) bool { return func(c *part) bool { return alike(c, &o) } }
	brightest := around.within(.8, shadeOf)
	add := func(g *image.Gray, strokes []image.Rectangle) {
		if !slices.ContainsFunc(out, func(o page) bool { return bytes.Equal(o.gray.Pix, g.Pix) }) {
			out = append(out, page{g, strokes, from, scale / fine})
		}
	}
	add(text.paper(like(part{shade: l.shade, force: l.force})))
	add(around.paper(like(part{shade: around.within(.5, shadeOf), force: around.within(.5, forceOf)})))
	add(around.paper(func(c *part) bool { return c.shade >= brightest-45 }))
	return out, nil
}

// full turns a box of the reduced picture into one of the frame.
func (p *picture) full(r image.Rectangle) image.Rectangle {
	return image.Rect(int(float64(r.Min.X)*p.scale), int(float64(r.Min.Y)*p.scale), int(float64(r.Max.X)*p.scale+.5), int(float64(r.Max.Y)*p.scale+.5))
}

// place is the box of the frame around words: around their strokes, as tesseract may give a word the height of the whole page. Strokes whose
// middle lies outside the row are none of theirs.
func (p *page) place(words []word) (box image.Rectangle) {
	var span image.Rectangle
	for _, w := range words {
		span = span.Union(w.box)
	}
	middle := p.gray.Rect.Dy() / 2
	for _, s := range p.strokes {
		if x, y := (s.Min.X+s.Max.X)/2, (s.Min.Y+s.Max.Y)/2; x >= span.Min.X && x <= span.Max.X && 2*max(middle-y, y-middle) <= textHeight {
			box = box.Union(s)
		}
	}
	back := func(v, from int) int { return from + int(float64(v-pageBorder)/p.scale+.5) }
	return image.Rect(back(box.Min.X, p.from.Min.X), back(box.Min.Y, p.from.Min.Y), back(box.Max.X, p.from.Min.X), back(box.Max.Y, p.from.Min.Y))
}
