package calibration

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
)

// normal are files of two classes whose scores lie normally around 0 and apart, from three sources each; the true llr10 is
// apart*(score - apart/2)/ln 10.
func normal(negatives, positives int, apart float64) []Example {
	random := rand.New(rand.NewPCG(1, 1))
	var out []Example
	for i := range negatives + positives {
		e := Example{Positive: i >= negatives, Source: fmt.Sprintf("camera%d:real", i%3), SHA256: fmt.Sprintf("%04d", i)}
		score := random.NormFloat64()
		if e.Positive {
			score += apart
			e.Source = fmt.Sprintf("generator%d:made", i%3)
		}
		e.Answer = forensics.Answer{Answer: forensics.Inconclusive, Score: &score}
		out = append(out, e)
	}
	return out
}

func TestFitFindsTheTrueRatio(t *testing.T) {
	for _, n := range [][2]int{{3000, 3000}, {6000, 1500}} { // unequal classes leave it where it is
		l, err := Fit(forensics.Synthetic, normal(n[0], n[1], 3))
		if err != nil {
			t.Fatal(err)
		}
		if slope, at := 3/math.Ln10, -l.Intercept/l.Slope; math.Abs(l.Slope-slope) > .1 || math.Abs(at-1.5) > .08 {
			t.Errorf("%v: slope %.3f, not %.3f; neutral at %.3f, not 1.5", n, l.Slope, slope, at)
		}
		if l.Cap != 2 || l.Yes == nil || l.No == nil || *l.Yes < 1 || *l.No > -1 {
			t.Errorf("%v: cap %v, yes from %v, no to %v", n, l.Cap, l.Yes, l.No)
		}
		for _, c := range []Count{l.Held.FalseYes, l.Held.FalseNo} {
			if float64(c.Count) > .01*float64(c.Of) || c.AtMost <= float64(c.Count)/float64(c.Of) {
				t.Errorf("%v: %+v decides wrongly too often", n, c)
			}
		}
		if l.Held.Before != nil || l.Held.After > .35 || l.Held.After < l.Held.Min-1e-9 {
			t.Errorf("%v: Cllr before %v, after %v, at best %v", n, l.Held.Before, l.Held.After, l.Held.Min)
		}
	}
}

func TestFewFilesAreWorthLittle(t *testing.T) {
	l, err := Fit(forensics.Synthetic, normal(40, 60, 6))
	if err != nil {
		t.Fatal(err)
	}
	if want := math.Log10(40) - 1; l.Cap != want || l.Yes != nil || l.No != nil {
		t.Errorf("cap %v, not %v; yes %v, no %v: no ratio of 10 can be supported", l.Cap, want, l.Yes, l.No)
	}
	if l, err := Fit(forensics.Synthetic, normal(30, 30, 6)); err != nil || l.Cap != .5 {
		t.Errorf("30 files: %v", err)
	}
}

func TestFitRefuses(t *testing.T) {
	same := func(e *Example, source string) { e.Source = source }
	for _, c := range []struct {
		what, says string
		of         []Example
		change     func(i int, e *Example)
	}{
		{"too few of a class", "synthetic: 29 negatives of 3 sources", normal(29, 60, 3), nil},
		{"one source", "positives of 1 sources", normal(60, 60, 3), func(_ int, e *Example) {
			if e.Positive {
				same(e, "one")
			}
		}},
		{"scores that fall", "does not rise", normal(60, 60, -3), nil},
		{"one score for all", "does not rise", normal(60, 60, 3), func(_ int, e *Example) { *e.Answer.Score = .5 }},
		{"yes without a ratio, which rests on no score", "0 negatives of 0 sources", normal(60, 60, 3), func(_ int, e *Example) { e.Answer.Answer = forensics.Yes }},
		{"scores that follow the source", "mislead", normal(80, 80, 3), func(_ int, e *Example) {
			if strings.HasSuffix(e.Source, "0:real") {
				*e.Answer.Score += 6
			}
		}},
	} {
		for i := range c.of {
			if c.change != nil {
				c.change(i, &c.of[i])
			}
		}
		if _, err := Fit(forensics.Synthetic, c.of); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestFitDoesNotDependOnOrder(t *testing.T) {
	of := normal(100, 100, 2)
	a, err := Fit(forensics.Edited, of)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(of)
	b, err := Fit(forensics.Edited, of)
	if err != nil {
		t.Fatal(err)
	}
	x, _ := json.Marshal(a)
	if y, _ := json.Marshal(b); string(x) != string(y) {
		t.Errorf("%s\n%s", x, y)
	}
	of[7].Positive = !of[7].Positive
	if c, err := Fit(forensics.Edited, of); err != nil || c.Data == a.Data {
		t.Errorf("another label, the same digest of the data: %v", err)
	}
}

func TestThreshold(t *testing.T) {
	wrong := make([]float64, 200)
	wrong[3], wrong[4], wrong[5] = 1.5, 1.25, 1.25
	if at, c := threshold(wrong, 2); at == nil || *at != 1.2501 || c.Count != 1 {
		t.Errorf("%v, %+v: the two of 200 that may be wrong are equal, so one remains", at, c)
	}
	wrong[5] = 0
	if at, c := threshold(wrong, 2); at == nil || *at != 1 || c.Count != 2 {
		t.Errorf("%v, %+v", at, c)
	}
	wrong[3], wrong[4], wrong[5] = 2, 2, 2
	if at, c := threshold(wrong, 2); at != nil || c.Count != 3 {
		t.Errorf("%v, %+v: three of 200 lie at the cap", at, c)
	}
}

func TestApply(t *testing.T) {
	one, minus := 1.2, -1.3
	files := []File{{Name: "lab.json", Questions: []Line{{Question: forensics.Synthetic, Slope: 1, Cap: 2, Yes: &one, No: &minus, Positives: 500, Negatives: 400,
		Held: Held{FalseYes: Count{3, 400, .02}, FalseNo: Count{4, 500, .02}}}}}}
	old := 1.9
	for _, c := range []struct {
		was   forensics.Answer
		score float64
		llr   float64
		is    forensics.Verdict
		says  string
	}{
		{forensics.Answer{Answer: forensics.Inconclusive}, 1.5, 1.5, forensics.Yes, "own calibration lab.json (500 and 400 labelled files) this is 32 times more probable if the answer is yes, and such a ratio was wrong for 3 of 400"},
		{forensics.Answer{Answer: forensics.Inconclusive}, 9, 2, forensics.Yes, "100 times"},
		{forensics.Answer{Answer: forensics.Inconclusive}, 1.19, 1.19, forensics.Inconclusive, "15 times more probable if the answer is yes, which does not decide"},
		{forensics.Answer{Answer: forensics.Inconclusive}, -1.3, -1.3, forensics.No, "20 times more probable if the answer is no, and such a ratio was wrong for 4 of 500"},
		{forensics.Answer{Answer: forensics.Inconclusive}, -.3, -.3, forensics.Inconclusive, "2.0 times more probable if the answer is no"},
		{forensics.Answer{Answer: forensics.Yes, LLR: &old}, .1, .1, forensics.Inconclusive, "1.3 times"},
		{forensics.Answer{Answer: forensics.Yes}, 3, math.NaN(), forensics.Yes, ""},
		{forensics.Answer{Answer: forensics.NotEvaluated}, 3, math.NaN(), forensics.NotEvaluated, ""},
	} {
		c.was.Score, c.was.Reason = &c.score, "as before"
		rec := &forensics.Record{Answers: forensics.Answers{forensics.Synthetic: c.was, forensics.Edited: c.was}}
		Apply(rec, files)
		got := rec.Answers[forensics.Synthetic]
		if got.Answer != c.is || !strings.HasPrefix(got.Reason, "as before") || !strings.Contains(got.Reason, c.says) {
			t.Errorf("score %v: %+v", c.score, got)
		}
		if math.IsNaN(c.llr) != (got.LLR == nil) || got.LLR != nil && *got.LLR != c.llr {
			t.Errorf("score %v: llr10 %v, not %v", c.score, got.LLR, c.llr)
		}
		if other := rec.Answers[forensics.Edited]; other.Reason != "as before" || other.LLR != c.was.LLR {
			t.Errorf("another question was changed: %+v", other)
		}
	}
}

const whole = `{"schema":"unmask/calibration/1","name":"lab.json","tool":"0.1.0","configuration":{"tool":"0.1.0","detector geometry":"1"},"labels_sha256":"00",
"questions":[{"question":"synthetic","slope":1.5,"intercept":-0.5,"cap":1.2,"yes_from":1,"positives":160,"negatives":160,"sources":[],"data_sha256":"00",
"held_out":{"cllr_after":0.5,"cllr_min":0.4,"false_yes":{"count":1,"of":160,"at_most":0.03},"false_no":{"count":1,"of":160,"at_most":0.03}}}]}`

func TestParse(t *testing.T) {
	if files, err := Parse(nil); files != nil || err != nil {
		t.Errorf("nothing: %v, %v", files, err)
	}
	files, err := Parse([]byte(whole + "\n"))
	if err != nil || len(files) != 1 || files[0].Questions[0].LLR(1) != 1 || files[0].Questions[0].LLR(9) != 1.2 {
		t.Fatalf("%+v, %v", files, err)
	}
	for _, c := range [][2]string{
		{"not JSON", "no calibration file"},
		{"{}", "its schema"},
		{whole + whole, "synthetic is calibrated twice"},
		{strings.Replace(whole, "slope\":1.5", "slope\":-1", 1), "slope of synthetic"},
		{strings.Replace(whole, "slope\":1.5", "slope\":1e999", 1), "no calibration file"},
		{strings.Replace(whole, "cap\":1.2", "cap\":5", 1), "its cap"},
		{strings.Replace(whole, "yes_from\":1", "yes_from\":0.2", 1), "less than a likelihood ratio of 10"},
		{strings.Replace(whole, `"synthetic"`, `"impersonation"`, 1), "cannot be calibrated"},
		{strings.Replace(whole, "intercept", "offset", 1), "unknown field"},
		{whole[:len(whole)-9], "no calibration file"},
	} {
		if _, err := Parse([]byte(c[0])); err == nil || !strings.Contains(err.Error(), c[1]) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60s: %v, not %q", c[0], err, c[1])
		}
	}
}

func TestACalibrationIsBoundToItsDetectors(t *testing.T) {
	files, err := Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	f := files[0]
	if why := f.Differs(map[string]string{"tool": "0.1.0", "detector geometry": "1", "references": "x", "opencv": "4.6"}); why != "" {
		t.Error(why)
	}
	if why := f.Differs(map[string]string{"tool": "0.1.0", "detector geometry": "2"}); why != `detector geometry was "1" and is "2"` {
		t.Error(why)
	}
	if why := f.Differs(map[string]string{"tool": "0.1.0", "detector geometry": "1", "detector noise": "1"}); why == "" {
		t.Error("a new detector went unseen")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(whole + whole))
	f.Add([]byte(`{"schema":"unmask/calibration/1","name":"x","questions":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := Parse(data)
		if err != nil {
			return
		}
		score := .5
		rec := &forensics.Record{Answers: forensics.Answers{}}
		for _, q := range Calibrated {
			rec.Answers[q] = forensics.Answer{Answer: forensics.Inconclusive, Score: &score}
		}
		Apply(rec, files)
		for q, a := range rec.Answers {
			if a.LLR != nil && !(math.Abs(*a.LLR) <= maxCap) {
				t.Errorf("%s: %v", q, *a.LLR)
			}
		}
	})
}
