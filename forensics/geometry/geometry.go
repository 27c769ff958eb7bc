// Package geometry tests whether a portrait is laid out like the output of generators that were trained on aligned faces.
package geometry

import (
	_ "embed"
	"fmt"
	"math"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector compares the layout of a portrait with that of the FFHQ data set.
var Detector = forensics.Detector{
	Name:    "geometry",
	Version: 2,
	Doc: `Tests whether eyes and mouth sit where StyleGAN and its kin put them: the layout of their training pictures (FFHQ).
The square that the recipe of FFHQ would cut out is computed from the pupils and mouth corners and compared with the picture: centre,
size and angle. It survives re-encoding, reduction and screenshots, and is lost by cropping off centre. Genuine pictures that were
cropped by the same recipe fit as well, so a fit never proves that a picture was generated, and other generators, diffusion models
above all, do not keep to the layout, so that a misfit never proves that it was not. The shape of the picture does not vote. Source: the crop
recipe of NVlabs/ffhq-dataset; the idea is in Mundra, Porcile, Farid, "Exposing GAN-Generated Profile Photos" (CVPRW 2023).`,
	Accepts:    media.Image,
	Models:     append(face.Models(), face.Networks()[0]),
	Validation: forensics.MustValidation(validation),
	New: func(forensics.Env) (forensics.Run, error) {
		if _, err := face.Load(); err != nil {
			return nil, err
		}
		return run, nil
	},
}

const (
	minEyes  = 16  // pixels between the pupils; below, a pixel is more than the tolerance of the centre
	dominant = 1.5 // times as far apart as those of any other face the pupils of the one face must be
)

func run(p *forensics.Pass) error {
	faces, err := face.Refined(p)
	if err != nil {
		return err
	}
	f, err := portrait(faces)
	if err != nil {
		return err
	}
	frame := &p.Frames[0]
	c := cropOf(f.Landmarks)
	m := misfitOf(c, frame.Width, frame.Height)
	p.Feature("eps_c", math.Hypot(m.x, m.y))
	p.Feature("eps_q", math.Abs(m.size))
	p.Feature("theta", m.roll)
	p.Feature("aspect", float64(frame.Width)/float64(frame.Height))
	p.Feature("score", m.score())
	if m.score() < .5 {
		return nil
	}
	picture, err := p.Picture(overlay(frame, f, m))
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{
		Code: "synthetic.geometry", Score: m.score(), Where: &forensics.Region{Box: &f.Box}, Evidence: []forensics.Ref{picture},
		Text: fmt.Sprintf("The face sits where face generators of the StyleGAN family put it: centre off by %.1f %% of the picture's side, size by %.0f %%, tilt %.1f degrees. "+
			"Photographs taken freely are hardly ever laid out like this, but genuine portraits that were cropped automatically by the same recipe (as in face data sets) look alike, so this alone does not show that the picture was generated. "+
			"The evidence picture has yellow rings where eyes, nose and mouth were found and cyan crosses where those generators put them.",
			100*math.Hypot(m.x, m.y-lift), 100*math.Abs(m.size), math.Abs(m.roll)),
	})
	return nil
}

// portrait returns the one face that a picture is about.
func portrait(faces []forensics.Face) (forensics.Face, error) {
	if len(faces) == 0 {
		return forensics.Face{}, forensics.NotApplicable("no face found")
	}
	first, second := -1, 0.
	for i, f := range faces {
		if first < 0 || f.Quality["inter_eye"] > faces[first].Quality["inter_eye"] {
			first = i
		}
	}
	for i, f := range faces {
		if i != first {
			second = max(second, f.Quality["inter_eye"])
		}
	}
	size := faces[first].Quality["inter_eye"]
	if size < minEyes {
		return forensics.Face{}, forensics.NotApplicable("the face is too small: %.0f pixels between the pupils, at least %d needed", size, minEyes)
	}
	if size < dominant*second {
		return forensics.Face{}, forensics.NotApplicable("%d faces, none of them dominant: the layout of a portrait says nothing here", len(faces))
	}
	return faces[first], nil
}
