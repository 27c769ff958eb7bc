// Package noise looks for parts of a picture with more or less noise than their texture and brightness make usual in it.
package noise

import (
	_ "embed"
	"fmt"
	"image"
	"image/color"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

//go:embed validation.json
var validation []byte

// Detector compares the noise of all parts of a picture with each other.
var Detector = forensics.Detector{
	Name:    "noise",
	Version: 2,
	Doc: `Looks for parts with more or less noise than their texture and brightness make usual in this picture.
The picture, reduced to 512 pixels, is split into blocks of 16; the lower quartile of the noise residual of each is foretold from gradient and
brightness by a polynomial that is fitted to the picture itself. Of squares of 3, 5 and 7 blocks the one whose mean departs most is the score. A part from another camera, of another size or smoothed has other noise, but so have skies,
skin, shallow focus and what was denoised: alone it tells little, and it is reported only where it is extreme.
Sources: Immerkaer, "Fast Noise Variance Estimation" (1996); Mahdian, Saic, "Using noise inconsistencies for blind image forensics" (2009).`,
	Accepts:    media.Image,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

// reported is the score that one in some hundred genuine pictures exceeds.
const reported = 13

func run(p *forensics.Pass) error {
	img := p.Small(0)
	m := measure(img)
	luma, ok := m.unusual()
	if !ok {
		return forensics.NotApplicable("fewer than %d blocks of %d pixels are neither dark nor light: there is nothing to compare", least, block)
	}
	odd := m.oddest(luma)
	p.Feature("luma", odd.score)
	if odd.score < reported {
		return nil
	}
	picture, err := p.Picture(overlay(img, m, luma))
	if err != nil {
		return err
	}
	mask := p.NewMask(0)
	m.paint(mask, luma, odd)
	where, marked, err := p.Marked(0, mask)
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{
		Code: "edit.noise", Score: odd.score, Evidence: []forensics.Ref{picture, marked}, Where: where,
		Text: fmt.Sprintf("A part of the picture (%.1f %% of its area) has noise that departs from the rest by %.1f standard deviations, more than its texture and brightness explain. "+
			"Parts from another picture and smoothed parts look like this, but so do shallow focus, skies, captions and collages. The evidence picture has more noise in red and less in blue, the mask has the part in white.",
			100*where.Share, odd.score),
	})
	return nil
}

const (
	full = 2.5 // standard deviations at which a tint is full
	mean = 1   // blocks around a block over which the map is averaged for the eye and the mask
)

// overlay shows the picture in pale grey, tinted red where there is more noise than usual and blue where there is less.
func overlay(img *image.NRGBA, m measured, v []float64) *image.NRGBA {
	out := imaging.AdjustContrast(imaging.Grayscale(img), -40)
	smooth := m.averaged(v)
	for by := range m.h {
		for bx := range m.w {
			tint := color.NRGBA{220, 40, 40, 255}
			depth := smooth[by*m.w+bx] / full
			if depth < 0 {
				tint, depth = color.NRGBA{40, 90, 220, 255}, -depth
			}
			depth = min(depth, 1) * .6
			for k := range block * block {
				p := out.Pix[(by*block+k/block)*out.Stride+4*(bx*block+k%block):]
				for c, t := range [3]uint8{tint.R, tint.G, tint.B} {
					p[c] = uint8(float64(p[c])*(1-depth) + float64(t)*depth)
				}
			}
		}
	}
	return out
}
