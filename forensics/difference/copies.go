package difference

import (
	"fmt"
	"math"

	"unmask/forensics"
	"unmask/media"
)

// BetweenCopies compares a picture with another file of its case, placed on the pass as a nameless reference called by its path, whose frame is
// base. It returns the findings of both: which of the two was altered, the comparison cannot tell.
func BetweenCopies(p *forensics.Pass, base *media.Frame) (ofItem, ofBase []forensics.Finding, err error) {
	all, _ := compareAll(p)
	if len(all) == 0 || all[0].doubt() != "" || len(all[0].Regions) == 0 {
		return nil, nil, nil
	}
	c := &all[0]
	beside, err := p.Picture(c.sideBySide(0))
	if err != nil {
		return nil, nil, err
	}
	finding := func(box *[4]int, other string) []forensics.Finding {
		return []forensics.Finding{{
			Code: "edit.against_copy", Detector: Detector.Name, Version: Detector.Version, Score: math.Round(1e6*c.Regions[0].score()) / 1e6, Where: &forensics.Region{Box: box}, Evidence: []forensics.Ref{beside},
			Text: fmt.Sprintf("This picture and %q are copies of one picture, but they differ in %.1f %% of it, most in the region outlined: one of the two was altered, which one the comparison cannot tell. "+
				"The difference is up to %.1f times the threshold.", other, 100*c.Changed, c.Regions[0].Peak),
		}}
	}
	inBase := c.Regions[0].Box
	x, y := float64(base.Width)/float64(c.entry.Width), float64(base.Height)/float64(c.entry.Height)
	box := &[4]int{int(float64(inBase.Min.X) * x), int(float64(inBase.Min.Y) * y), int(float64(inBase.Dx()) * x), int(float64(inBase.Dy()) * y)}
	return finding(c.inFrame(inBase), c.entry.Name), finding(box, p.Item.Path.String()), nil
}
