package difference

import (
	"image"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/match"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// TestMeasureShots compares pictures of one person that show one scene, as the match detector has it: other shots of it, and some copies, which differ in
// no region. Other shots must not count as altered. With -v it compares all and prints what is accused; otherwise four pictures of a person.
func TestMeasureShots(t *testing.T) {
	type photograph struct {
		path    string
		img     image.Image
		entries []reference.Entry
	}
	env := forensics.Env{Models: models.Folder(detectortest.Models(t, face.Networks()...))}
	people := map[string][]photograph{}
	scenes, open, same := 0, 0, 0
	for _, r := range detectortest.Rows(t) {
		if r[1] != "identity" || r[4] == "generated" || !testing.Verbose() && len(people[r[2]]) == 4 {
			continue
		}
		img, err := imaging.Open(detectortest.Corpus(t, r[0]), imaging.AutoOrientation(true))
		if err != nil {
			continue
		}
		img = imaging.Fit(img, 1024, 1024, imaging.Box)
		entries, err := match.Describe(passOf(img, forensics.Env{}), r[2], r[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range people[r[2]] {
			p := passOf(img, forensics.Env{Models: env.Models, References: reference.NewSet(other.entries)})
			if err := match.Locate(p); err != nil {
				t.Fatal(err)
			}
			all, _ := compareAll(p)
			if len(all) == 0 {
				continue
			}
			switch c := all[0]; {
			case c.doubt() != "":
				scenes, open = scenes+1, open+1
			case len(c.Regions) == 0:
				same++
			default:
				scenes++
				t.Logf("%s against %s: shift %.2f, left %.2f, changed %.3f, agreement %.2f, peak %.2f", r[0], other.path, c.Shift, c.Left, c.Changed, c.Agreement, c.Peak)
			}
		}
		people[r[2]] = append(people[r[2]], photograph{r[0], img, entries})
	}
	t.Logf("%d pairs of pictures show one scene and differ, %d of them are accused; %d more pairs are copies", scenes, scenes-open, same)
	if accused := scenes - open; scenes < 10 || accused*5 > scenes {
		t.Errorf("%d of %d other shots of a scene count as altered", accused, scenes)
	}
}

func passOf(img image.Image, env forensics.Env) *forensics.Pass {
	return forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}, Frames: []media.Frame{frameOf(img)}}, env)
}
