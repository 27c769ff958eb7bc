// Package copymove looks for parts of a picture that were copied onto another place in it.
package copymove

import (
	_ "embed"
	"fmt"
	"image"
	"math"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector matches a picture with itself.
var Detector = forensics.Detector{
	Name:    "copymove",
	Version: 3,
	Doc: `Looks for parts of the picture that stand in it twice: cloned to hide something, or to have more of it.
In the picture, reduced to 512 pixels, every textured patch is matched with the most similar one elsewhere, turned or slightly scaled ones included;
neighbours that lead to the same place are fitted with one affine map, which is refined, and the likeness under it is measured pixel by
pixel. What counts is how large the like part is and how little it differs: windows, tiles, fences and other repeated things differ more
than copies do, but not always, and type and drawings may repeat exactly. Copies of smooth areas, of small things (under some 25 pixels a side of the
reduced picture), turned by more than some 30 degrees, scaled by more than a quarter or mirrored are not found.
Sources: Cozzolino, Poggi, Verdoliva, "Efficient Dense-Field Copy-Move Forgery Detection" (TIFS 2015); Barnes et al., "PatchMatch" (2009).`,
	Accepts:    media.Image,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

const (
	smallest = 64     // pixels a side; smaller pictures hold nothing twice
	dense    = 100000 // pixels above which only every second one in both directions is matched
	seed     = 40     // pixels that a region must have before it is looked at closer
)

func run(p *forensics.Pass) error {
	img := p.Small(0)
	if min(img.Rect.Dx(), img.Rect.Dy()) < smallest {
		return forensics.NotApplicable("%dx%d pixels after reduction are too few to look for copies, %d a side are needed", img.Rect.Dx(), img.Rect.Dy(), smallest)
	}
	found := clones(img)
	best := clone{}
	if len(found) > 0 {
		best = found[0]
	}
	p.Feature("score", best.score())
	if best.score() < reported {
		return nil
	}
	return report(p, img, found)
}

// clones returns the parts that stand in the picture twice, surest first.
func clones(img *image.NRGBA) []clone {
	luma, blue, red := channels(img)
	step := 1
	if len(luma.v) > dense {
		step = 2
	}
	plain := luma.plain()
	f := match(descriptors(luma, blue, red, plain), plain, luma.w, luma.h, step, max(12, max(luma.w, luma.h)/20))
	smooth := blurred(luma)
	var out []clone
	for _, r := range f.regions(seed / step / step) {
		m, ok := f.fit(r)
		if !ok {
			continue
		}
		c, ok := f.verify(smooth, r, f.refine(smooth, r, m))
		if !ok {
			continue
		}
		at := len(out)
		for at > 0 && out[at-1].score() < c.score() {
			at--
		}
		out = append(out[:at], append([]clone{c}, out[at:]...)...)
	}
	return out
}

const (
	unit     = 100  // pixels of the reduced picture that count for one
	likeness = .1   // mean departure of the correlation from one at which likeness counts for nothing
	exact    = .001 // below which it counts for no more
	chance   = .6   // what textured pictures without copies reach
	reported = 1.45 // what less than one in a hundred genuine pictures reaches (5 of 696 as found)
)

// score grows with the area and the likeness of a copy: 0 for what textured pictures commonly hold, 1 and more for copies.
func (c *clone) score() float64 {
	if c.area < unit {
		return 0
	}
	alike := math.Log10(likeness / min(max(c.residual, exact), likeness))
	return max(0, math.Log10(1+float64(c.area)/unit*alike*alike)-chance)
}

func report(p *forensics.Pass, img *image.NRGBA, found []clone) error {
	picture, err := p.Picture(overlay(img, found))
	if err != nil {
		return err
	}
	mask := p.NewMask(0)
	paint(mask, found)
	where, marked, err := p.Marked(0, mask)
	if err != nil {
		return err
	}
	best := found[0]
	scale := float64(p.Frames[0].Width) / float64(img.Rect.Dx())
	at := func(v int) int { return int(float64(v)*scale + .5) }
	b, t := best.box, best.target
	where.Box = &[4]int{at(b.Min.X), at(b.Min.Y), at(b.Dx()), at(b.Dy())}
	p.Report(forensics.Finding{
		Code: "edit.copymove", Score: best.score(), Where: where, Evidence: []forensics.Ref{picture, marked},
		Text: fmt.Sprintf("A part of the picture (%.1f %% of its area) stands in it a second time, at %d,%d instead of %d,%d, and differs there by %.1f %% only: it was probably copied. "+
			"Which of the two is the copy is not told. Repeated things such as windows, tiles, type and drawings, and collages, can look the same. The evidence picture has both places in red and blue, the mask has both, %.1f %% of the picture together, in white.",
			100*float64(best.area)/float64(img.Rect.Dx()*img.Rect.Dy()), at(t.Min.X), at(t.Min.Y), at(b.Min.X), at(b.Min.Y), 100*best.residual, 100*where.Share),
	})
	return nil
}
