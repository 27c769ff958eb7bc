// Package difference compares what shows a protected picture with that picture and finds the regions that were altered.
package difference

import (
	"cmp"
	_ "embed"
	"fmt"
	"image"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector compares pictures, and frames of videos, with the protected pictures that the match detector found in them.
var Detector = forensics.Detector{
	Name:    "difference",
	Version: 3,
	Doc: `Finds what was altered in a copy of a protected picture: pasted, cloned, retouched, recoloured or covered regions.
The copy is brought onto the picture kept in the pack (at most 512 pixels a side) to a fraction of a pixel, with robust weights (inverse
compositional alignment, Baker and Matthews, IJCV 2004); the colours and the sharpness of the original are fitted to the copy, so that
brightness, contrast, gamma, colour filters, vignettes, blur and sharpening of the whole count as honest; then windows of 8 x 8 pixels
are compared, a shift of up to a pixel allowed. A region counts where the difference is more than re-encoding, resizing and such a fit leave,
as measured on honest copies, and more than four times what this copy differs by elsewhere. Plain borders of the frame are not compared, so
a plain bar at its edge is taken for one; a bar with text on it is reported. Of several protected pictures in the same place the one
that differs least counts. A copy that cannot be aligned, of which most differs, or of which the rest lies elsewhere (by half a pixel, or by .3
while what differs is found again nearby) is accused of nothing: it may be another shot of the same scene. So is one where a changed region lies over a
face of the same person (embeddings of MobileFaceNet) that is found again beside its place: of a camera that stands still, who is shown moves. Other moments
of such a film in which no face moved do look like an altered copy, and without the model files all of them do. Frames of protected videos are not
compared: the instant differs. A changed region over a face whose embedding is no longer that of the original's person is a replaced face; without
the model files it counts as any other region.`,
	Models:     face.Networks(),
	Accepts:    media.Image | media.Video,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

const (
	mostPlacements = 4 // that are compared, surest first
	mostFindings   = 4 // for one protected picture
)

// compared is a placement with what came of it.
type compared struct {
	Comparison
	entry *reference.Entry
	frame *media.Frame
	faces []pair // over which regions lie
}

func run(p *forensics.Pass) error {
	if p.Partial != nil {
		return forensics.NotApplicable("only a part could be decoded; what is missing would look altered")
	}
	all, why := compareAll(p)
	if len(all) == 0 {
		return why
	}
	features(p, &all[0])
	oneShot := slices.DeleteFunc(slices.Clone(all), func(c compared) bool { return c.doubt() != "" })
	if len(oneShot) == 0 {
		return forensics.NotApplicable("perhaps another shot of the same scene: %s", all[0].doubt())
	}
	kept := nearest(oneShot)
	features(p, &kept[0])
	for i := range kept {
		if err := kept[i].report(p); err != nil {
			return err
		}
	}
	return nil
}

// compareAll compares the surest placements. Where nothing comes of it the error says why.
func compareAll(p *forensics.Pass) (all []compared, why error) {
	why = forensics.NotApplicable("shows no protected picture")
	for _, place := range p.Placed {
		if len(all) == mostPlacements {
			break
		}
		if place.Entry.Video {
			why = forensics.NotApplicable("shows a frame of a protected video; those are not compared, because the instant may differ")
			continue
		}
		c := compared{entry: place.Entry, frame: &p.Frames[place.Frame]}
		var err error
		if c.Comparison, err = Compare(c.frame, place.Entry, place.Map, place.Exact); err != nil {
			why = forensics.NotApplicable("cannot be compared with %q of %q: %v", place.Entry.Name, place.Entry.Identity, err)
			continue
		}
		if err := c.pairFaces(p); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, why
}

// doubt says why both may be different shots of one scene rather than one picture and its copy; empty where nothing speaks for it.
func (c *compared) doubt() string {
	if !c.Convincing() {
		return fmt.Sprintf("laid over the protected picture, they correlate by %.2f (%.2f is needed), %.0f %% differs (at most %.0f %%), "+
			"the rest lies %.2f pixels off (at most %.2f, or %.2f where motion leaves %.0f %% of the difference; here it leaves %.0f %%)",
			c.Agreement, leastAgreement, 100*c.Changed, 100*mostChanged, c.Shift, mostShift, farShift, 100*leastLeft, 100*c.Left)
	}
	for _, f := range c.faces {
		if f.moved() {
			return fmt.Sprintf("what differs is a face of the same person (embeddings agree to %.2f) that moved: it correlates with the original's by %.2f in its place, by %.2f nearby (an altered face gains at most %.2f)",
				f.same, f.still, f.nearby, movedGain)
		}
	}
	return ""
}

// nearest keeps, of the protected pictures that lie in the same place of a frame, the one that differs least: references often hold
// several shots of one scene. Those that differ most come first.
func nearest(all []compared) []compared {
	slices.SortStableFunc(all, func(a, b compared) int { return cmp.Compare(a.Changed, b.Changed) })
	var out []compared
	for _, c := range all {
		x, y := c.Place.Apply(float64(c.entry.Width)/2, float64(c.entry.Height)/2)
		if !slices.ContainsFunc(out, func(o compared) bool { return o.frame == c.frame && o.covers(x, y) }) {
			out = append(out, c)
		}
	}
	slices.Reverse(out)
	return out
}

// covers reports whether the protected picture lies over a point of the frame.
func (c *compared) covers(x, y float64) bool {
	u, v := inverse(c.Place).Apply(x, y)
	return u >= 0 && v >= 0 && u < float64(c.entry.Width) && v < float64(c.entry.Height)
}

// features records one comparison: what differs, and how the whole was handled. Turned is in degrees, clockwise, after mirroring.
func features(p *forensics.Pass, c *compared) {
	m, mirrored := c.Place, 0.
	if c.mirrored() {
		m[0], mirrored = -m[0], 1
	}
	for name, v := range map[string]float64{
		"shown": c.Shown, "shift": c.Shift, "left": c.Left, "agreement": c.Agreement, "residual": c.Residual, "peak": c.Peak, "changed": c.Changed, "regions": float64(len(c.Regions)),
		"scale": zoom(c.Place), "turned": math.Atan2(m[3], m[0]) * 180 / math.Pi, "mirrored": mirrored,
	} {
		p.Feature(name, v)
	}
}

// mirrored reports whether the frame shows the protected picture mirrored.
func (c *compared) mirrored() bool { return c.Place[0]*c.Place[4]-c.Place[1]*c.Place[3] < 0 }

func (c *compared) report(p *forensics.Pass) error {
	if len(c.Regions) == 0 {
		return nil
	}
	mask, err := p.Picture(c.mask())
	if err != nil {
		return err
	}
	for i, r := range c.Regions[:min(len(c.Regions), mostFindings)] {
		beside, err := p.Picture(c.sideBySide(i))
		if err != nil {
			return err
		}
		where := forensics.Region{Box: c.inFrame(r.Box)}
		if p.Info.Kind == media.Video {
			where.Frame = &c.frame.Index
		}
		finding := forensics.Finding{Code: "edit.against_reference", Score: r.score(), Subject: c.entry.Identity, Where: &where,
			Text: c.text(i), Evidence: []forensics.Ref{beside, mask}}
		if swap := c.swapped(where.Box); swap != "" {
			finding.Code, finding.Text = "swap.against_reference", swap+" "+finding.Text
		}
		p.Report(finding)
	}
	return nil
}

// score is .5 at the threshold and comes near 1 for strong differences.
func (r *Region) score() float64 { return sq(r.Peak) / (1 + sq(r.Peak)) }

func (c *compared) text(i int) string {
	r := &c.Regions[i]
	looks := map[Kind]string{
		Covered:    "a flat area such as a caption bar lies over it",
		Smoothed:   "detail was smoothed away",
		Recoloured: "its colour was changed",
		Replaced:   "it shows other content, or text or a mark lies over it",
	}[r.Kind]
	text := fmt.Sprintf("Differs from the protected picture %q of %q in a region of %.1f %% of the picture: %s. With position, tone and sharpness matched, the difference is up to %.1f times "+
		"the threshold, which 2 in 1000 copies reached that were only re-encoded, resized, cropped or filtered as a whole; half of the picture differs by less than %.1f of 256 grey levels.",
		c.entry.Name, c.entry.Identity, 100*r.Share, looks, r.Peak, math.Ceil(10*c.Residual)/10)
	if others := len(c.Regions) - 1; others > 0 {
		text += fmt.Sprintf(" It is region %d of %d that differ, %.1f %% of the picture together.", i+1, others+1, 100*c.Changed)
	}
	return text + " The first evidence picture has the protected picture at the left and this one at the right, the region outlined and enlarged below; the second has in red what differs."
}

// inFrame is the box of a region of the entry's picture in pixels of the frame: x, y, width, height.
func (c *compared) inFrame(r image.Rectangle) *[4]int {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, corner := range [4]image.Point{r.Min, r.Max, {X: r.Min.X, Y: r.Max.Y}, {X: r.Max.X, Y: r.Min.Y}} {
		x, y := c.Place.Apply(float64(corner.X), float64(corner.Y))
		left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
	}
	in := image.Rect(int(left), int(top), int(math.Ceil(right)), int(math.Ceil(bottom))).Intersect(image.Rect(0, 0, c.frame.Width, c.frame.Height))
	return &[4]int{in.Min.X, in.Min.Y, in.Dx(), in.Dy()}
}
