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

// Mask returns the part that is surest compressed once, or else bears the surest foreign grid, in white, reported or not. It is black, and found
// false, where there is none.
func Mask(p *forensics.Pass) (mask *image.Gray, found bool, err error) {
	structure := parsed(p)
	twice, err := compressedTwice(p, structure)
	if err != nil {
		return nil, false, err
	}
	areas := twice.areas()
	if len(areas) == 0 && finelyCompressed(structure) {
		areas = foreignGrid(&p.Frames[0]).cells
	}
	mask = p.NewMask(0)
	whiten(mask, &p.Frames[0], areas)
	return mask, len(areas) > 0, nil
}

// whiten marks areas of a frame in its mask.
func whiten(mask *image.Gray, f *media.Frame, areas []image.Rectangle) {
	across, down := float64(mask.Rect.Dx())/float64(f.Width), float64(mask.Rect.Dy())/float64(f.Height)
	for _, a := range areas {
		r := image.Rect(int(float64(a.Min.X)*across), int(float64(a.Min.Y)*down), int(float64(a.Max.X)*across+.99), int(float64(a.Max.Y)*down+.99)).Intersect(mask.Rect)
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				mask.SetGray(x, y, color.Gray{255})
			}
		}
	}
}

// overlay shows the picture in pale grey, tinted red where the mask is white.
func overlay(small *image.NRGBA, mask *image.Gray) *image.NRGBA {
	img := imaging.AdjustContrast(imaging.Grayscale(small), -40)
	for i, v := range mask.Pix {
		if v != 0 {
			grey := img.Pix[4*i]
			img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2] = grey/2+red.R/2, grey/2+red.G/4, grey/2+red.B/4
		}
	}
	return img
}

// shown keeps the two evidence pictures of a finding on areas of the frame, and returns the region they mark.
func shown(p *forensics.Pass, areas []image.Rectangle) (*forensics.Region, []forensics.Ref, error) {
	mask := p.NewMask(0)
	whiten(mask, &p.Frames[0], areas)
	picture, err := p.Picture(overlay(p.Small(0), mask))
	if err != nil {
		return nil, nil, err
	}
	where, marked, err := p.Marked(0, mask)
	return where, []forensics.Ref{picture, marked}, err
}

func reportForeign(p *forensics.Pass, f foreign) error {
	where, evidence, err := shown(p, f.cells)
	if err != nil {
		return err
	}
	rest := "which the rest of the picture does not have"
	if f.own {
		rest = fmt.Sprintf("shifted by %d,%d pixels against that of the rest", (f.grid&7-f.main&7+8)%8, (f.grid>>3-f.main>>3+8)%8)
	}
	p.Report(forensics.Finding{
		Code: "edit.grid", Score: f.score(), Where: where, Evidence: evidence,
		Text: fmt.Sprintf("A part of the picture (%.1f %% of its area) bears a block grid of JPEG compression %s; less than one of 10^%.0f pictures would by chance. "+
			"It came from another file or another place; a collage or a sticker does the same. The evidence picture has it in red, the mask in white.",
			100*where.Share, rest, f.score()),
	})
	return nil
}

func reportSingle(p *forensics.Pass, s single) error {
	where, evidence, err := shown(p, s.areas())
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{
		Code: "edit.doublejpeg", Score: s.score(), Where: where, Evidence: evidence,
		Text: fmt.Sprintf("The picture was saved as JPEG twice, but a part of it (%.1f %% of its area) does not show the first time: it was probably put in or retouched in between. "+
			"A caption or frame that was added, or an area without detail, can look the same. The evidence picture has the part in red, the mask in white.", 100*where.Share),
	})
	return nil
}

// areas are the blocks of the part, as they are seen.
func (s *single) areas() []image.Rectangle {
	var out []image.Rectangle
	for _, i := range s.part.cells {
		x, y := i%s.across, i/s.across
		out = append(out, s.place.shown(image.Rect(8*x, 8*y, 8*x+8, 8*y+8)))
	}
	return out
}
