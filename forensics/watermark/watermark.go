// Package watermark reads the open watermarks that programs of Stability AI and Black Forest Labs write into the pixels of what they generate.
package watermark

import (
	_ "embed"
	"fmt"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector looks for watermarks whose content is public. It can only confirm: most generated pictures carry none, or have lost it.
var Detector = forensics.Detector{
	Name:    "watermark",
	Version: 1,
	Doc: `Reads the open watermark (dwtDct of the library invisible-watermark) of Stable Diffusion 1 and 2, Stable Diffusion XL and FLUX in the pixels.
The largest coefficient but the first of each 4x4 block of the Haar approximation of the channel U votes for one bit of the message, in turn; a bit is 1 where the
share of ones among its votes is above that among all. Reported is a known message of which so many bits match that chance gives it in less than one of a billion pictures.
Both forms are read: embedded in integers as in the scripts of Stable Diffusion 1 and 2, and in floating point, which centres the colours elsewhere, as in diffusers and FLUX.
The watermark does not survive resizing, turning, or cropping from the left or the top, and common programs such as ComfyUI and Stable Diffusion web UI do not write it:
not found means nothing. It can be copied on purpose into a genuine picture. Watermarks without a public decoder, such as SynthID, are not looked for.
Sources: github.com/ShieldMnt/invisible-watermark (imwatermark/maxDct.py); messages: github.com/CompVis/stable-diffusion, github.com/Stability-AI/stablediffusion,
diffusers/pipelines/stable_diffusion_xl/watermark.py of github.com/huggingface/diffusers, src/flux/util.py of github.com/black-forest-labs/flux.`,
	Accepts:    media.Image,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

func run(p *forensics.Pass) error {
	f := &p.Frames[0]
	if f.Width*f.Height < leastPixels {
		return forensics.NotApplicable("the picture has fewer than %d pixels; such are not watermarked", leastPixels)
	}
	votes := read(f)
	for _, m := range messages {
		best := votes.match(m)
		p.Feature(m.feature, float64(best)/float64(len(m.bits)))
		if chance := tail(len(m.bits), best); chance < rare {
			report(p, m, best, chance)
		}
	}
	return nil
}

// rare is the probability by which chance may give a match that is reported.
const rare = 1e-9

func report(p *forensics.Pass, m message, matched int, chance float64) {
	says := "the picture was generated with " + m.name
	p.Claim(forensics.Claim{Kind: "watermark", Place: "the pixels", Clause: "invisible-watermark, dwtDct", Origin: forensics.MadeByAI, Says: says,
		Fields: []forensics.Field{
			{Name: "Message", Value: m.says},
			{Name: "Bits", Value: fmt.Sprintf("%d of %d match", matched, len(m.bits))},
			{Name: "Chance", Value: fmt.Sprintf("%.0e", chance)},
		}})
	p.Report(forensics.Finding{Code: "generator." + m.code, Score: 1, Clause: "invisible-watermark, dwtDct",
		Text: fmt.Sprintf("The pixels carry the watermark that %s writes into pictures it generates: %d of its %d bits match, which chance gives with a probability of %.0e; whoever knows it can write it into any picture.",
			m.name, matched, len(m.bits), chance)})
}
