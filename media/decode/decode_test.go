package decode

import (
	"testing"

	"unmask/forensics/detectortest"
	"unmask/media"
)

var plan = media.Plan{Bursts: 8, Length: 1, MaxPixels: 134e6, MaxBytes: 512 << 20}

func TestSmoke(t *testing.T) {
	for _, p := range []string{"videos/gocv/images/small.mp4"} {
		s, err := Open(media.Item{Path: media.Path(detectortest.Corpus(t, p)), Size: 1}, plan)
		t.Log(err, s.Info, len(s.Frames))
		for _, f := range s.Frames {
			t.Log(f.Index, f.Time)
		}
	}
}
