package difference

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/jpeg"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// original is one photograph of the corpus as it would be protected.
type original struct {
	path string
	sum  [32]byte
	img  *image.NRGBA
}

// held says whether the picture is kept for the figures; the others chose the thresholds.
func (o *original) held() bool { return o.sum[0]&1 == 1 }

// paths lists the photographs of real people in the corpus, at least 300 pixels a side, each content once.
func paths(t testing.TB) (out []original) {
	seen := map[[32]byte]bool{}
	for _, dir := range []string{"faces_real", "identities"} {
		err := filepath.WalkDir(detectortest.Corpus(t, dir), func(path string, _ fs.DirEntry, err error) error {
			if ext := strings.ToLower(filepath.Ext(path)); err != nil || ext != ".jpg" && ext != ".jpeg" && ext != ".png" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			c, _, err := image.DecodeConfig(bytes.NewReader(data))
			if err == nil && min(c.Width, c.Height) >= 300 && !seen[sha256.Sum256(data)] {
				seen[sha256.Sum256(data)] = true
				out = append(out, original{path: path, sum: sha256.Sum256(data)})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// largest is the longer side in pixels that originals are reduced to: measuring takes long enough.
const largest = 1600

// some returns up to n originals of one half of the corpus, spread over it.
func some(t testing.TB, held bool, n int) (out []original) {
	var all []original
	for _, o := range paths(t) {
		if o.held() == held {
			all = append(all, o)
		}
	}
	n = min(n, len(all))
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

// copied says where a copy shows its original.
type copied struct {
	place forensics.Affine // from pixels of the original
	exact bool             // what the placement will claim
}

func frameOf(img image.Image) media.Frame {
	n := imaging.Clone(img)
	f := media.Frame{Width: n.Rect.Dx(), Height: n.Rect.Dy(), Pix: make([]byte, 0, 3*n.Rect.Dx()*n.Rect.Dy())}
	for i := 0; i < len(n.Pix); i += 4 {
		f.Pix = append(f.Pix, n.Pix[i+2], n.Pix[i+1], n.Pix[i])
	}
	return f
}

func encoded(img image.Image, quality int) image.Image {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	out, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return out
}

// entryOf enrols a picture as match.Describe does.
func entryOf(img image.Image) *reference.Entry {
	f := frameOf(img)
	small := f.Fit(reference.PictureSide)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 90}); err != nil {
		panic(err)
	}
	return &reference.Entry{Identity: "someone", Name: "original.jpg", Picture: b.Bytes(), Width: small.Rect.Dx(), Height: small.Rect.Dy()}
}

// placed returns where the copy shows the entry, with the error that a placement has.
func (c *copied) placed(e *reference.Entry, img image.Image, rnd *rand.Rand) forensics.Affine {
	w, h := float64(e.Width), float64(e.Height)
	even := func(reach float64) float64 { return (2*rnd.Float64() - 1) * reach }
	dx, dy, size, turn := even(1.5), even(1.5), 1+even(.004), even(.003)
	if !c.exact {
		dx, dy, size, turn = even(.03)*w, even(.03)*h, 1+even(.03), 0
	}
	sin, cos := math.Sincos(turn)
	wrong := forensics.Affine{size * cos, -size * sin, 0, size * sin, size * cos, 0}
	u, v := wrong.Apply(w/2, h/2)
	wrong[2], wrong[5] = w/2-u+dx, h/2-v+dy
	return after(c.place, after(c.toOriginal(e, img), wrong))
}

func (c *copied) toOriginal(e *reference.Entry, img image.Image) forensics.Affine {
	b := img.Bounds()
	return scaling(float64(b.Dx())/float64(e.Width), float64(b.Dy())/float64(e.Height))
}

func random(o *original, name string) *rand.Rand {
	sum := sha256.Sum256(append([]byte(name), o.sum[:]...))
	return rand.New(rand.NewPCG(uint64(sum[0])<<8|uint64(sum[1]), uint64(sum[2])<<8|uint64(sum[3])))
}
