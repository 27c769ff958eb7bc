package detectortest

import (
	"bytes"
	"encoding/csv"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// Labelled is a picture of the corpus that is labelled for the question `edited`.
type Labelled struct {
	Path, Source, Mask string // Mask is "" where there is none
	Edited             bool
}

// editedPairs are the sources that are compared: edited pictures with genuine ones of the same origin.
var editedPairs = [...][2]string{{":copymove", "scanner:authentic"}, {":spliced", "scanner:authentic"}, {":casia2_tampered", ":casia2_authentic"}}

// Conditions of the corpus: as found, and both classes through the same resizer and encoder (J: long side 512, quality 75; L: 256, 70).
var Conditions = [...]string{"found", "J", "L"}

// EditedPictures lists them.
func EditedPictures(t testing.TB) []Labelled {
	t.Helper()
	return labelled(t, func(r []string) bool { return r[1] == "edited" })
}

// GenuinePictures lists every picture of the corpus that is labelled as genuine for any question.
func GenuinePictures(t testing.TB) []Labelled {
	t.Helper()
	return labelled(t, func(r []string) bool {
		return r[1] == "identity" && r[4] != "generated" || r[1] != "identity" && r[2] == "0"
	})
}

// Rows are those of the corpus's labels.csv: path, question, label, source, note, mask.
func Rows(t testing.TB) [][]string {
	t.Helper()
	file, err := os.Open(Corpus(t, "labels.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func labelled(t testing.TB, want func(row []string) bool) []Labelled {
	t.Helper()
	folder := Corpus(t, "")
	var out []Labelled
	seen := map[string]bool{}
	for _, r := range Rows(t) {
		if !want(r) || seen[r[0]] || strings.HasPrefix(r[0], "videos/") {
			continue
		}
		seen[r[0]] = true
		l := Labelled{Path: filepath.Join(folder, r[0]), Source: r[3], Edited: r[2] == "1"}
		if r[5] != "" {
			l.Mask = filepath.Join(folder, r[5])
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		t.Fatal("labels.csv lists no such picture")
	}
	return out
}

// Sample decodes a labelled picture in a condition. ok is false where it cannot be read.
func (l Labelled) Sample(t testing.TB, condition string) (s *media.Sample, ok bool) {
	t.Helper()
	data, err := os.ReadFile(l.Path)
	if err != nil {
		t.Fatal(err)
	}
	if condition != "found" {
		img, err := imaging.Decode(bytes.NewReader(data), imaging.AutoOrientation(true))
		if err != nil {
			return nil, false
		}
		side, quality := 512, 75
		if condition == "L" {
			side, quality = 256, 70
		}
		data = encoded(t, imaging.Fit(img, side, side, imaging.Lanczos), quality)
	}
	if _, _, err := image.DecodeConfig(bytes.NewReader(data)); err != nil {
		return nil, false
	}
	return Load(t, data), true
}

// Features examines a labelled picture in a condition. ok is false where the picture cannot be read or the detector does not apply.
func (l Labelled) Features(t testing.TB, d forensics.Detector, run forensics.Run, condition string) (features map[string]float64, found []forensics.Finding, ok bool) {
	t.Helper()
	s, ok := l.Sample(t, condition)
	if !ok {
		return nil, nil, false
	}
	p := forensics.NewPass(s, forensics.Env{})
	res, err := p.Detect(&d, run)
	if err != nil {
		t.Fatal(err)
	}
	return res.Features, p.Findings(), res.Status == forensics.Done
}

func encoded(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// MeasureEdited logs for every condition and feature the AUC of each pair of sources with its 95 % interval, and how many pictures of either
// class raise a finding, as validation.json holds them. A picture that the detector does not apply to counts as 0.
func MeasureEdited(t *testing.T, d forensics.Detector, names ...string) {
	t.Helper()
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	run, err := d.New(forensics.Env{})
	if err != nil {
		t.Fatal(err)
	}
	all := EditedPictures(t)
	for _, condition := range Conditions {
		values := make([]map[string]float64, len(all))
		raised := make([]bool, len(all))
		for i, l := range all {
			features, found, _ := l.Features(t, d, run, condition)
			values[i], raised[i] = features, len(found) > 0
		}
		for _, pair := range editedPairs {
			var positive, negative []int
			for i, l := range all {
				if l.Edited && strings.Contains(l.Source, pair[0]) {
					positive = append(positive, i)
				} else if !l.Edited && strings.Contains(l.Source, pair[1]) {
					negative = append(negative, i)
				}
			}
			for _, name := range names {
				p, n := pick(values, positive, name), pick(values, negative, name)
				low, high := interval(p, n)
				t.Logf(`{"what": "edited by %s: %s against %s", "condition": "%s", "positives": %d, "negatives": %d, "auc": %.3f, "ci95": [%.3f, %.3f], "recall": %.3f, "fpr": %.3f},`,
					name, pair[0][1:], pair[1][strings.Index(pair[1], ":")+1:], condition, len(p), len(n), auc(p, n), low, high, share(raised, positive), share(raised, negative))
			}
		}
	}
}

// MeasureGenuine logs how many of the genuine pictures of the corpus raise a finding, in every condition, and names them.
func MeasureGenuine(t *testing.T, d forensics.Detector) {
	t.Helper()
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	run, err := d.New(forensics.Env{})
	if err != nil {
		t.Fatal(err)
	}
	for _, condition := range Conditions {
		n, raised := 0, 0
		for _, l := range GenuinePictures(t) {
			_, found, ok := l.Features(t, d, run, condition)
			if !ok {
				continue
			}
			if n++; len(found) > 0 {
				raised++
				t.Logf("%s: %s %.2f %v in %s", condition, found[0].Code, found[0].Score, *found[0].Where.Box, l.Path)
			}
		}
		t.Logf(`{"what": "finding on genuine pictures of all sources", "condition": "%s", "positives": 0, "negatives": %d, "fpr": %.4f},`, condition, n, float64(raised)/float64(n))
	}
}

func pick(values []map[string]float64, of []int, name string) []float64 {
	var out []float64
	for _, i := range of {
		out = append(out, values[i][name])
	}
	return out
}

func share(raised []bool, of []int) float64 {
	n := 0.
	for _, i := range of {
		if raised[i] {
			n++
		}
	}
	return n / float64(max(1, len(of)))
}

// auc is the chance that a positive scores above a negative.
func auc(positives, negatives []float64) float64 {
	above := 0.
	for _, p := range positives {
		for _, n := range negatives {
			if p > n {
				above++
			} else if p == n {
				above += .5
			}
		}
	}
	return above / float64(len(positives)*len(negatives))
}

// interval is the 95 % interval of the AUC over resampled pictures.
func interval(positives, negatives []float64) (low, high float64) {
	random := rand.New(rand.NewPCG(2026, 1))
	draw := func(from []float64) []float64 {
		out := make([]float64, len(from))
		for i := range out {
			out[i] = from[random.IntN(len(from))]
		}
		return out
	}
	const times = 1000
	var all [times]float64
	for i := range all {
		all[i] = auc(draw(positives), draw(negatives))
	}
	slices.Sort(all[:])
	return all[times*25/1000], all[times*975/1000-1]
}
