package validation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"unmask/forensics"
	"unmask/media"
)

// observations are files of four sources, two of each class: one record is missing, one question was not evaluated.
func observations() []Observation {
	var out []Observation
	add := func(source string, positive bool, v forensics.Verdict, score, llr float64) {
		o := Observation{Label: Label{Path: fmt.Sprint(len(out)), Question: forensics.Synthetic, Positive: positive, Source: source}, Found: v != noRecord}
		if o.Found {
			o.Answer.Answer = v
		}
		if v == forensics.Yes || v == forensics.No || v == forensics.Inconclusive {
			o.Answer.Score, o.Answer.LLR = &score, &llr
			o.Features = map[string]float64{"noise.level": -score, "size.side": 100}
		}
		out = append(out, o)
	}
	for i := range 10 {
		x := float64(i) / 10
		add("gan:made", true, forensics.Yes, 1+x, 1)
		add("<script>alert(1)</script>\x1b[31m:made", true, forensics.Inconclusive, x, 0)
		add("gan:real", false, forensics.Inconclusive, x-.55, -1)
		add("other:real", false, forensics.No, x-1, -1)
	}
	add("other:real", false, forensics.Yes, 1.15, 1)
	add("other:real", false, forensics.NotEvaluated, 0, 0)
	add("gan:made", true, noRecord, 0, 0)
	return out
}

func report() *Report {
	o := observations()
	r := &Report{Schema: Schema, Tool: "1", Fingerprint: strings.Repeat("ab", 32), Parts: map[string]string{"tool": "1", "x": "</table>"}, Questions: Questions(o, nil), Features: Features(o)}
	r.Labels = Labels{File: "labels.csv", SHA256: strings.Repeat("cd", 32), Used: len(o), Found: len(o) - 1, Damaged: []Damage{{3, "x"}}, Others: map[string]int{"identity": 2}}
	r.Questions[0].Masks = &Masks{Pictures: 3, WithBox: 2, F1: .5, IoU: .4, AllF1: .3}
	return r
}

func TestQuestions(t *testing.T) {
	q := report().Questions[0]
	if q.Positives != 21 || q.Negatives != 22 || q.Missing != 1 || q.Scored != [2]int{21, 20} || !same(float64(q.Coverage), 41./43) {
		t.Errorf("%+v", q)
	}
	a := q.Answers
	if a.FalseYes.Count != 1 || a.FalseYes.Of != 21 || a.FalseNo.Count != 0 || a.FalseNo.Of != 20 || a.Inconclusive.Count != 20 || a.Inconclusive.Of != 41 ||
		a.Positives[noRecord] != 1 || a.Negatives[forensics.NotEvaluated] != 1 {
		t.Errorf("%+v", a)
	}
	// positives: ten at 10, ten at 1; negatives: twenty at 1/10, one at 10
	want := (10*math.Log2(1.1)+10)/20/2 + (20*math.Log2(1.1)+math.Log2(11))/21/2
	if q.LR == nil || !same(float64(q.LR.Cllr.Value), want) || q.LR.Misleading != [2]int{1, 0} || q.LR.Strongest != 1 {
		t.Errorf("%+v, Cllr should be %v", q.LR, want)
	}
	if q.AUC.Sources != nil || q.AUC.Pictures == nil {
		t.Error("two sources of a class give no interval over sources; twenty files give one over pictures")
	}
	if len(q.Pairs) != 2 || q.Pairs[1].Against != "gan:real" || q.Pairs[1].AUC != 1 || q.Pairs[0].Against != "all" || q.Pairs[0].Negatives != 21 {
		t.Errorf("%+v", q.Pairs)
	}
	if !same(float64(q.PairMean), float64(q.Pairs[0].AUC+q.Pairs[1].AUC)/2) {
		t.Errorf("mean of pairs %v", q.PairMean)
	}
	if len(q.Sources) != 4 || q.Sources[3].Source != "other:real" || q.Sources[3].Files != 12 || q.Sources[3].Wrong.Count != 1 || q.Sources[3].Wrong.Of != 11 {
		t.Errorf("%+v", q.Sources)
	}
	if f := report().Features; len(f) != 2 || f[0].Feature != "noise.level" || f[0].AUC > .2 || f[1].AUC != .5 {
		t.Errorf("%+v", f)
	}
}

func TestJSONIsStable(t *testing.T) {
	a, err := json.Marshal(report())
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(report()); !bytes.Equal(a, b) {
		t.Error("twice the same, but other bytes")
	}
	var back Report
	if err := json.Unmarshal(a, &back); err != nil || back.Questions[0].Answers.FalseYes.Of != 21 {
		t.Error(err)
	}
	for v, want := range map[float64]string{math.NaN(): "null", 1. / 3: "0.333333", math.Inf(1): "8.98847e+307"} {
		if text, err := json.Marshal(Number(v)); err != nil || string(text) != want {
			t.Errorf("%v: %s, %v", v, text, err)
		}
	}
}

func TestTextFitsATerminal(t *testing.T) {
	var b bytes.Buffer
	if err := report().Text(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 120 || strings.ContainsRune(line, 0x1b) {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	for _, want := range []string{"SYNTHETIC: 21 positives, 22 negatives", "AUC", "Cllr_cal", "mean of pairs", "box against mask F1 .500", "noise.level"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
}

func TestThePageIsInert(t *testing.T) {
	var b bytes.Buffer
	if err := report().HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, never := range []string{"<script", "http:", "https:", "<img", "ZgotmplZ", "NaN"} {
		if strings.Contains(page, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	for _, want := range []string{"&lt;script&gt;", "ROC curve", "Tippett plot", "<polyline class=\"positives\" points=\"0,", "default-src &#39;none&#39;", "Wilson"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
	empty := &Report{Questions: Questions([]Observation{{Label: Label{Question: forensics.Edited}}}, nil)}
	if err := empty.HTML(&b); err != nil {
		t.Error(err)
	}
	if err := empty.Text(&b); err != nil {
		t.Error(err)
	}
}

func TestObserve(t *testing.T) {
	records := func(paths ...string) iter.Seq2[*forensics.Record, error] {
		return func(yield func(*forensics.Record, error) bool) {
			for _, p := range paths {
				r := forensics.NewRecord(media.Item{Path: media.Path(p), SHA256: p})
				if !yield(r, nil) {
					return
				}
			}
		}
	}
	for _, c := range []struct {
		label, want string
		records     []string
	}{
		{"a/1.png", "/set/a/1.png", []string{"/copy/set/a/1.png", "/set/a/1.png", "a/1.png"}},
		{"a/1.png", "a/1.png", []string{"/copy/a/1.png", "a/1.png"}},
		{"a/1.png", "/copy/a/1.png", []string{"/copy/a/1.png", "/second/a/1.png", "1.png"}},
		{"a/1.png", "", []string{"/copy/ba/1.png", "1.png"}},
		{"/abs/1.png", "/abs/1.png", []string{"/x/abs/1.png", "/abs/1.png"}},
		{"../b/1.png", "/b/1.png", []string{"/b/1.png"}},
	} {
		o, err := Observe([]Label{{Path: c.label}}, "/set", records(c.records...))
		if err != nil || o[0].SHA256 != c.want || o[0].Found != (c.want != "") {
			t.Errorf("%s among %q: %q, %v", c.label, c.records, o[0].SHA256, err)
		}
	}
}

func TestLocalise(t *testing.T) {
	dir := t.TempDir()
	mask := image.NewGray(image.Rect(0, 0, 100, 50))
	for y := 10; y < 30; y++ {
		for x := 20; x < 60; x++ {
			mask.SetGray(x, y, color.Gray{255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, mask); err != nil {
		t.Fatal(err)
	}
	huge := append([]byte(nil), b.Bytes()...)
	copy(huge[16:24], "\x7f\xff\xff\xff\x7f\xff\xff\xff")
	for name, data := range map[string][]byte{"m.png": b.Bytes(), "huge.png": huge, "none.png": []byte("no picture")} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := func(mask string, boxes ...[4]int) Observation {
		return Observation{Label: Label{Question: forensics.Edited, Positive: true, Mask: mask, Line: 7}, Found: true, Boxes: boxes, Size: [2]int{1000, 500}}
	}
	exact, half := [4]int{200, 100, 400, 200}, [4]int{200, 100, 200, 200}
	m, errs := Localise([]Observation{at("m.png", exact), at("m.png", half, half), at("m.png"), at("huge.png"), at("none.png"), at("missing.png"), at("")}, forensics.Edited, dir)
	if m == nil || m.Pictures != 3 || m.WithBox != 2 || m.Unreadable != 3 || len(errs) != 3 || !strings.HasPrefix(errs[0].Error(), "line 7: the mask ") {
		t.Fatalf("%+v, %v", m, errs)
	}
	if !same(float64(m.F1), (1+2./3)/2) || !same(float64(m.IoU), .75) || !same(float64(m.AllF1), (1+2./3)/3) {
		t.Errorf("%+v", m)
	}
	if m, _ := Localise([]Observation{at("")}, forensics.Edited, dir); m != nil {
		t.Errorf("without masks: %+v", m)
	}
}
