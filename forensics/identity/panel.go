package identity

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/forensics/reference"

	"github.com/disintegration/imaging"
)

const (
	shownReferences = 3
	tile            = 2 * face.AlignedSide // side in pixels of a face in the panel
	gap             = 8
)

// panel stores the aligned face of the probe at the left and those of references, most alike first, beside it. Packs without pictures
// show the probe alone.
func panel(p *forensics.Pass, probe face.Embedded, refs []reference.Template) (forensics.Ref, error) {
	chip, _ := face.Align(frame(p, probe.Face.Frame), face.Points(probe.Face))
	chips := []image.Image{chip}
	for _, t := range refs {
		if len(t.Entry.Picture) == 0 {
			continue
		}
		img, err := jpeg.Decode(bytes.NewReader(t.Entry.Picture))
		if err != nil {
			return "", fmt.Errorf("picture of reference %s/%s: %w", t.Entry.Identity, t.Entry.Name, err)
		}
		var points [5]forensics.Point
		for k, m := range t.Face.Landmarks {
			points[k] = m
		}
		if chip, ok := face.Align(face.FrameOf(img), points); ok {
			chips = append(chips, chip)
		}
	}
	out := imaging.New(len(chips)*tile+(len(chips)-1)*gap+gap, tile, color.NRGBA{245, 245, 245, 255})
	x := 0
	for i, c := range chips {
		out = imaging.Paste(out, imaging.Resize(c, tile, tile, imaging.Linear), image.Pt(x, 0))
		if x += tile + gap; i == 0 {
			x += gap
		}
	}
	return p.Picture(out)
}
