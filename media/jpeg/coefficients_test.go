package jpeg_test

import (
	"bytes"
	"errors"
	"image"
	stdjpeg "image/jpeg"
	"math"
	"os"
	"path/filepath"
	"testing"

	"unmask/media/jpeg"
)

// zigzag is the place of coefficient k of a block in rows of eight.
var zigzag = [64]int{0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63}

// samples turns a block back into samples by the definition of T.81 A.3.3.
func samples(b *jpeg.Block, t *jpeg.Table) (out [64]float64) {
	for k, v := range b {
		if v == 0 {
			continue
		}
		u, w := zigzag[k]%8, zigzag[k]/8
		scale := float64(v) * float64(t.Values[k]) / 4
		if u == 0 {
			scale /= math.Sqrt2
		}
		if w == 0 {
			scale /= math.Sqrt2
		}
		for i := range out {
			out[i] += scale * math.Cos(float64(2*(i%8)+1)*float64(u)*math.Pi/16) * math.Cos(float64(2*(i/8)+1)*float64(w)*math.Pi/16)
		}
	}
	return out
}

// sameAsDecoder compares the picture that the coefficients make with what Go's decoder makes of the file.
func sameAsDecoder(t *testing.T, file []byte) {
	t.Helper()
	c, err := parse(t, file).Coefficients(file)
	if err != nil {
		t.Fatal(err)
	}
	img, err := stdjpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	var luma []byte
	var stride int
	switch m := img.(type) {
	case *image.YCbCr:
		luma, stride = m.Y, m.YStride
	case *image.Gray:
		luma, stride = m.Pix, m.Stride
	default:
		t.Skipf("%T", img)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	for y := 0; y < h; y += 8 {
		for x := 0; x < w; x += 8 {
			s := samples(&c.Blocks[y/8*c.Across+x/8], &c.Table)
			for i, v := range s {
				px, py := x+i%8, y+i/8
				if px < w && py < h && math.Abs(min(max(v+128, 0), 255)-float64(luma[py*stride+px])) > 2 {
					t.Fatalf("sample %d,%d is %.1f, the decoder has %d", px, py, v+128, luma[py*stride+px])
				}
			}
		}
	}
}

func TestCoefficientsMakeThePicture(t *testing.T) {
	for _, size := range []image.Point{{48, 32}, {8, 8}, {1, 1}, {50, 33}, {17, 90}} {
		for _, q := range []int{30, 80, 100} {
			sameAsDecoder(t, encoded(t, image.NewRGBA(image.Rect(0, 0, size.X, size.Y)), q))
			sameAsDecoder(t, encoded(t, image.NewGray(image.Rect(0, 0, size.X, size.Y)), q))
		}
	}
	files, _ := filepath.Glob("testdata/*.jpg")
	if len(files) < 4 {
		t.Fatalf("only %d files in testdata", len(files))
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { sameAsDecoder(t, file) })
	}
}

func TestCoefficientsOfDamagedFiles(t *testing.T) {
	whole := sample(t)
	at := bytes.Index(whole, []byte{0xff, 0xc0})
	huge := bytes.Clone(whole)
	copy(huge[at+5:], "\xff\xff\xff\xff")
	files := map[string][]byte{"huge": huge, "cut": whole[:len(whole)-40], "without a scan": whole[:at], "without a header": whole[:2],
		"arithmetic": bytes.Replace(whole, []byte{0xff, 0xc0}, []byte{0xff, 0xc9}, 1)}
	for name, file := range files {
		if _, err := parse(t, file).Coefficients(file); !errors.Is(err, jpeg.ErrCoefficients) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCoefficients(f *testing.F) {
	f.Add(sample(f))
	files, _ := filepath.Glob("testdata/*.jpg")
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		parsed, err := jpeg.Parse(b)
		if err != nil {
			return
		}
		c, err := parsed.Coefficients(b)
		if err != nil {
			if !errors.Is(err, jpeg.ErrCoefficients) {
				t.Error(err)
			}
			return
		}
		if len(c.Blocks) != c.Across*c.Down || len(c.Blocks) > len(b) {
			t.Errorf("%d blocks, %dx%d", len(c.Blocks), c.Across, c.Down)
		}
	})
}
