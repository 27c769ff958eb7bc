package difference

import (
	"path/filepath"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/match"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/media/decode"
	"unmask/models"
)

// TestMeasureMoments compares stills of the real films of the corpus with earlier stills of the same film, up to some seconds apart, which must not count as
// altered, and stills of the films with a replaced face with those of the same moment in the original film, which must. With -v it takes all of them and
// prints what is accused; otherwise it takes a few stills of three films.
func TestMeasureMoments(t *testing.T) {
	env := forensics.Env{Models: models.Folder(detectortest.Models(t, face.Networks()...))}
	const ffpp = "icpr2020dfdc/test/data/ffpp/"
	plan := media.Plan{Bursts: 24, Length: 1, MaxPixels: 134e6, MaxBytes: 256 << 20}
	films := []string{
		ffpp + "original_sequences/youtube/c23/videos/519.mp4", ffpp + "original_sequences/youtube/c23/videos/634.mp4", "deepfake-video-detector/debug/real_murad_telling_nonsense.mp4",
		"deepfake-video-detector/debug/ai_generated_murad.mp4", "project-aegisai/real.mp4", "face-recognition/examples/short_hamilton_clip.mp4", "wifs2018-in-ictu-oculi/toy/demo/0001.mp4",
	}
	if !testing.Verbose() {
		plan.Bursts, films = 6, films[:3]
	}
	stills := map[string][]media.Frame{}
	open := func(name string) []media.Frame {
		if stills[name] == nil {
			s, err := decode.Open(media.Item{Path: media.Path(filepath.Join(detectortest.Corpus(t, "videos"), name))}, plan)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range s.Frames {
				if len(stills[name]) == 0 || f.Time >= stills[name][len(stills[name])-1].Time+400*time.Millisecond {
					stills[name] = append(stills[name], f)
				}
			}
		}
		return stills[name]
	}
	passOf := func(f media.Frame, env forensics.Env) *forensics.Pass {
		f.Index = 0
		return forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{f}}, env)
	}
	compare := func(name string, was, is media.Frame) (matched, accused bool) {
		entries, err := match.Describe(passOf(was, forensics.Env{}), "someone", name)
		if err != nil {
			t.Fatal(err)
		}
		p := passOf(is, forensics.Env{Models: env.Models, References: reference.NewSet(entries)})
		if err := match.Locate(p); err != nil {
			t.Fatal(err)
		}
		all, err := compareAll(p)
		if len(all) == 0 {
			return false, false
		}
		c := all[0]
		accused = c.doubt() == "" && len(c.Regions) > 0
		t.Logf("%s %v %v: accused %v, %d regions, convincing %v, shift %.2f, left %.2f, changed %.3f, faces %v, %v %s", name, was.Time, is.Time, accused, len(c.Regions), c.Convincing(), c.Shift,
			c.Left, c.Changed, c.faces, err, c.doubt())
		return true, accused
	}
	pairs, moments := 0, 0
	for _, name := range films {
		all := open(name)
		for i := range all {
			for j := i + 1; j < min(i+4, len(all)); j++ {
				if matched, accused := compare(filepath.Base(name), all[i], all[j]); matched {
					if pairs++; accused {
						moments++
					}
				}
			}
		}
	}
	swaps, found := 0, 0
	for k, fake := range []string{"Deepfakes/c23/videos/519_515.mp4", "FaceSwap/c23/videos/634_660.mp4"} {
		real := open(films[k])
		for i, f := range open(ffpp + "manipulated_sequences/" + fake) {
			if i < len(real) && f.Time == real[i].Time {
				matched, accused := compare(filepath.Base(fake), real[i], f)
				if swaps++; matched && accused {
					found++
				}
			}
		}
	}
	t.Logf("%d of %d other moments accused, %d of %d stills with a replaced face", moments, pairs, found, swaps)
	if pairs < 10 || swaps < 5 || moments*5 > pairs || found*20 < swaps*19 {
		t.Errorf("%d of %d other moments accused, %d of %d stills with a replaced face", moments, pairs, found, swaps)
	}
}
