package copymove

import (
	"image"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// TestMeasure prints what validation.json holds. Run it with -v.
func TestMeasure(t *testing.T) { detectortest.MeasureEdited(t, Detector, "score") }

// TestMeasureGenuine prints the rate of findings on genuine pictures.
func TestMeasureGenuine(t *testing.T) { detectortest.MeasureGenuine(t, Detector) }

// TestMeasureLocalisation prints how well the surest part that stands twice, reported or not, agrees with the true masks.
func TestMeasureLocalisation(t *testing.T) {
	detectortest.MeasureLocalisation(t, "copymove", func(p *forensics.Pass) *image.Gray {
		mask, _ := Mask(p)
		return mask
	})
}
