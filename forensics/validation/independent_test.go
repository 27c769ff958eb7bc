package validation

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
)

// The figures are those of score.py, which was written by others for the acceptance checks: on made-up scores with many ties.
func TestMeasureAgreesWithAnIndependentProgram(t *testing.T) {
	program, err := filepath.Abs("../../../shared/score/score.py")
	if _, missing := os.Stat(program); err != nil || missing != nil {
		t.Skipf("score.py is not at hand: %v", missing)
	}
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(6, 6))
	var labels, records, pairing strings.Builder
	labels.WriteString("path,question,label,source,note,mask\n")
	var all []Observation
	for i := range 600 {
		class, set := i%2, i%6/2
		score := float64(int(10*(random.NormFloat64()+float64(class)))) / 10
		llr := score - .4
		a := forensics.Answer{Answer: forensics.Inconclusive, Score: &score, LLR: &llr}
		if i%11 == 0 {
			a = forensics.Answer{Answer: forensics.NotEvaluated}
		}
		r := forensics.NewRecord(media.Item{Path: media.Path(fmt.Sprintf("x/%d.jpg", i))})
		r.Answers[forensics.Synthetic] = a
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		source := fmt.Sprintf("set%d:%s", set, [...]string{"real", "made"}[class])
		fmt.Fprintf(&records, "%s\n", text)
		fmt.Fprintf(&labels, "%d.jpg,synthetic,%d,%s,,\n", i, class, source)
		all = append(all, Observation{Label: Label{Question: forensics.Synthetic, Positive: class == 1, Source: source}, Found: true, Answer: a})
	}
	for set := range 3 {
		fmt.Fprintf(&pairing, "set%d:made set%d:real\n", set, set)
	}
	for name, text := range map[string]string{"labels.csv": labels.String(), "records.jsonl": records.String(), "pairs": pairing.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("/usr/bin/python3", program, "--labels", "labels.csv", "--records", "records.jsonl", "--pairs", "pairs", "--json")
	c.Dir = dir
	text, err := c.Output()
	if err != nil {
		t.Skipf("score.py does not run here: %v", err)
	}
	var theirs struct {
		Synthetic struct {
			Coverage float64 `json:"coverage"`
			AUC      float64 `json:"pooled_auc"`
			Mean     float64 `json:"macro_pair_auc"`
			TPR1     float64 `json:"tpr_at_1"`
			TPR5     float64 `json:"tpr_at_5"`
			Cllr     float64 `json:"cllr"`
		} `json:"synthetic"`
	}
	if err := json.Unmarshal(text, &theirs); err != nil {
		t.Fatal(err)
	}
	ours, s := Questions(all, nil)[0], theirs.Synthetic
	for _, f := range []struct {
		what   string
		a      Number
		b      float64
		digits int
	}{{"coverage", ours.Coverage, s.Coverage, 4}, {"AUC", ours.AUC.Value, s.AUC, 4}, {"mean AUC of pairs", ours.PairMean, s.Mean, 4},
		{"TPR at 1 %", ours.TPR1.Value, s.TPR1, 3}, {"TPR at 5 %", ours.TPR5.Value, s.TPR5, 3}, {"Cllr", ours.LR.Cllr.Value, s.Cllr, 4}} {
		if mine, other := fmt.Sprintf("%.*f", f.digits, f.a), fmt.Sprintf("%.*f", f.digits, f.b); mine != other {
			t.Errorf("%s is %s, and %s by score.py", f.what, mine, other)
		}
		t.Logf("%s: %.5f, %v by score.py", f.what, f.a, f.b)
	}
}
