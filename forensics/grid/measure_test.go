package grid

import (
	"testing"

	"unmask/forensics/detectortest"
)

// TestMeasure prints what validation.json holds. Run it with -v.
func TestMeasure(t *testing.T) { detectortest.MeasureEdited(t, Detector, "single", "foreign") }

// TestMeasureGenuine prints the rate of findings on genuine pictures.
func TestMeasureGenuine(t *testing.T) { detectortest.MeasureGenuine(t, Detector) }
