package surround

import (
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
)

func BenchmarkDetector(b *testing.B) {
	env := env(b)
	m, err := loadModel()
	if err != nil {
		b.Fatal(err)
	}
	s := detectortest.Module(b, "github.com/esimov/pigo", "testdata/sample.jpg")
	faces, err := face.Of(forensics.NewPass(s, env)) // finding them is shared by the detectors
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := m.worst(&s.Frames[0], faces); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLargestFace(b *testing.B) {
	m, err := loadModel()
	if err != nil {
		b.Fatal(err)
	}
	frame, f := drawn(5*largest, grain(20), grain(9)) // as large as is not reduced
	for b.Loop() {
		if _, _, err := m.worst(frame, []forensics.Face{f}); err != nil {
			b.Fatal(err)
		}
	}
}
