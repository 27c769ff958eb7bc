// Package texture compares a portrait with generated and genuine ones: how light falls on the face, its skin, and the fine texture of the picture.
package texture

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

// Detector tells generated portraits from genuine ones by a linear model.
var Detector = forensics.Detector{
	Name:    "texture",
	Version: 2,
	Doc: `Tests whether a portrait looks as generators make them: by the light on the face, its skin, and the fine texture of the whole picture.
Every picture is first brought into one form (at most 512 pixels a side, the same JPEG encoder), so that size, format and quality have no vote. Of this,
the co-occurrences of neighbouring residuals in luma and colour are counted; of the main face, aligned by its landmarks, the frequencies, the patterns of
the skin at two sizes, and its pixels averaged with their mirror image. One linear model over these numbers gives the log-odds (score). It knows faces
of the StyleGAN family and of FLUX; on a generator that it has never seen it is less sure, and may be wrong. Even light, retouching, make-up and
studio portraits look generated to it. Where the model files are at hand the detector probe, which tells more, looks instead. Without a face that is large enough it says nothing: on pictures without faces it was no better than chance.
Sources: Fridrich, Kodovsky (TIFS 2012); Frank et al. (ICML 2020); Ojala et al. (PAMI 2002); Mundra, Porcile, Farid (CVPRW 2023) for the light on faces.`,
	Accepts:    media.Image,
	Models:     append(face.Models(), face.Networks()[0]),
	Validation: forensics.MustValidation(validation),
	New: func(forensics.Env) (forensics.Run, error) {
		m, err := load()
		if err != nil {
			return nil, err
		}
		return m.run, nil
	},
}

func (m model) run(p *forensics.Pass) error {
	portrait, err := face.PortraitOf(p)
	if err != nil {
		return err
	}
	if face.Ready(p.Env.Models) == nil {
		return forensics.NotApplicable("the detector probe, which tells more, looked at the face")
	}
	d := describe(portrait)
	if d.head == nil {
		return face.Unclear()
	}
	score, err := m.score(d)
	if err != nil {
		return err
	}
	p.Feature("score", score)
	if score < m.Threshold {
		return nil
	}
	picture, err := p.Picture(m.panel(d))
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{Code: "synthetic.texture", Score: 1 / (1 + math.Exp(-score)), Where: &forensics.Region{Box: &d.box}, Evidence: []forensics.Ref{picture},
		Text: fmt.Sprintf("The portrait is more like those that generators make than like photographs, by the light on the face, its skin and the fine texture of the picture (log-odds %.1f; %.1f and more is reported). "+
			"Even studio light, retouching and beauty filters can give the same. The evidence picture shows the face that was judged, and beside it in red what speaks for a generator and in blue what speaks against one.", score, m.Threshold)})
	return nil
}
