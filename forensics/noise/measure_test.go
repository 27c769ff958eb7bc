package noise

import (
	"image"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// TestMeasure prints what validation.json holds. Run it with -v.
func TestMeasure(t *testing.T) { detectortest.MeasureEdited(t, Detector, "luma") }

// TestMeasureGenuine prints the rate of findings on genuine pictures.
func TestMeasureGenuine(t *testing.T) { detectortest.MeasureGenuine(t, Detector) }

// TestMeasureLocalisation prints how well the part that departs most, reported or not, agrees with the true masks.
func TestMeasureLocalisation(t *testing.T) {
	detectortest.MeasureLocalisation(t, "noise", func(p *forensics.Pass) *image.Gray {
		m := measure(p.Small(0))
		v, ok := m.unusual()
		if !ok {
			return nil
		}
		mask := p.NewMask(0)
		m.paint(mask, v, m.oddest(v))
		return mask
	})
}
