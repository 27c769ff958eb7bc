package hashset

import (
	"bytes"
	"context"
	"encoding/hex"
	"image"
	"image/jpeg"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/hashset/setfile"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// waves draws a picture with enough detail for a hash.
func waves(seed float64) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			u, v := float64(x)/320, float64(y)/240
			s := math.Sin(seed*u*35+v*v*50) + math.Cos(v*55-seed*u*u*20) + math.Sin((u+v)*18*seed)
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = uint8(128+40*s), uint8(128-40*s), uint8(255*u), 255
		}
	}
	return img
}

// sample is a picture saved as a JPEG, with its digests.
func sample(t testing.TB, img image.Image, quality int) *media.Sample {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	s := detectortest.Load(t, b.Bytes())
	if err := s.Item.Digest(bytes.NewReader(b.Bytes())); err != nil {
		t.Fatal(err)
	}
	return s
}

func hash(s *media.Sample) string {
	return forensics.NewPass(s, forensics.Env{}).PDQ(0).Hash().String()
}

// set opens a set with these hexadecimal digests, and a category for all of them.
func set(t testing.TB, kind setfile.Kind, name string, category uint8, perceptual bool, digests ...string) setfile.Given {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.set")
	w := setfile.NewWriter(path)
	for _, digits := range digests {
		b, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		a := map[int]setfile.Algorithm{16: setfile.MD5, 20: setfile.SHA1, 32: setfile.SHA256}[len(b)]
		if perceptual {
			a = setfile.PDQ
		}
		var d [32]byte
		copy(d[:], b)
		if err := w.Add(a, &d, category); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish([32]byte{}, 0); err != nil {
		t.Fatal(err)
	}
	s, err := setfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return setfile.Given{Kind: kind, Name: name, Set: s}
}

func TestContract(t *testing.T) {
	listed, lookalike := sample(t, waves(1), 90), sample(t, imaging.FlipH(waves(2)), 40)
	video := &media.Sample{Info: media.Info{Kind: media.Video, Format: "mp4"}}
	for i, img := range []image.Image{waves(3), waves(4), imaging.Rotate90(waves(2))} {
		f := sample(t, img, 80).Frames[0]
		f.Index, f.Time = 25*i, time.Duration(i)*time.Second
		video.Frames = append(video.Frames, f)
	}
	env := forensics.Env{HashSets: []setfile.Given{
		set(t, setfile.Alert, "alert.txt", 1, false, listed.Item.MD5, strings.Repeat("0", 64)),
		set(t, setfile.Alert, "pictures.pdq", 0, true, hash(sample(t, waves(2), 95))),
		set(t, setfile.Known, "known.csv", 0, false, listed.Item.SHA256, listed.Item.SHA1),
		set(t, setfile.Known, "stock.pdq", 0, true, hash(sample(t, waves(2), 95)), strings.Repeat("0", 64)),
	}}
	plain := sample(t, imaging.New(200, 200, image.White), 90)
	detectortest.Run(t, Detector, env,
		detectortest.Case{Name: "listed", Sample: listed},
		detectortest.Case{Name: "lookalike", Sample: lookalike},
		detectortest.Case{Name: "video", Sample: video},
		detectortest.Case{Name: "unlisted", Sample: sample(t, waves(1), 91), Clean: true},
		detectortest.Case{Name: "plain", Sample: plain, Clean: true},
	)
}

// detect runs the detector over one sample.
func detect(t testing.TB, s *media.Sample, sets ...setfile.Given) (forensics.Result, []forensics.Finding) {
	t.Helper()
	env := forensics.Env{HashSets: sets}
	p := forensics.NewPass(s, env)
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func TestWhatCannotBeLookedUpIsNotApplicable(t *testing.T) {
	picture, plain := sample(t, waves(1), 90), sample(t, imaging.New(200, 200, image.White), 90)
	perceptual := set(t, setfile.Alert, "a.pdq", 0, true, hash(picture))
	for name, c := range map[string]struct {
		sample *media.Sample
		sets   []setfile.Given
		want   forensics.Outcome
	}{
		"no sets":                 {picture, nil, forensics.NotApplied},
		"plain, PDQ only":         {plain, []setfile.Given{perceptual}, forensics.NotApplied},
		"no picture, PDQ only":    {&media.Sample{Item: plain.Item}, []setfile.Given{perceptual}, forensics.NotApplied},
		"plain, PDQ and digests":  {plain, []setfile.Given{perceptual, set(t, setfile.Known, "k", 0, false, picture.Item.MD5)}, forensics.Done},
		"picture, PDQ":            {picture, []setfile.Given{perceptual}, forensics.Done},
		"no picture, but digests": {&media.Sample{Item: plain.Item, Info: media.Info{Kind: media.Other}}, []setfile.Given{set(t, setfile.Known, "k", 0, false, picture.Item.MD5)}, forensics.Done},
	} {
		if c.sample.Info.Kind == 0 {
			c.sample.Info.Kind = media.Other
		}
		if res, _ := detect(t, c.sample, c.sets...); res.Status != c.want || (res.Reason == "") != (c.want == forensics.Done) {
			t.Errorf("%s: %+v", name, res)
		}
	}
}

// A file that cannot be decoded, or that is no media, is looked up all the same, and keeps its status.
func TestFilesWithoutFramesAreLookedUp(t *testing.T) {
	picture := sample(t, waves(1), 90)
	env := forensics.Env{HashSets: []setfile.Given{set(t, setfile.Alert, "alert.txt", 0, false, picture.Item.SHA1)}}
	for code, c := range map[string]struct {
		kind media.Kind
		want forensics.Status
	}{"decode.failed": {media.Image, forensics.Failed}, "format.unsupported": {media.Other, forensics.Skipped}, media.CodeKnown: {media.Video, forensics.Skipped}} {
		decode := func(it media.Item, _ media.Plan) (*media.Sample, error) {
			return &media.Sample{Item: it, Info: media.Info{Kind: c.kind}, Frames: picture.Frames}, media.Failf(code, "no")
		}
		examine, err := forensics.NewExaminer(env, []forensics.Detector{Detector, {Name: "other", Accepts: media.Image | media.Video,
			New: func(forensics.Env) (forensics.Run, error) {
				return func(p *forensics.Pass) error { t.Error("a detector of pictures was run without any"); return nil }, nil
			}}}, decode, media.Plan{}, func(*forensics.Record) {})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := examine(context.Background(), picture.Item)
		if err != nil {
			t.Fatal(err)
		}
		if rec.Status != c.want || rec.Error.Code != code || len(rec.Results) != 1 || len(rec.Findings) != 1 || rec.Findings[0].Code != "hashset.alert" || rec.Thumbnail != "" {
			t.Errorf("%s: %+v", code, rec)
		}
	}
}

func TestKnown(t *testing.T) {
	a, b, c := sample(t, waves(1), 90), sample(t, waves(2), 90), sample(t, waves(3), 90)
	known := set(t, setfile.Known, "known", 0, false, a.Item.MD5, b.Item.MD5)
	alert := set(t, setfile.Alert, "alert", 0, false, b.Item.SHA256)
	is := Known([]setfile.Given{known, alert})
	if !is(&a.Item) || is(&c.Item) {
		t.Error("the known-good set is not what counts")
	}
	if is(&b.Item) {
		t.Error("a file to be found is passed over because it is in a known-good set, too")
	}
	if Known([]setfile.Given{alert, set(t, setfile.Known, "looks", 0, true, hash(a))}) != nil || Known(nil) != nil {
		t.Error("nothing is known by its digests")
	}
}
