package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// copyOf writes a copy of a picture at half the size, with a patch of another pattern at patch where that is not empty.
func copyOf(t *testing.T, it media.Item, patch image.Rectangle) media.Item {
	t.Helper()
	img, err := imaging.Open(string(it.Path))
	if err != nil {
		t.Fatal(err)
	}
	out := imaging.Resize(img, img.Bounds().Dx()/2, 0, imaging.Box)
	for y := patch.Min.Y; y < patch.Max.Y; y++ {
		for x := patch.Min.X; x < patch.Max.X; x++ {
			out.SetNRGBA(x, y, color.NRGBA{uint8(90 + 80*((x/9+y/7)%2)), 60, uint8(200 - 3*x%40), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return media.Item{Path: media.Path(path), Size: int64(b.Len())}
}

func TestCopiesThatDiffer(t *testing.T) {
	original, patch := photo(t), image.Rect(200, 300, 290, 380)
	got, err := compare(copyOf(t, original, patch), original, plan, forensics.Env{})
	if err != nil || len(got.OfItem) != 1 || len(got.OfBase) != 1 {
		t.Fatal(got, err)
	}
	for _, c := range []struct {
		finding forensics.Finding
		altered image.Rectangle
	}{{got.OfItem[0], patch}, {got.OfBase[0], image.Rectangle{patch.Min.Mul(2), patch.Max.Mul(2)}}} {
		b := c.finding.Where.Box
		box := image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3])
		if both := box.Intersect(c.altered); c.finding.Code != "edit.against_copy" || 2*both.Dx()*both.Dy() < box.Dx()*box.Dy() {
			t.Errorf("%s at %v, altered at %v", c.finding.Code, box, c.altered)
		}
	}
	if got, err := compare(copyOf(t, original, image.Rectangle{}), original, plan, forensics.Env{}); err != nil || len(got.OfItem)+len(got.OfBase) > 0 {
		t.Errorf("an honest copy: %v %v", got, err)
	}
	gone := media.Item{Path: "/nonexistent.jpg"}
	if got, err := compare(gone, original, plan, forensics.Env{}); err != nil || got.Failure == nil {
		t.Errorf("a file that is gone: %v %v", got, err)
	}
}
