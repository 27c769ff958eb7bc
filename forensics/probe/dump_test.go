package probe

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
	detectortest.Dump(t, *dumpLabels, *dumpRoot, *dumpTo, func(p *forensics.Pass) (numbers []float64, blocks []detectortest.Block, ok bool, err error) {
		portrait, err := face.PortraitOf(p)
		if errors.Is(err, forensics.ErrNotApplicable) {
			return nil, nil, false, nil
		}
		if err != nil {
			return nil, nil, false, err
		}
		d, ok, err := describe(p.Env.Models, portrait)
		for range len(d.numbers) / (2 * face.InnerChannels) {
			blocks = append(blocks, detectortest.Block{Name: "means", Size: face.InnerChannels}, detectortest.Block{Name: "deviations", Size: face.InnerChannels})
		}
		return d.numbers, blocks, ok, err
	})
}
