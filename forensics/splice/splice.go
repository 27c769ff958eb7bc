// Package splice looks for parts of a picture whose finest detail has another texture than the rest.
package splice

import (
	_ "embed"
	"fmt"
	"image"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector compares the finest detail of all parts of a picture with each other.
var Detector = forensics.Detector{
	Name:    "splice",
	Version: 2,
	Doc: `Looks for parts whose finest detail has another texture than that of the rest: what is left of a camera, a size or a compression of its own.
The picture, at full size and at most its middle two million pixels, is filtered to what a cubic through neighbouring pixels leaves; how often which
four neighbours of that go together, in squares of 48 pixels, is reduced to six numbers by the picture itself, and the distance of each square from the
mass of them makes a map. Skies, shallow focus, saturated and plain areas depart as well, type and graphics too; resizing and compression
hide what is looked for. Alone it tells little, and it is reported only where it is extreme; its map says where to look.
Source: Cozzolino, Poggi, Verdoliva, "Splicebuster: a new blind image splicing detector" (WIFS 2015).`,
	Accepts:    media.Image,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

// reported is the score that one in some hundred genuine pictures exceeds.
const reported = 7.3

func run(p *forensics.Pass) error {
	m, ok := mapped(&p.Frames[0])
	if !ok {
		return forensics.NotApplicable("fewer than %d squares of %d pixels fit into the picture: there is nothing to compare", fewest, window)
	}
	p.Feature("score", m.score())
	if m.score() < reported {
		return nil
	}
	mask := m.mask(p)
	picture, err := p.Picture(m.overlay(p))
	if err != nil {
		return err
	}
	where, marked, err := p.Marked(0, mask)
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{
		Code: "edit.splice", Score: m.score(), Where: where, Evidence: []forensics.Ref{picture, marked},
		Text: fmt.Sprintf("A part of the picture (%.1f %% of its area) has fine detail of another texture than the rest. "+
			"Parts from another picture and retouched parts look like this, but so do shallow focus, plain and overexposed areas, captions and collages. "+
			"The evidence picture has the map in red, the mask has the part in white.", 100*where.Share),
	})
	return nil
}

// Mask returns what departs from the rest in white, whatever the score. ok is false where there is nothing to compare.
func Mask(p *forensics.Pass) (mask *image.Gray, ok bool) {
	m, ok := mapped(&p.Frames[0])
	if !ok {
		return nil, false
	}
	return m.mask(p), true
}
