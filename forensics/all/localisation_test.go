package all

import (
	"image"
	"testing"

	"unmask/forensics"
	"unmask/forensics/copymove"
	"unmask/forensics/detectortest"
	"unmask/forensics/grid"
	"unmask/forensics/splice"
)

// copied is the score from which a part that stands twice is taken for a copy here; it is reported from a higher one.
const copied = 1

// TestMeasureLocalisation prints how well the surest of the maps agrees with the true masks: that of a copy, or else of a part with another JPEG
// history, or else of a part with other detail, reported or not.
func TestMeasureLocalisation(t *testing.T) {
	detectortest.MeasureLocalisation(t, "all", func(p *forensics.Pass) *image.Gray {
		if mask, score := copymove.Mask(p); score >= copied {
			return mask
		}
		mask, found, err := grid.Mask(p)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			mask, _ = splice.Mask(p)
		}
		return mask
	})
}
