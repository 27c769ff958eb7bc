package all

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/media/cost"

	"github.com/disintegration/imaging"
)

// BenchmarkExamination prints the processor time that each detector takes on a picture of two million pixels with one face, and all of them, in the order
// of a scan: what detectors share is on the account of the first that asks for it.
func BenchmarkExamination(b *testing.B) {
	env := forensics.Env{Models: detectortest.Models(b, face.Networks()...)}
	s := detectortest.Module(b, "github.com/esimov/pigo", "testdata/sample.jpg")
	small := s.Frames[0].Crop(image.Rect(0, 0, s.Frames[0].Width, s.Frames[0].Height))
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, imaging.Resize(small, 1632, 1224, imaging.Lanczos), &jpeg.Options{Quality: 90}); err != nil {
		b.Fatal(err)
	}
	detectors := Detectors()
	runs := make([]forensics.Run, len(detectors))
	for i, d := range detectors {
		var err error
		if runs[i], err = d.New(env); err != nil {
			b.Fatal(err)
		}
	}
	taken := make([]time.Duration, len(detectors))
	for b.Loop() {
		p := forensics.NewPass(detectortest.Load(b, picture.Bytes()), env)
		for i := range detectors {
			start := cost.Now()
			if _, err := p.Detect(&detectors[i], runs[i]); err != nil {
				b.Fatal(err)
			}
			taken[i] += cost.Now() - start
		}
	}
	var sum float64
	for i, d := range detectors {
		ms := float64(taken[i].Microseconds()) / 1000 / float64(b.N)
		b.ReportMetric(ms, d.Name+"-ms")
		sum += ms
	}
	b.ReportMetric(sum, "all-ms")
}
