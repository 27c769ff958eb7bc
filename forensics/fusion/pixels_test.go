package fusion

import (
	"math"
	"strings"
	"testing"

	"unmask/forensics"
)

// measured is a record with numbers of detectors, as "detector.feature".
func measured(numbers map[string]float64) *forensics.Record {
	rec := forensics.NewRecord(record().Item)
	rec.Status = forensics.Examined
	for name, v := range numbers {
		detector, feature, _ := strings.Cut(name, ".")
		rec.Results = append(rec.Results, forensics.Result{Detector: detector, Version: 1, Status: forensics.Done, Features: map[string]float64{feature: v}})
	}
	return rec
}

func TestLinesAreSound(t *testing.T) {
	answered := map[forensics.Question]bool{}
	for _, l := range lines {
		answered[l.Question] = true
		needed := false
		for _, in := range l.Inputs {
			needed = needed || in.Needed
			if in.Detector == "" || in.Feature == "" || in.Words == "" || in.Low >= in.High {
				t.Errorf("%s: %+v", l.Question, in)
			}
		}
		if !needed || l.Cap <= 0 || l.Cap > 2 || l.Yes != nil && *l.Yes < 1 || l.No != nil && *l.No > -1 {
			t.Errorf("%s: %+v", l.Question, l)
		}
	}
	for _, q := range []forensics.Question{forensics.Synthetic, forensics.FaceSwap, forensics.Edited} {
		if !answered[q] {
			t.Errorf("nothing answers %s", q)
		}
	}
}

// The ratio rises with the score, never goes beyond its cap, and stands beside a reason that names what added to it.
func TestPixels(t *testing.T) {
	before := math.Inf(-1)
	for _, score := range []float64{-1e9, -3, 0, 3, 1e9} {
		rec := measured(map[string]float64{"texture.score": score, "geometry.score": .2})
		a, ok := decision{rec: rec}.pixels(forensics.Synthetic)
		if !ok || a.LLR == nil || *a.LLR < before || math.Abs(*a.LLR) > 2 || *a.Score < 0 || *a.Score > 1 || !strings.Contains(a.Reason, "log10 likelihood ratio") {
			t.Errorf("score %v: %+v", score, a)
		}
		before = *a.LLR
	}
	if _, ok := (decision{rec: measured(map[string]float64{"geometry.score": .9})}).pixels(forensics.Synthetic); ok {
		t.Error("the layout alone answers")
	}
	if a, ok := (decision{rec: measured(map[string]float64{"surround.score": 9})}).pixels(forensics.FaceSwap); !ok || a.Answer != forensics.Inconclusive {
		t.Errorf("a face against its surround alone decides: %+v", a)
	}
}

func TestContributions(t *testing.T) {
	rec := measured(map[string]float64{"texture.score": 2})
	rec.Findings = []forensics.Finding{{Code: "synthetic.texture", Detector: "texture"}, {Code: "label.aigc.present", Detector: "labels"}}
	decision{rec: rec}.pixels(forensics.Synthetic)
	if c := rec.Findings[0].Contribution; c == nil || *c <= 0 || rec.Findings[1].Contribution != nil {
		t.Errorf("%+v", rec.Findings)
	}
}
