package difference

import (
	"bytes"
	"image"
	"image/jpeg"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// Measures how like its original a face stays in a copy at half size and JPEG q30, and how like it other people's faces are.
func TestMeasureSwap(t *testing.T) {
	env := forensics.Env{Models: models.Folder(detectortest.Models(t, face.Networks()...))}
	embed := func(img image.Image) reference.Vector {
		all, err := face.InPicture(env, img)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 1 || all[0].Refused != "" {
			return nil
		}
		return all[0].Vector
	}
	type person struct {
		name string
		v    reference.Vector
	}
	var people []person
	lowest, copies, lost := 1., 0, 0
	_ = filepath.WalkDir(detectortest.Corpus(t, "identities"), func(path string, e fs.DirEntry, err error) error {
		ext := strings.ToLower(filepath.Ext(path))
		if err != nil || len(people) >= 60 || ext != ".jpg" && ext != ".png" {
			return err
		}
		img, err := imaging.Open(path, imaging.AutoOrientation(true))
		if err != nil || min(img.Bounds().Dx(), img.Bounds().Dy()) < 200 {
			return nil
		}
		original := imaging.Fit(img, reference.PictureSide, reference.PictureSide, imaging.Box)
		v := embed(original)
		if v == nil {
			return nil
		}
		people = append(people, person{filepath.Dir(path), v})
		var b bytes.Buffer
		if err := jpeg.Encode(&b, imaging.Resize(original, original.Rect.Dx()/2, 0, imaging.Box), &jpeg.Options{Quality: 30}); err != nil {
			return err
		}
		again, err := jpeg.Decode(&b)
		if err != nil {
			return err
		}
		if w := embed(again); w != nil {
			copies++
			lowest = min(lowest, v.Dot(w))
			if v.Dot(w) < samePerson {
				lost++
			}
		}
		return nil
	})
	highest, pairs, alike := -1., 0, 0
	for i, a := range people {
		for _, b := range people[:i] {
			if a.name != b.name {
				pairs++
				highest = max(highest, a.v.Dot(b.v))
				if a.v.Dot(b.v) >= samePerson {
					alike++
				}
			}
		}
	}
	t.Logf("%d copies at half size and q30: lowest %.3f, %d below %.2f; %d pairs from different folders: highest %.3f, %d at or above", copies, lowest, lost, samePerson, pairs, highest, alike)
	if copies > 0 && lost*20 > copies {
		t.Errorf("%d of %d honest copies would be called swapped where a region covers the face", lost, copies)
	}
}
