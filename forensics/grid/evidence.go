package grid

import (
	"fmt"
	"image"
	"image/color"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

var red = color.NRGBA{220, 40, 40, 255}

// overlaySide is the longer side of an evidence picture in pixels.
const overlaySide = 512

// overlay shows the frame in pale grey, with areas of it tinted red.
func overlay(f *media.Frame, areas []image.Rectangle) *image.NRGBA {
	img := imaging.AdjustContrast(imaging.Grayscale(f.Fit(overlaySide)), -40)
	scale := float64(img.Rect.Dx()) / float64(f.Width)
	tinted := make([]bool, img.Rect.Dx()*img.Rect.Dy())
	for _, a := range areas {
		r := image.Rect(int(float64(a.Min.X)*scale), int(float64(a.Min.Y)*scale), int(float64(a.Max.X)*scale+.99), int(float64(a.Max.Y)*scale+.99)).Intersect(img.Rect)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				tinted[y*img.Rect.Dx()+x] = true
			}
		}
	}
	for i, t := range tinted {
		if t {
			grey := img.Pix[4*i]
			img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2] = grey/2+red.R/2, grey/2+red.G/4, grey/2+red.B/4
		}
	}
	return img
}

func reportForeign(p *forensics.Pass, f foreign) error {
	picture, err := p.Picture(overlay(&p.Frames[0], f.cells))
	if err != nil {
		return err
	}
	rest := "which the rest of the picture does not have"
	if f.own {
		rest = fmt.Sprintf("shifted by %d,%d pixels against that of the rest", (f.grid&7-f.main&7+8)%8, (f.grid>>3-f.main>>3+8)%8)
	}
	p.Report(forensics.Finding{
		Code: "edit.grid", Score: f.score(), Where: where(f.box), Evidence: []forensics.Ref{picture},
		Text: fmt.Sprintf("A part of the picture (%.1f %% of its area) bears a block grid of JPEG compression %s; less than one of 10^%.0f pictures would by chance. "+
			"It came from another file or another place; a collage or a sticker does the same. The evidence picture has it in red.",
			100*float64(f.box.Dx()*f.box.Dy())/float64(p.Frames[0].Width*p.Frames[0].Height), rest, f.score()),
	})
	return nil
}

func reportSingle(p *forensics.Pass, s single) error {
	var areas []image.Rectangle
	for _, i := range s.part.cells {
		x, y := i%s.across, i/s.across
		areas = append(areas, s.place.shown(image.Rect(8*x, 8*y, 8*x+8, 8*y+8)))
	}
	picture, err := p.Picture(overlay(&p.Frames[0], areas))
	if err != nil {
		return err
	}
	b := s.part.box
	box := s.place.shown(image.Rect(8*b.Min.X, 8*b.Min.Y, 8*b.Max.X, 8*b.Max.Y))
	p.Report(forensics.Finding{
		Code: "edit.doublejpeg", Score: s.score(), Where: where(box), Evidence: []forensics.Ref{picture},
		Text: fmt.Sprintf("The picture was saved as JPEG twice, but a part of it (%.1f %% of its area) does not show the first time: it was probably put in or retouched in between. "+
			"A caption or frame that was added, or an area without detail, can look the same. The evidence picture has the part in red.", 100*s.part.share),
	})
	return nil
}

func where(r image.Rectangle) *forensics.Region {
	return &forensics.Region{Box: &[4]int{r.Min.X, r.Min.Y, r.Dx(), r.Dy()}}
}
