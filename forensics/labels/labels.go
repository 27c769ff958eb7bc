// Package labels reads what a file says about its own making: the Chinese AI label, IPTC source types, C2PA manifests, what generators
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
	Version: 2,
	Doc: `Reads what the file itself declares: AI labels of GB 45438-2025, IPTC DigitalSourceType, C2PA manifests, metadata of generators; and a name that does not fit the format.
JPEG, PNG and WebP are read; of other formats only the name is judged. AI labels are looked for in XMP (element and attribute), EXIF UserComment and
ImageDescription, JPEG APP and comment segments, and PNG texts with the keyword AIGC, and held against the fields of annex E of the standard.
C2PA signatures are not validated: a manifest is a claim. Compressed C2PA manifests are not read.
Generators (generator.NAME): settings that Stable Diffusion web UI, ComfyUI, InvokeAI, Fooocus, SwarmUI and NovelAI leave in PNG texts and EXIF;
xAI's signature pair; and EXIF Make and Software, XMP CreatorTool and Credit where they name a service that generates. Editors such as Photoshop are no
generators, and a ComfyUI graph without a node that generates is not reported. Settings hidden in pixels are not read.
No label proves nothing, and whoever edits metadata can add one.
Sources: GB 45438-2025, TC260-PG-20259A, IPTC Photo Metadata Standard 2025.1 and its digitalsourcetype vocabulary, C2PA 2.2, ISO/IEC 19566-5;
for generators, the documentation and test files of github.com/d3x-at/sd-parsers and github.com/wiltodelta/remove-ai-watermarks.`,
	Accepts:    media.Image | media.Video,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

func run(p *forensics.Pass) error {
	extension(p)
	var m metadata
	var err error
	switch p.Info.Format {
	case "jpeg":
		err = m.fromJPEG(p.Raw)
	case "png":
		err = m.fromPNG(p.Raw)
	case "webp":
		err = m.fromWebP(p.Raw)
	default:
		return forensics.NotApplicable("labels in files of the format %s are not read yet, only those in JPEG, PNG and WebP; the name was judged", p.Info.Format)
	}
	if err != nil {
		return fmt.Errorf("metadata cannot be read: %w", err)
	}
	reportAIGC(p, m.aigc)
	reportSources(p, m.sources)
	reportC2PA(p, m.stores)
	reportClaims(p, m.claims)
	p.Feature("aigc_labels", float64(len(m.aigc)))
	p.Feature("source_types", float64(len(m.sources)))
	p.Feature("c2pa_stores", float64(len(m.stores)))
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
