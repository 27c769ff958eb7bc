package face

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"image/jpeg"
	"os"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/reference"

	"github.com/disintegration/imaging"
)

const (
	cohortFile  = "../reference/cohort.bin"
	cohortList  = "testdata/cohort.tsv" // path in the corpus, SHA-256, condition
	reducedEyes = 20.                   // pixels between the eyes in the condition "reduced"
)

// TestCohort holds the cohort of forensics/reference to its recipe: the largest face of every portrait of nobody in the corpus (StyleGAN2 and
// another GAN; no picture generated after a real person), as found, and reduced to 20 pixels between the eyes and saved as JPEG of
// quality 75. With -update it is made anew; otherwise one embedding in 24 is checked.
func TestCohort(t *testing.T) {
	env := forensics.Env{Models: detectortest.Models(t, Networks()...)}
	update := flag.Lookup("update").Value.String() == "true"
	have, err := os.ReadFile(cohortFile)
	if err != nil && !update {
		t.Fatal(err)
	}
	var all []byte
	var list strings.Builder
	for _, name := range nobodies(t) {
		data, err := os.ReadFile(detectortest.Corpus(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, condition := range []string{"found", "reduced"} {
			at := len(all)
			fmt.Fprintf(&list, "%s\t%x\t%s\n", name, sha256.Sum256(data), condition)
			if i := at / reference.VectorLength; !update && i%48 != 0 && i%48 != 25 {
				all = append(all, make([]byte, reference.VectorLength)...)
				continue
			}
			v := largest(t, env, data, condition == "reduced")
			all = append(all, reference.PackVector(v)...)
			if !update && (len(have) < len(all) || reference.UnpackVector(have[at:len(all)]).Dot(v) < .98) {
				t.Fatalf("%s, %s: the cohort holds something else; run with -update", name, condition)
			}
		}
	}
	if update {
		for file, content := range map[string][]byte{cohortFile: all, cohortList: []byte(list.String())} {
			if err := os.WriteFile(file, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	} else if want, _ := os.ReadFile(cohortList); len(have) != len(all) || string(want) != list.String() {
		t.Error("the cohort was made of other pictures; run with -update")
	}
}

// nobodies lists generated portraits that show no real person.
func nobodies(t *testing.T) (out []string) {
	for _, r := range detectortest.Rows(t) {
		if r[3] == "generated-faces:gan_generated_photos" || r[3] == "realorfake:gan_stylegan2_tpdne" {
			out = append(out, r[0])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// largest returns the embedding of the largest face in a file.
func largest(t *testing.T, env forensics.Env, data []byte, reduced bool) reference.Vector {
	img, err := imaging.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	faces, err := InPicture(env, img)
	if err == nil && reduced {
		var b bytes.Buffer
		small := imaging.Resize(img, int(float64(img.Bounds().Dx())*reducedEyes/faces[0].Face.Quality["inter_eye"]), 0, imaging.Box)
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 75}); err != nil {
			t.Fatal(err)
		}
		if img, err = jpeg.Decode(&b); err != nil {
			t.Fatal(err)
		}
		faces, err = InPicture(env, img)
	}
	if err != nil || len(faces) == 0 || faces[0].Vector == nil {
		t.Fatalf("%v %+v", err, faces)
	}
	return faces[0].Vector
}
