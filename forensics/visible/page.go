package visible

import (
	"image"

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
	gray  *image.Gray
	from  image.Rectangle // of the frame
	row   image.Rectangle // the strokes in it, of the frame
	scale float64         // pixels of the page for one of the frame
}

// pages cuts a row out of the frame at full resolution, with room around it, in the three ways in which labels of different styles become
// legible: its strokes without what lies behind them; strokes of the other shade, as the row may be their outline; and as it is.
func (p *picture) pages(f *media.Frame, l *line) []page {
	in := l.box.Inset(-max(2, l.box.Dy()/4))
	from, row := p.full(in).Intersect(image.Rect(0, 0, f.Width, f.Height)), p.full(l.box)
	scale := fine * min(textHeight/(float64(l.box.Dy())*p.scale), maxWidth/float64(from.Dx()))
	w, h := fine*max(1, int(float64(from.Dx())*scale/fine)), fine*max(1, int(float64(from.Dy())*scale/fine))
	small := imaging.Resize(f.Crop(from), w, h, imaging.CatmullRom)
	own := picture{w: w, h: h, pix: make([]uint8, w*h)}
	for i := range own.pix {
		c := small.Pix[4*i:]
		own.pix[i] = uint8((29*int(c[2]) + 150*int(c[1]) + 77*int(c[0])) / 256)
	}
	other := own.inverted()
	if !l.bright {
		own, other = other, own
	}
	const window = 2*(fine*textHeight/5) + 1
	flat, outlined := own, other
	flat.pix, outlined.pix = own.strokes(window), other.strokes(window)
	var out []page
	for _, g := range []*picture{&flat, &outlined, &own} {
		out = append(out, page{g.paper(), from, row, scale / fine})
	}
	return out
}

// paper makes what is brighter than Otsu's threshold (IEEE Trans. SMC 9, 1979) black on white, and reduces it to the height for reading.
func (p *picture) paper() *image.Gray {
	over := p.threshold()
	w, h := p.w/fine, p.h/fine
	out := image.NewGray(image.Rect(0, 0, w+2*pageBorder, h+2*pageBorder))
	for i := range out.Pix {
		out.Pix[i] = 255
	}
	for y := range fine * h {
		for x := range fine * w {
			if p.pix[y*p.w+x] > over {
				out.Pix[(y/fine+pageBorder)*out.Stride+x/fine+pageBorder] -= 255 / (fine * fine)
			}
		}
	}
	return out
}

// threshold parts the greys so that the two sides differ most.
func (p *picture) threshold() (best uint8) {
	var counts [256]int
	all := 0
	for _, v := range p.pix {
		counts[v]++
		all += int(v)
	}
	below, sum, most := 0, 0, 0.
	for v, n := range counts {
		below += n
		sum += v * n
		above := len(p.pix) - below
		if below == 0 || above == 0 {
			continue
		}
		apart := float64(sum)/float64(below) - float64(all-sum)/float64(above)
		if between := float64(below) * float64(above) * apart * apart; between > most {
			best, most = uint8(v), between
		}
	}
	return best
}

// full turns a box of the reduced picture into one of the frame.
func (p *picture) full(r image.Rectangle) image.Rectangle {
	return image.Rect(int(float64(r.Min.X)*p.scale), int(float64(r.Min.Y)*p.scale), int(float64(r.Max.X)*p.scale+.5), int(float64(r.Max.Y)*p.scale+.5))
}

// place turns a box of the page into one of the frame. Tesseract may give a word the height of the whole page; the strokes bound it.
func (p *page) place(box image.Rectangle) image.Rectangle {
	back := func(v int, from int) int { return from + int(float64(v-pageBorder)/p.scale+.5) }
	return image.Rect(back(box.Min.X, p.from.Min.X), back(box.Min.Y, p.from.Min.Y), back(box.Max.X, p.from.Min.X), back(box.Max.Y, p.from.Min.Y)).Intersect(p.row)
}
