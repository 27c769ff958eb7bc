package validation

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"unmask/forensics"
)

// Text prints a report for a terminal of 120 columns.
func (r *Report) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%d labels of %s, %d with a record made by unmask %s under configuration %.16s\n", r.Labels.Used, r.Labels.File, r.Labels.Found, r.Tool, r.Fingerprint)
	if n := len(r.Labels.Damaged); n > 0 {
		fmt.Fprintf(b, "%d damaged lines of it were left out\n", n)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Labels.Others)) {
		fmt.Fprintf(b, "%d lines of it ask %.40q, which is none of the answers, and were left out\n", r.Labels.Others[name], name)
	}
	for i := range r.Questions {
		r.Questions[i].text(b)
	}
	if len(r.Features) > 0 {
		fmt.Fprintf(b, "\n%-16s %-52s %9s %9s %7s\n", "question", "feature, alone", "positives", "negatives", "AUC")
		for _, f := range r.Features {
			fmt.Fprintf(b, "%-16s %-52s %9d %9d %7v\n", f.Question, cut(f.Feature, 52), f.Positives, f.Negatives, f.AUC)
		}
	}
	fmt.Fprintf(b, "\n%s\n", wrap(Limits, 118))
	return b.Flush()
}

// Limits says what the figures mean and where they do not hold.
const Limits = "These figures hold for files like the labelled ones: of these sources, in this state of compression and size. AUC .5 is chance. " +
	"Intervals over sources say what other sources of the same kind may give and count; intervals over pictures are too narrow where sources differ. " +
	"Files that were not scored are in no figure of scores: see the share scored. Where positives and negatives differ in format, size or " +
	"quality, a score may have measured that."

func (q *Question) text(w io.Writer) {
	fmt.Fprintf(w, "\n%s: %d positives, %d negatives, scored %d and %d (share %v)", strings.ToUpper(string(q.Question)), q.Positives, q.Negatives, q.Scored[1], q.Scored[0], q.Coverage)
	if q.Missing > 0 {
		fmt.Fprintf(w, ", %d without a record", q.Missing)
	}
	if !q.Recorded() {
		fmt.Fprintln(w, "\n  nothing to measure")
		return
	}
	fmt.Fprintf(w, "\n  %-28s %8s  %-22s %s\n", "", "", "95 % over sources", "95 % over pictures")
	line := func(name string, f Figure) {
		fmt.Fprintf(w, "  %-28s %8v  %-22v %v\n", name, f.Value, f.Sources, f.Pictures)
	}
	line("AUC", q.AUC)
	line("equal error rate", q.EER)
	line("TPR at 1 % FPR", q.TPR1)
	line("TPR at 5 % FPR", q.TPR5)
	if q.LR == nil {
		line("Cllr_min of the scores", Figure{Value: q.MinCllr})
	} else {
		line("Cllr", q.LR.Cllr)
		fmt.Fprintf(w, "  %-28s %8v  + Cllr_cal %v\n  %-28s %8s  %d of %d negatives, %d of %d positives; worst llr10 %v\n",
			"  = Cllr_min", q.LR.Min, q.LR.Cal, "misleading ratios", "", q.LR.Misleading[0], q.LR.Negatives, q.LR.Misleading[1], q.LR.Positives, q.LR.Strongest)
	}
	a := q.Answers
	fmt.Fprintf(w, "\n  %-28s %8s %8s %13s %14s %10s\n", "answers", "yes", "no", "inconclusive", "not evaluated", "no record")
	for _, row := range []struct {
		name string
		n    map[forensics.Verdict]int
	}{{"positives", a.Positives}, {"negatives", a.Negatives}} {
		fmt.Fprintf(w, "  %-28s %8d %8d %13d %14d %10d\n", row.name, row.n[forensics.Yes], row.n[forensics.No], row.n[forensics.Inconclusive], row.n[forensics.NotEvaluated], row.n[noRecord])
	}
	for _, s := range []struct {
		name string
		Share
	}{{"yes to negatives", a.FalseYes}, {"no to positives", a.FalseNo}, {"inconclusive", a.Inconclusive}} {
		fmt.Fprintf(w, "  %-28s %8v  %-22v %d of %d evaluated\n", s.name, s.Value, s.Bounds(), s.Count, s.Of)
	}
	if len(q.Pairs) > 0 {
		fmt.Fprintf(w, "\n  %-40s %5s %5s %6s %-15s %6s  %s\n", "positives of", "n", "neg.", "AUC", "95 % pictures", "TPR@5%", "against")
		for _, p := range q.Pairs {
			fmt.Fprintf(w, "  %-40s %5d %5d %6v %-15v %6v  %s\n", cut(p.Source, 40), p.Positives, p.Negatives, p.AUC, p.CI, p.TPR5, cut(p.Against, 32))
		}
		fmt.Fprintf(w, "  %-40s %5s %5s %6v over pairs with %d files or more in each class\n", "mean of pairs", "", "", q.PairMean, fewestOfPair)
	}
	fmt.Fprintf(w, "\n  %-48s %5s %5s %7s %8s %5s %5s %6s  %s\n", "source", "label", "files", "scored", "median", "yes", "no", "incl.", "wrong, at most")
	for _, s := range q.Sources {
		label := 0
		if s.Positive {
			label = 1
		}
		fmt.Fprintf(w, "  %-48s %5d %5d %7d %8v %5d %5d %6d  %v\n", cut(s.Source, 48), label, s.Files, s.Scored, s.Median, s.Yes, s.No, s.Open, s.Wrong.atMost())
	}
	if m := q.Masks; m != nil {
		fmt.Fprintf(w, "\n  regions: of %d pictures with a mask, a finding names a box in %d; box against mask F1 %v, IoU %v; over all F1 %v\n", m.Pictures, m.WithBox, m.F1, m.IoU, m.AllF1)
	}
}

// cut shortens a name to at most n characters, in the middle; control characters become question marks.
func cut(name string, n int) string {
	r := []rune(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '?'
		}
		return c
	}, name))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n/2-1]) + "…" + string(r[len(r)-(n-n/2):])
}

// wrap breaks a text into lines of at most n characters.
func wrap(text string, n int) string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > n {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return strings.Join(append(lines, line), "\n")
}

// atMost prints a share with its upper bound.
func (s Share) atMost() string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%v, %v", s.Value, s.CI[1])
}
