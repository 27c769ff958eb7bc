// Package probe asks a network that was trained to recognise people whether a face was generated.
package probe

import (
	_ "embed"
	"fmt"
	"math"
	"strings"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/forensics/linear"
	"unmask/media"
)

var (
	//go:embed validation.json
	validation []byte
	// The model and how it came about: scripts/train/portraits.py writes both files.
	//go:embed model.json
	recipe []byte
	//go:embed model.bin
	weights []byte
)

// Detector tells generated faces from genuine ones by a linear model over inner layers of the face-recognition network.
var Detector = forensics.Detector{
	Name:    "probe",
	Version: 1,
	Doc: `Tests whether a face looks as generators make them to a network that was trained to recognise people.
MobileFaceNet (Chen et al. 2018) never saw a generated face; what the layers in its middle respond to in skin, eyes and mouth differs between
generated and genuine faces all the same. The picture is first brought into one form (at most 512 pixels a side, the same JPEG encoder), so that size, format
and quality have no vote. Three squares of the main face, aligned by its landmarks, go through the network: the face from the eyebrows down, its inner part,
and the mouth. The mean and the standard deviation of 128 channels of three layers, over each square and its mirror image, are weighed by
one linear model into the log-odds (score). It was trained on faces of the StyleGAN family and of FLUX, and tells each of them also when it saw none
of that generator; on others it may be wrong. Make-up, retouching and beauty filters look generated to it. It needs the model
files. Sources: Ojha, Li, Lee, "Towards Universal Fake Image Detectors that Generalize Across Generative Models" (CVPR 2023) for a linear model over a network
that was trained for something else; Zhou et al., "Learning Deep Features for Discriminative Localization" (CVPR 2016) for the picture.`,
	Accepts:    media.Image,
	Models:     face.Networks(),
	Validation: forensics.MustValidation(validation),
	New:        open,
}

func open(forensics.Env) (forensics.Run, error) {
	m, err := linear.Load(recipe, weights)
	if err != nil {
		return nil, err
	}
	return func(p *forensics.Pass) error { return run(p, m) }, nil
}

func run(p *forensics.Pass, m *linear.Model) error {
	if err := face.Ready(p.Env.Models); err != nil {
		return forensics.NotApplicable("faces cannot be looked at: %s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	portrait, err := face.PortraitOf(p)
	if err != nil {
		return err
	}
	d, ok, err := describe(p.Env.Models, portrait)
	if err != nil {
		return err
	}
	if !ok {
		return face.Unclear()
	}
	score, err := m.Score(d.numbers)
	if err != nil {
		return err
	}
	p.Feature("score", score)
	if score < m.Threshold {
		return nil
	}
	picture, err := p.Picture(panel(m, d))
	if err != nil {
		return err
	}
	p.Report(forensics.Finding{Code: "synthetic.face", Score: 1 / (1 + math.Exp(-score)), Where: &forensics.Region{Box: &portrait.Face.Box}, Evidence: []forensics.Ref{picture},
		Text: fmt.Sprintf("To a network that knows faces, this one is more like those that generators make than like photographs (log-odds %.1f; %.1f and more is reported). "+
			"Make-up, retouching and beauty filters can give the same. The evidence picture shows the three parts of the face that were judged, and below each in red what speaks for a generator and in blue what speaks against one.", score, m.Threshold)})
	return nil
}
