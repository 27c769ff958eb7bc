package exif

import (
	"fmt"
	"math"
	"strconv"

	"unmask/forensics"
	"unmask/media/jpeg"
	"unmask/media/riff"
)

// dimensions compares the size that EXIF gives with that of the picture, turned or not.
func (b block) dimensions(p *forensics.Pass, f *file) {
	x, where := b.field("PixelXDimension")
	y, _ := b.field("PixelYDimension")
	w, err1 := strconv.Atoi(x)
	h, err2 := strconv.Atoi(y)
	have := f.stored
	if have[0] == 0 {
		have = [2]int{p.Info.Width, p.Info.Height}
	}
	raw := f.format == "tiff" || f.format == "orf" || f.format == "rw2" || f.format == "cr3" // a preview may be what is decoded of it
	if raw || err1 != nil || err2 != nil || w < 1 || h < 1 || have[0] < 1 || have[1] < 1 {
		return
	}
	if have == [2]int{w, h} || have == [2]int{h, w} {
		return
	}
	what := "cropped, or cropped and resized"
	if sameShape(w, h, have[0], have[1], .01) {
		what = "resized"
	}
	p.Report(forensics.Finding{Code: "exif.dimensions", Score: information, Clause: clause, Where: where,
		Text: fmt.Sprintf("EXIF gives the picture %d x %d pixels, but it has %d x %d: it was %s after EXIF was written, as web sites, messengers and every editor do.", w, h, have[0], have[1], what)})
}

// sameShape compares aspect ratios, turned or not.
func sameShape(w, h, w2, h2 int, tolerance float64) bool {
	a, b := math.Log(float64(w)/float64(h)), math.Log(float64(w2)/float64(h2))
	return math.Abs(a-b) < tolerance || math.Abs(a+b) < tolerance
}

// shapeTolerance allows for thumbnails of whole pixels: 160x107 for 3:2.
const shapeTolerance = .03

// thumbnail compares the shape of the thumbnail with that of the picture. Thumbnails of 4:3 are left out: EXIF recommends 160x120 for
// pictures of any shape (CIPA DC-008-2023 section 4.5.5), and cameras fill them with bars or crop.
func (b block) thumbnail(p *forensics.Pass, f *file) {
	data, offset, ok := b.Thumbnail()
	if !ok || f.stored[0] < 1 || f.stored[1] < 1 {
		return
	}
	t, err := jpeg.Parse(data)
	if err != nil || t.Frame == nil || t.Frame.Width < 16 || t.Frame.Height < 16 {
		return
	}
	w, h := t.Frame.Width, t.Frame.Height
	if sameShape(w, h, 4, 3, shapeTolerance) || sameShape(w, h, f.stored[0], f.stored[1], shapeTolerance) {
		return
	}
	o, n := b.span(offset, len(data))
	p.Report(forensics.Finding{Code: "exif.thumbnail_size", Score: .1, Clause: clause, Where: at(int64(o), int64(n)),
		Text: fmt.Sprintf("The thumbnail has %d x %d pixels and thus another shape than the picture with %d x %d: the picture was cropped or extended after the thumbnail was made; "+
			"editors that do not know of thumbnails leave them as they were.", w, h, f.stored[0], f.stored[1])})
}

func le32(b []byte) uint32 {
	if len(b) < 4 {
		return 0
	}
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// canvas reads the size of a WebP file and that of its only frame, which are the same in files without VP8X (RFC 9649 sections 2.5 to 2.7); zeros where
// there is none.
func canvas(f *riff.File) (whole, frame [2]int) {
	for _, c := range f.Chunks {
		d := c.Data
		switch {
		case c.Name == "VP8X" && len(d) >= 10 && whole[0] == 0:
			whole = [2]int{int(le32(d[4:])&0xffffff) + 1, int(le32(d[6:])>>8) + 1}
		case c.Name == "VP8 " && len(d) >= 10 && frame[0] == 0:
			frame = [2]int{int(le32(d[6:]) & 0x3fff), int(le32(d[6:]) >> 16 & 0x3fff)}
		case c.Name == "VP8L" && len(d) >= 5 && frame[0] == 0:
			frame = [2]int{int(le32(d[1:])&0x3fff) + 1, int(le32(d[1:])>>14&0x3fff) + 1}
		}
	}
	if whole[0] == 0 {
		whole = frame
	}
	return whole, frame
}

// headerSizes reports headers of one container that give different sizes.
func (f *file) headerSizes(p *forensics.Pass) {
	report := func(where *forensics.Region, format string, args ...any) {
		p.Report(forensics.Finding{Code: "exif.header_size", Score: .1, Where: where, Text: fmt.Sprintf(format, args...)})
	}
	if f.webp != nil {
		if whole, frame := canvas(f.webp); frame[0] > 0 && whole != frame {
			report(at(0, 30), "The header of the WebP file gives a canvas of %d x %d pixels, its picture has %d x %d; a fault of the program that wrote it, or headers that were edited.", whole[0], whole[1], frame[0], frame[1])
		}
	}
	for _, t := range f.movie.tracks() {
		if t.shown[0] > 0 && t.coded[0] > 0 && !t.stretched && t.shown != t.coded && t.shown != [2]int{t.coded[1], t.coded[0]} {
			report(at(t.offset, t.length), "The track header shows the video with %d x %d pixels, its coded frames have %d x %d; players scale or crop it, which editors and cameras with a cropped edge do on purpose.",
				t.shown[0], t.shown[1], t.coded[0], t.coded[1])
		}
	}
}
