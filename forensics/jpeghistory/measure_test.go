package jpeghistory

import (
	"bytes"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
	"unmask/media/jpeg"

	"github.com/disintegration/imaging"
)

// replaced are files of the corpus whose picture was cropped heavily after the thumbnail was made, as a person saw on looking at them.
var replaced = []string{"openface/images/examples/carell.jpg", "metadata-extractor-images/jpg/Nikon_E5000.jpg"}

// subject is a file of the corpus with a thumbnail that can be compared.
type subject struct {
	path     string
	pass     *forensics.Pass
	thumb    media.Frame
	distance int
}

// source is the collection a file comes from: two files of one collection may show the same thing.
func (s subject) source() string { return strings.Join(strings.Split(s.path, "/")[:2], "/") }

// walkJPEG calls do for every complete JPEG of a folder of the corpus that Go decodes.
func walkJPEG(t *testing.T, folder string, do func(path string, s *media.Sample, f *jpeg.File)) {
	root := detectortest.Corpus(t, folder)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := jpeg.Parse(raw)
		if err != nil || !f.Complete {
			return nil
		}
		if img, err := stdjpeg.Decode(bytes.NewReader(raw)); err == nil {
			rel, _ := filepath.Rel(detectortest.Corpus(t, ""), path)
			info := media.Info{Kind: media.Image, Format: "jpeg"}
			do(rel, &media.Sample{Info: info, Raw: raw, Frames: []media.Frame{frame(img)}}, f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestMeasure prints distances of thumbnails: of the same picture, of other pictures, and of pictures that were cropped afterwards.
func TestMeasure(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	var subjects []subject
	files, trailing, found := 0, 0, 0
	for _, folder := range []string{"faces_real", "identities", "manipulated", "faceswap", "faces_synthetic", "hash_conformance", "provenance"} {
		walkJPEG(t, folder, func(path string, s *media.Sample, f *jpeg.File) {
			files++
			_, findings := examine(t, s)
			for _, x := range findings {
				t.Logf("%s: %s", path, x.Text)
				if x.Code == "jpeg.trailing" {
					trailing++
				}
			}
			thumb, _, _, ok := readThumbnail(f)
			if !ok {
				return
			}
			found++
			p := forensics.NewPass(s, forensics.Env{})
			if d, ok := distance(p, thumb); ok {
				subjects = append(subjects, subject{path, p, thumb, d})
			}
		})
	}
	t.Logf("%d JPEG files, %d with trailing data, %d with a thumbnail, %d of these comparable", files, trailing, found, len(subjects))

	var same, edited, cropped []int
	for _, s := range subjects {
		switch {
		case slices.ContainsFunc(replaced, func(end string) bool { return strings.HasSuffix(s.path, end) }):
			cropped = append(cropped, s.distance)
		case strings.Contains(s.path, "/tampered/"):
			edited = append(edited, s.distance)
		default:
			same = append(same, s.distance)
		}
	}
	print(t, "thumbnail of the picture", same)
	print(t, "thumbnail from before a local edit", edited)
	print(t, "thumbnail from before a heavy crop, seen by eye", cropped)

	var others []int
	for i, s := range subjects {
		for k, n := 7, 0; k < 200 && n < 6; k += 7 {
			o := subjects[(i+k)%len(subjects)]
			if o.source() == s.source() {
				continue
			}
			n++
			if d, ok := distance(o.pass, s.thumb); ok {
				others = append(others, d)
			}
		}
	}
	print(t, "thumbnail of another picture", others)

	for _, share := range []float64{.98, .96, .94, .9, .7} {
		var cut []int
		for _, s := range subjects {
			f := &s.pass.Frames[0]
			w, h := int(share*float64(f.Width)), int(share*float64(f.Height))
			sample := *s.pass.Sample
			sample.Frames = []media.Frame{frame(f.Crop(image.Rect(f.Width-w, 0, f.Width, h)))}
			if d, ok := distance(forensics.NewPass(&sample, forensics.Env{}), s.thumb); ok {
				cut = append(cut, d)
			}
		}
		print(t, fmt.Sprintf("picture cropped to %.0f %% of each side, upper right", 100*share), cut)
	}
}

// TestMeasureMadeThumbnails prints distances of thumbnails made as cameras make them from pictures of the corpus that have none.
func TestMeasureMadeThumbnails(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	var bars, cut []int
	for _, folder := range []string{"faces_real", "manipulated"} {
		walkJPEG(t, folder, func(path string, s *media.Sample, _ *jpeg.File) {
			p := forensics.NewPass(s, forensics.Env{})
			small := p.Frames[0].Fit(512)
			for _, c := range []struct {
				img image.Image
				to  *[]int
			}{{letterboxed(small), &bars}, {imaging.Fill(small, 160, 120, imaging.Center, imaging.Linear), &cut}} {
				img, err := imaging.Decode(bytes.NewReader(encode(c.img, 70)))
				if err != nil {
					t.Fatal(err)
				}
				if d, ok := distance(p, frame(img)); ok {
					*c.to = append(*c.to, d)
					if d >= mismatch {
						t.Logf("%s, %dx%d: %d", path, p.Frames[0].Width, p.Frames[0].Height, d)
					}
				}
			}
		})
	}
	print(t, "made thumbnail of 160x120 with black bars", bars)
	print(t, "made thumbnail cropped to 160x120", cut)
}

func print(t *testing.T, what string, distances []int) {
	slices.Sort(distances)
	beyond := 0
	for _, d := range distances {
		if d >= mismatch {
			beyond++
		}
	}
	if n := len(distances); n > 0 {
		t.Logf("%s: n %d, mismatches %d (%.4f), least %d, median %d, 95th percentile %d, greatest %d", what, n, beyond, float64(beyond)/float64(n),
			distances[0], distances[n/2], distances[n*95/100], distances[n-1])
	}
}

// script writes pictures at every quality with Pillow, which uses libjpeg-turbo.
const script = `
import sys, random
from PIL import Image
random.seed(1)
img = Image.frombytes("RGB", (64, 64), bytes(random.randrange(256) for _ in range(3*64*64)))
for q in range(1, 101):
    for s, name in enumerate(("444", "422", "420")):
        for progressive in (0, 1):
            img.save(f"{sys.argv[1]}/{q}-{name}-{progressive}.jpg", quality=q, subsampling=s, progressive=bool(progressive))
`

// TestMeasureQuality compares the estimate with the setting Pillow was given.
func TestMeasureQuality(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("/usr/bin/python3", "-c", script, dir).CombinedOutput(); err != nil {
		t.Skipf("Pillow is not at hand: %s", out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil || len(files) != 600 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	right, exact, sampling := 0, 0, 0
	for _, path := range files {
		var q, s, progressive int
		fmt.Sscanf(filepath.Base(path), "%d-%d-%d.jpg", &q, &s, &progressive)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := jpeg.Parse(raw)
		if err != nil || !f.Complete || f.Frame.Progressive() != (progressive == 1) {
			t.Errorf("%s: %v, complete %v", path, err, f.Complete)
		}
		got, _ := f.Quality()
		if got.Luma.Quality == q && got.Chroma.Quality == q {
			right++
		} else {
			t.Logf("%s: luma %d, chroma %d", filepath.Base(path), got.Luma.Quality, got.Chroma.Quality)
		}
		if got.Standard() {
			exact++
		}
		if strings.ReplaceAll(got.Subsampling, ":", "") == fmt.Sprint(s) {
			sampling++
		}
	}
	t.Logf("of %d files: quality right %d, standard tables %d, subsampling right %d", len(files), right, exact, sampling)
	if right != len(files) || exact != len(files) || sampling != len(files) {
		t.Error("not all right")
	}
}
