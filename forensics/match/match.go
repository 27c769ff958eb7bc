// Package match finds protected pictures again by their perceptual hashes.
package match

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/corona10/goimagehash"
	"github.com/disintegration/imaging"
)

//go:embed validation.json
var validation []byte

// Detector hashes every picture and looks for it among the protected ones.
var Detector = forensics.Detector{
	Name:    "match",
	Version: 1,
	Doc: `Finds protected pictures again after re-encoding, resizing, mirroring, turning and small crops.
PDQ (Meta 2019) of the picture under all eight symmetries against PDQ of each protected picture and of six crops of it; a match is a
distance of at most 31 of 256 bits with quality of at least 50 on both sides. Videos are compared frame by frame.
Borders, letterboxes, captions and one-sided crops beyond a few per cent defeat it. 64-bit hashes stand in the record for other
tools that use goimagehash 1.1.0; they decide nothing.`,
	Accepts:    media.Image | media.Video,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New: func(env forensics.Env) (forensics.Run, error) {
		return func(p *forensics.Pass) error { return run(p, env.References) }, nil
	},
}

// crops are cut off each side of a protected picture before it is hashed once more (shares of the side).
var crops = [...]float64{0, .015, .03, .045, .06, .08, .10}

// Parameters are what a pack's hashes depend on.
func Parameters() map[string]string {
	return map[string]string{"pdq": "nearest 512x512, Rec. 601 luma, 2 rounds of box filter", "crops": fmt.Sprint(crops)}
}

func run(p *forensics.Pass, refs *reference.Set) error {
	hashes, err := hash(p)
	if err != nil {
		return err
	}
	p.Hashes = hashes
	if refs == nil {
		return nil
	}
	if p.Info.Kind == media.Video {
		return matchVideo(p, refs)
	}
	probe := p.PDQ(0)
	if !probe.Comparable() {
		return forensics.NotApplicable("the picture is too plain for its hash to be compared (PDQ quality %d, at least %d needed)", probe.Quality, pdq.MinQuality)
	}
	all := probe.All()
	for _, m := range refs.Search(&all, pdq.MatchDistance) {
		panel, err := sideBySide(p, 0, m)
		if err != nil {
			return err
		}
		p.Report(forensics.Finding{
			Code: "match.reference", Score: score(m.Distance), Subject: m.Entry.Identity, Evidence: []forensics.Ref{panel},
			Text: fmt.Sprintf("Shows the protected picture %q of %q%s: %d of 256 hash bits differ (a match is 31 or fewer; hash quality %d and %d).",
				m.Entry.Name, m.Entry.Identity, handling(m), m.Distance, probe.Quality, m.Entry.Quality),
		})
	}
	return nil
}

// score falls from 1 at no differing bits to .5 at the greatest distance that matches.
func score(distance int) float64 { return 1 - .5*float64(distance)/pdq.MatchDistance }

// handling says what was done to the entry, in words that continue a sentence.
func handling(m reference.Match) string {
	text := ""
	if m.Symmetry != pdq.Identity {
		text = ", " + m.Symmetry.Inverse().String()
	}
	if m.Crop > 0 {
		text += ", cropped by about " + strconv.FormatFloat(100*m.Crop, 'g', 3, 64) + " % a side"
	}
	return text
}

func hash(p *forensics.Pass) (*forensics.Hashes, error) {
	small := p.Small(0) // always the same type and size: goimagehash gives other bits for others
	out := &forensics.Hashes{PDQ: forensics.PDQ{Hash: p.PDQ(0).Hash().String(), Quality: p.PDQ(0).Quality}}
	for _, h := range []struct {
		to *string
		of func(image.Image) (*goimagehash.ImageHash, error)
	}{{&out.Perceptual, goimagehash.PerceptionHash}, {&out.Difference, goimagehash.DifferenceHash}, {&out.Average, goimagehash.AverageHash}} {
		v, err := h.of(small)
		if err != nil {
			return nil, fmt.Errorf("64-bit hash: %w", err)
		}
		*h.to = fmt.Sprintf("%016x", v.GetHash())
	}
	return out, nil
}

// panelSide is the side in pixels of each half of an evidence panel.
const panelSide = reference.PictureSide

// sideBySide stores the probe's frame at the left and the protected picture, brought into the probe's position, at the right.
func sideBySide(p *forensics.Pass, frame int, m reference.Match) (forensics.Ref, error) {
	ref, err := jpeg.Decode(bytes.NewReader(m.Entry.Picture))
	if err != nil {
		return "", fmt.Errorf("picture of reference %s/%s: %w", m.Entry.Identity, m.Entry.Name, err)
	}
	panel := imaging.New(2*panelSide+8, panelSide, color.NRGBA{245, 245, 245, 255})
	for i, half := range []image.Image{p.Small(frame), place(ref, m.Symmetry)} {
		fit := imaging.Fit(half, panelSide, panelSide, imaging.Linear)
		panel = imaging.Paste(panel, fit, image.Pt(i*(panelSide+8)+(panelSide-fit.Rect.Dx())/2, (panelSide-fit.Rect.Dy())/2))
	}
	return p.Picture(panel)
}

// place brings the reference into the probe's position.
func place(img image.Image, probeToEntry pdq.Symmetry) image.Image {
	switch probeToEntry.Inverse() {
	case pdq.Rotate90:
		return imaging.Rotate90(img)
	case pdq.Rotate180:
		return imaging.Rotate180(img)
	case pdq.Rotate270:
		return imaging.Rotate270(img)
	case pdq.MirrorVertical:
		return imaging.FlipV(img)
	case pdq.MirrorHorizontal:
		return imaging.FlipH(img)
	case pdq.Transpose:
		return imaging.Transpose(img)
	case pdq.AntiTranspose:
		return imaging.Transverse(img)
	}
	return img
}
