package grid

import (
	"image"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// TestMeasure prints what validation.json holds. Run it with -v.
func TestMeasure(t *testing.T) { detectortest.MeasureEdited(t, Detector, "single", "foreign") }

// TestMeasureGenuine prints the rate of findings on genuine pictures.
func TestMeasureGenuine(t *testing.T) { detectortest.MeasureGenuine(t, Detector) }

// TestMeasureLocalisation prints how well the part that was surest compressed once, or else bears the surest foreign grid, agrees with the true
// masks, reported or not.
func TestMeasureLocalisation(t *testing.T) {
	detectortest.MeasureLocalisation(t, "grid", func(p *forensics.Pass) *image.Gray {
		mask, _, err := Mask(p)
		if err != nil {
			t.Fatal(err)
		}
		return mask
	})
}
