// Package jpeghistory reads from the structure of a JPEG file how it was written, and whether its thumbnail shows the same picture.
package jpeghistory

import (
	_ "embed"
	"fmt"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/jpeg"
)

//go:embed validation.json
var validation []byte

// Detector reports contradictions inside a JPEG file; what the tables say of the encoder goes into features only.
var Detector = forensics.Detector{
	Name:    "jpeghistory",
	Version: 1,
	Doc: `Looks for JPEG files whose EXIF thumbnail shows another picture, and for data behind the end of the picture.
Editors that do not know of the thumbnail leave the one of the picture before. PDQ of the thumbnail, as it is, without black bars and cropped to
the shape of the picture, is compared with PDQ of the picture under all eight symmetries; a mismatch is a distance beyond all that camera
originals showed. Small local edits do not change the hash and are not found; crops are found from some 5 % of a side.
Data behind the end is reported unless it belongs to a multi-picture file or motion photo, or is padding.
Features: the IJG quality whose quantisation tables come nearest, mean absolute difference from these, subsampling (420 for 4:2:0), coding.
Sources: ITU-T T.81 annex K, libjpeg jcparam.c for the scaling, CIPA DC-008 (EXIF), CIPA DC-007 (MPF), Kornblum 2008, Farid 2008.`,
	Accepts:    media.Image,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

func run(p *forensics.Pass) error {
	if p.Info.Format != "jpeg" {
		return forensics.NotApplicable("examines JPEG files only, this one is %s", p.Info.Format)
	}
	f, err := p.JPEG()
	if err != nil {
		return fmt.Errorf("structure cannot be read: %w", err)
	}
	encoding(p, f)
	reportTrailing(p, f)
	return compareThumbnail(p, f)
}

// Classes of quantisation tables, as the feature "tables" has them.
const (
	standard = 1 // the IJG tables of one quality
	mixed    = 2 // the IJG tables of two qualities
	other    = 3 // tables of a camera or program of its own
)

// encoding records what the headers tell about the encoder.
func encoding(p *forensics.Pass, f *jpeg.File) {
	if f.Frame != nil {
		p.Feature("progressive", number(f.Frame.Progressive()))
	}
	q, ok := f.Quality()
	if !ok {
		return
	}
	class := other
	switch {
	case q.Standard():
		class = standard
	case q.Luma.Exact() && q.Chroma.Exact():
		class = mixed
	}
	p.Feature("tables", float64(class))
	p.Feature("luma_quality", float64(q.Luma.Quality))
	p.Feature("luma_error", q.Luma.Error)
	if q.Chroma != nil {
		p.Feature("chroma_quality", float64(q.Chroma.Quality))
		p.Feature("chroma_error", q.Chroma.Error)
	}
	var j, a, b float64
	if n, _ := fmt.Sscanf(q.Subsampling, "%f:%f:%f", &j, &a, &b); n == 3 {
		p.Feature("subsampling", 100*j+10*a+b)
	}
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
