package match

import (
	"fmt"
	"image"
	"path/filepath"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/media/cv"

	"github.com/disintegration/imaging"
)

// A picture of 2 megapixels that matches nothing among 60 protected ones: the common case. BenchmarkDecode is what it is held against.
func BenchmarkHashAndMatch(b *testing.B) {
	var entries []reference.Entry
	for i := range 60 {
		entries = append(entries, describe(b, sample(b, waves(1+float64(i)/7), 90), "someone", fmt.Sprint(i))...)
	}
	refs := reference.NewSet(entries)
	s := large(b)
	for b.Loop() {
		p := forensics.NewPass(s, forensics.Env{})
		if _, _, err := look(p, 0, refs, image.Rectangle{}); err != nil {
			b.Fatal(err)
		}
		if _, err := hash(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	s := large(b)
	pix := make([]byte, len(s.Frames[0].Pix))
	for b.Loop() {
		if err := cv.DecodeInto(s.Raw, pix, s.Frames[0].Width, s.Frames[0].Height); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a photograph of 2 megapixels.
func large(b *testing.B) *media.Sample {
	img, err := imaging.Open(filepath.Join(detectortest.Corpus(b, "faces_real"), "cognitive-face-windows/Data/detection6.jpg"))
	if err != nil {
		b.Skip(err)
	}
	return sample(b, imaging.Fill(img, 1632, 1224, imaging.Center, imaging.Linear), 90)
}
