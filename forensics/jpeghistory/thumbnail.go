package jpeghistory

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	stdjpeg "image/jpeg"
	"math"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/media"
	"unmask/media/jpeg"
	"unmask/media/tiff"
)

const (
	// mismatch is the least distance, of 256 bits, at which the thumbnail is of another picture. See validation.json.
	mismatch = 80

	longest    = 1024 // pixels a side of a thumbnail that is decoded; EXIF wants 160x120
	maxScans   = 32   // passes over a progressive thumbnail; encoders make some ten
	panelSide  = 320  // pixels a side of the pictures in the evidence
	sameShape  = .02  // relative difference of aspect ratios that is none
	barLevel   = 24   // mean luma of a row or column up to which it may be a black bar
	barHighest = 64   // greatest luma in one: JPEG rings at its edge
)

// compareThumbnail reports a thumbnail that is not of the picture.
func compareThumbnail(p *forensics.Pass, f *jpeg.File) error {
	thumb, offset, length, ok := readThumbnail(f)
	p.Feature("thumbnail", number(ok))
	if !ok {
		return nil
	}
	d, ok := distance(p, thumb)
	if !ok {
		return nil
	}
	p.Feature("thumbnail_distance", float64(d))
	if d < mismatch {
		return nil
	}
	panel, err := p.Picture(sideBySide(thumb.Fit(panelSide), p.Frames[0].Fit(panelSide)))
	if err != nil {
		return err
	}
	o, n := int64(offset), int64(length)
	p.Report(forensics.Finding{
		Code: "jpeg.thumbnail_mismatch", Score: min(1, float64(d)/128), Evidence: []forensics.Ref{panel},
		Where: &forensics.Region{Offset: &o, Length: &n},
		Text: fmt.Sprintf("The EXIF thumbnail does not show this picture, or shows another part of it: %d of 256 hash bits differ however it is turned (a mismatch is %d or more).",
			d, mismatch),
	})
	return nil
}

// readThumbnail decodes the EXIF thumbnail and says where it stands in the file.
func readThumbnail(f *jpeg.File) (fr media.Frame, offset, length int, ok bool) {
	exif, start, ok := f.Exif()
	if !ok {
		return fr, 0, 0, false
	}
	t, err := tiff.Parse(exif)
	if err != nil {
		return fr, 0, 0, false
	}
	b, at, ok := t.Thumbnail()
	if !ok {
		return fr, 0, 0, false
	}
	if inner, err := jpeg.Parse(b); err != nil || !decodable(inner) {
		return fr, 0, 0, false
	}
	img, err := stdjpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return fr, 0, 0, false
	}
	return frame(img), start + at, len(b), true
}

// decodable tells whether decoding takes no longer than a thumbnail is worth.
func decodable(f *jpeg.File) bool {
	scans := 0
	for _, s := range f.Segments {
		if s.Marker == jpeg.SOS {
			scans++
		}
	}
	return f.Frame != nil && f.Frame.Width <= longest && f.Frame.Height <= longest && scans <= maxScans
}

// frame copies a picture into a Frame.
func frame(img image.Image) media.Frame {
	b := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Rect, img, b.Min, draw.Src)
	pix := make([]byte, 0, 3*b.Dx()*b.Dy())
	for i := 0; i < len(rgba.Pix); i += 4 {
		pix = append(pix, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return media.Frame{Width: b.Dx(), Height: b.Dy(), Pix: pix}
}

// distance is the least PDQ distance between thumbnail and picture over all symmetries and over the ways in which cameras fit a
// picture into a thumbnail: as it is, between black bars, or cropped. Ok is false where either is too plain to be compared.
func distance(p *forensics.Pass, thumb media.Frame) (least int, ok bool) {
	whole := p.PDQ(0)
	if !whole.Comparable() {
		return 0, false
	}
	least = math.MaxInt
	same := func(of *pdq.Picture, view media.Frame) bool {
		v := pdq.Of(view.Pix, view.Width, view.Height)
		if !v.Comparable() {
			return false
		}
		for _, h := range of.All() {
			least = min(least, h.Distance(v.Hash()))
		}
		return least <= pdq.MatchDistance
	}
	inner := trim(thumb)
	shape := float64(p.Frames[0].Width) / float64(p.Frames[0].Height)
	for _, v := range []media.Frame{thumb, inner, cropped(thumb, shape), cropped(thumb, 1/shape)} {
		if same(whole, v) {
			return least, true
		}
	}
	small := frame(p.Small(0))
	for _, v := range []media.Frame{thumb, inner} {
		shape := float64(v.Width) / float64(v.Height)
		for _, part := range []media.Frame{cropped(small, shape), cropped(small, 1/shape)} {
			if same(pdq.Of(part.Pix, part.Width, part.Height), v) {
				return least, true
			}
		}
	}
	return least, least != math.MaxInt
}

// cropped returns the middle of a picture in the shape width over height.
func cropped(f media.Frame, shape float64) media.Frame {
	own := float64(f.Width) / float64(f.Height)
	r := image.Rect(0, 0, f.Width, f.Height)
	switch {
	case own > shape*(1+sameShape):
		cut := (f.Width - int(float64(f.Height)*shape+.5)) / 2
		r.Min.X, r.Max.X = cut, f.Width-cut
	case own < shape*(1-sameShape):
		cut := (f.Height - int(float64(f.Width)/shape+.5)) / 2
		r.Min.Y, r.Max.Y = cut, f.Height-cut
	}
	return part(f, r)
}

// trim cuts black bars off.
func trim(f media.Frame) media.Frame {
	luma := func(x, y int) int {
		q := f.Pix[3*(y*f.Width+x):]
		return (114*int(q[0]) + 587*int(q[1]) + 299*int(q[2])) / 1000
	}
	black := func(n int, at func(i int) int) bool {
		sum, highest := 0, 0
		for i := range n {
			v := at(i)
			sum, highest = sum+v, max(highest, v)
		}
		return sum <= barLevel*n && highest <= barHighest
	}
	r := image.Rect(0, 0, f.Width, f.Height)
	row := func(y int) bool { return black(f.Width, func(x int) int { return luma(x, y) }) }
	column := func(x int) bool { return black(f.Height, func(y int) int { return luma(x, y) }) }
	for ; r.Min.Y < f.Height/3 && row(r.Min.Y); r.Min.Y++ {
	}
	for ; r.Max.Y > f.Height*2/3 && row(r.Max.Y-1); r.Max.Y-- {
	}
	for ; r.Min.X < f.Width/3 && column(r.Min.X); r.Min.X++ {
	}
	for ; r.Max.X > f.Width*2/3 && column(r.Max.X-1); r.Max.X-- {
	}
	return part(f, r)
}

func part(f media.Frame, r image.Rectangle) media.Frame {
	if r.Dx() == f.Width && r.Dy() == f.Height {
		return f
	}
	return frame(f.Crop(r))
}

// sideBySide puts two pictures on grey, the thumbnail to the left.
func sideBySide(a, b image.Image) image.Image {
	const gap = 8
	w, h := a.Bounds().Dx()+b.Bounds().Dx()+gap, max(a.Bounds().Dy(), b.Bounds().Dy())
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
	draw.Draw(dst, a.Bounds(), a, image.Point{}, draw.Src)
	draw.Draw(dst, b.Bounds().Add(image.Pt(a.Bounds().Dx()+gap, 0)), b, image.Point{}, draw.Src)
	return dst
}
