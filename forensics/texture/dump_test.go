package texture

import (
	"errors"
	"flag"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
)

var (
	dumpLabels = flag.String("labels", "", "labels.csv of the pictures to describe")
	dumpRoot   = flag.String("root", "", "folder that their paths start from, by default that of the labels")
	dumpTo     = flag.String("out", "", "file for their features")
)

func TestDump(t *testing.T) {
	detectortest.Dump(t, *dumpLabels, *dumpRoot, *dumpTo, func(p *forensics.Pass) ([]float64, []detectortest.Block, bool, error) {
		portrait, err := face.PortraitOf(p)
		if errors.Is(err, forensics.ErrNotApplicable) {
			return nil, nil, false, nil
		}
		if err != nil {
			return nil, nil, false, err
		}
		d := describe(portrait)
		const frequencies, patterns = 4 * 63, 2 * kinds
		blocks := []detectortest.Block{{Name: "whole", Size: len(d.whole)}, {Name: "frequencies", Size: frequencies}, {Name: "patterns", Size: patterns},
			{Name: "light", Size: len(d.head) - frequencies - patterns}}
		if d.head == nil {
			return nil, nil, false, nil
		}
		return append(d.whole, d.head...), blocks, true, nil
	})
}
