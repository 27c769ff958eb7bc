// Package labels reads what a file says about its own making: the Chinese AI label, IPTC source types, what generators
// write about themselves, and whether its name fits its format.
package labels

import (
	_ "embed"
	"fmt"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector reports declarations. It decides nothing about the picture itself: labels can be removed, and forged.
var Detector = forensics.Detector{
	Name:    "labels",
	Version: 6,
	Doc: `Reads what the file itself declares: AI labels of GB 45438-2025, IPTC DigitalSourceType, metadata of generators; and a name that does not fit the format.
Read are JPEG, PNG, WebP, GIF, TIFF and the raw formats of its structure, PSD, HEIC, AVIF, CR3, JPEG XL, JPEG 2000, MP4, MOV, 3GP, Matroska, WebM, AVI, FLV,
ASF and Ogg, of any size and also where no pixel can be decoded; of other formats only the name is judged. AI labels are looked for in XMP (element and attribute), EXIF
UserComment and ImageDescription, JPEG APP and comment segments, PNG texts with the keyword AIGC, GIF comments, IPTC-IIM captions, item lists and user data of MP4 and
its kin, Matroska tags, RIFF INFO chunks, FLV script data, ASF attributes and Ogg comments, and held against the fields of annex E of the standard.
Generators (generator.NAME): settings that Stable Diffusion web UI, ComfyUI, InvokeAI, Fooocus, SwarmUI, NovelAI, Draw Things,
Easy Diffusion, Tensor.Art, Civitai and Mochi Diffusion leave in PNG texts, EXIF and comments of videos;
xAI's signature pair; and EXIF Make and Software, XMP CreatorTool and Credit where they name a service that generates. Editors such as Photoshop are no
generators, and a ComfyUI graph without a node that generates is not reported. Settings hidden in the lowest bits of PNG and other lossless pictures are read.
An AI system that IPTC metadata name (AISystemUsed) declares AI together with a source type that does; alone it is iptc.system. Of a file that holds more than real ones do a
part is left out, and the feature "unread" counts the pieces. No label proves nothing, and whoever edits metadata can add one.
Sources: GB 45438-2025, TC260-PG-20257A, TC260-PG-20259A, IPTC Photo Metadata Standard 2025.1 and its digitalsourcetype vocabulary,
for generators, the documentation and test files of github.com/d3x-at/sd-parsers and github.com/wiltodelta/remove-ai-watermarks.`,
	Accepts:    media.Image | media.Video | media.Other,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New: func(env forensics.Env) (forensics.Run, error) {
		known, err := readRegistry(env.Registry)
		return func(p *forensics.Pass) error { return run(p, known) }, err
	},
}

func run(p *forensics.Pass, known *registry) error {
	extension(p)
	read, carrier := carriers[p.Info.Format]
	switch {
	case p.Info.Format == "":
		return forensics.NotApplicable("the file is neither a picture nor a video that is known here")
	case !carrier:
		return forensics.NotApplicable("labels in files of the format %s are not read; the name was judged", p.Info.Format)
	case p.Raw == nil && p.Item.SHA256 == "":
		return forensics.NotApplicable("the file could not be read")
	}
	m := metadata{pass: p}
	if err := read(&m); err != nil {
		return fmt.Errorf("metadata cannot be read: %w", err)
	}
	reportAIGC(p, m.aigc, known)
	reportSources(p, m.sources, m.systems)
	reportClaims(p, m.claims, m.guid)
	p.Feature("aigc_labels", float64(len(m.aigc)))
	p.Feature("source_types", float64(len(m.sources)))
	p.Feature("generator_claims", float64(len(m.claims)))
	p.Feature("unread", float64(m.unread)) // packets, texts and directories that are damaged or longer than is read
	return nil
}

// most is how many declarations of one kind are reported one by one; a file that repeats itself must not flood a report.
const most = 8

// at makes a Region of bytes of the file.
func at(offset, length int) *forensics.Region {
	o, n := int64(offset), int64(length)
	return &forensics.Region{Offset: &o, Length: &n}
}

// quoted puts text out of a file into quotes, shortened to what a reader needs to recognise it.
func quoted(s string) string {
	const longest = 120
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return fmt.Sprintf("%q...", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
