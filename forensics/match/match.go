// Package match finds protected pictures again: by their perceptual hashes and by their keypoints, both confirmed by the pixels.
package match

import (
	_ "embed"
	"fmt"
	"image"
	"math"
	"strings"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/corona10/goimagehash"
)

//go:embed validation.json
var validation []byte

// Detector hashes every picture and looks for it among the protected ones.
var Detector = forensics.Detector{
	Name:    "match",
	Version: 4,
	Doc: `Finds protected pictures again after re-encoding, resizing, mirroring, turning, cropping, borders, captions and screenshots.
Candidates come from PDQ (Meta 2019) of the picture, of what is left without plain borders and of the largest picture on a plain page,
under all eight symmetries, against PDQ of each protected picture and of crops of it (a distance of at most 31 of 256 bits with quality
of at least 50 on both sides); and from ORB keypoints (Rublee et al. 2011) that look the same. A candidate counts when 12 keypoints
lie as in the original under one shift, turn and scale (RANSAC, Fischler and Bolles 1981), or a hash says where it lies, and there 47 % of the
original's detail is the same: tiles of the overlap in which the grey values correlate by .9 or more. Packs without pictures cannot be
confirmed this way: their matches say that they are unverified. Videos are compared frame by frame, as vPDQ does, in a frame a second
where their length and size allow; apart_s is the longest stretch in which none was looked at.
Less than some 15 % of a picture, strong perspective and pictures without texture defeat it. 64-bit hashes stand in the record for other
tools that use goimagehash 1.1.0; they decide nothing.`,
	Accepts:    media.Image | media.Video,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New: func(env forensics.Env) (forensics.Run, error) {
		return func(p *forensics.Pass) error { return run(p, env.References) }, nil
	},
}

// cuts are what is cut off a protected picture before it is hashed once more: symmetric crops, then one side alone.
var cuts = []reference.Cut{{}, even(.015), even(.03), even(.045), even(.06), even(.08), even(.10), {.08}, {0, .08}, {0, 0, .08}, {0, 0, 0, .08}}

func even(share float64) reference.Cut { return reference.Cut{share, share, share, share} }

// Parameters are what a pack's hashes and keypoints depend on.
func Parameters() map[string]string {
	return map[string]string{
		"pdq": "nearest 512x512, Rec. 601 luma, 2 rounds of box filter", "cuts": fmt.Sprint(cuts),
		"keypoints": fmt.Sprintf("ORB of the grey picture of %d to %d pixels, %d at most", leastSide, forensics.SmallSide, keypoints),
	}
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
	found, refuted, err := look(p, 0, refs, image.Rectangle{})
	if err != nil {
		return err
	}
	p.Feature("hashes_refuted", float64(refuted))
	for i := range found {
		s := &found[i]
		panel, err := s.sideBySide(p)
		if err != nil {
			return err
		}
		box := s.box(p)
		p.Placed = append(p.Placed, s.place)
		p.Report(forensics.Finding{
			Code: s.code(), Score: s.score(), Subject: s.entry.Identity, Evidence: []forensics.Ref{panel},
			Where: &forensics.Region{Box: &box}, Text: fmt.Sprintf("Shows %s%s%s: %s.", s.extent(), s.what(), s.handling(), s.grounds()),
		})
	}
	if len(found) == 0 && !p.PDQ(0).Comparable() {
		return forensics.NotApplicable("the picture is too plain for its hash to be compared (PDQ quality %d, at least %d needed), and its keypoints lie as in no protected picture",
			p.PDQ(0).Quality, pdq.MinQuality)
	}
	return nil
}

// Locate places the protected pictures of p.Env that the first frame shows, without reporting them.
func Locate(p *forensics.Pass) error {
	found, _, err := look(p, 0, p.Env.References, image.Rectangle{})
	for i := range found {
		p.Placed = append(p.Placed, found[i].place)
	}
	return err
}

// score is .6 to 1 where pixels confirm the match, with their correlation, and .25 to .5 where only the hash speaks.
func (s *sighting) score() float64 {
	if s.verified() {
		return .6 + .4*s.agree
	}
	return .5 - .25*float64(s.hash.Distance)/pdq.MatchDistance
}

// code tells a picture from a part of it: where less than half is in view, the protected picture may itself have been put together
// from others.
func (s *sighting) code() string {
	if s.verified() && s.shown < mostShown {
		return "match.part"
	}
	return "match.reference"
}

// extent is put before what the frame shows.
func (s *sighting) extent() string {
	if s.code() == "match.part" {
		return "a part of "
	}
	return ""
}

// what names the protected picture.
func (s *sighting) what() string {
	if s.entry.Video {
		return fmt.Sprintf("the frame at %.1f s of the protected video %q of %q", s.entry.Time, s.entry.Name, s.entry.Identity)
	}
	return fmt.Sprintf("the protected picture %q of %q", s.entry.Name, s.entry.Identity)
}

// handling says what was done to the original, in words that continue a sentence.
func (s *sighting) handling() string {
	m, text := s.place.Map, ""
	if m[0]*m[4]-m[1]*m[3] < 0 {
		text = ", mirrored"
		m[0], m[1] = -m[0], -m[1]
	}
	if turn := math.Atan2(m[3], m[0]) * 180 / math.Pi; math.Abs(turn) >= .5 {
		text += fmt.Sprintf(", turned by %.0f degrees", turn)
	}
	if s.verified() && s.shown < .98 {
		text += fmt.Sprintf(", %.0f %% of it in view", 100*s.shown)
	}
	return text
}

// grounds says what the match rests on.
func (s *sighting) grounds() string {
	var out []string
	if s.inliers > 0 {
		out = append(out, fmt.Sprintf("%d keypoints lie as in the original (%d are needed)", s.inliers, minInliers))
	}
	if s.verified() {
		out = append(out, fmt.Sprintf("%.0f %% of the original's detail is the same (%.0f %% is needed)", 100*s.agree, 100*minAgree))
	}
	if s.hash != nil {
		out = append(out, fmt.Sprintf("%d of 256 hash bits differ (a match is %d or fewer; hash quality %d and %d)", s.hash.Distance, pdq.MatchDistance, s.hash.quality, s.entry.Quality))
	}
	if !s.verified() {
		out = append(out, "the pack holds no pictures, so this is unverified")
	}
	return strings.Join(out, ", ")
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
