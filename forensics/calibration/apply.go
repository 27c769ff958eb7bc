package calibration

import (
	"fmt"
	"iter"
	"math"
	"strings"

	"unmask/forensics"
)

// Apply gives the answers that rest on a score their likelihood ratios by the laboratory's calibration, in place of what they had, and
// decides them where the calibration was shown to decide rightly. Answers without a likelihood ratio that are yes or no rest on a comparison
// or a statement, not on a score: they stand.
func Apply(rec *forensics.Record, files []File) {
	for i := range files {
		for j := range files[i].Questions {
			l := &files[i].Questions[j]
			if a, ok := rec.Answers[l.Question]; ok && Scored(a) {
				rec.Answers[l.Question] = l.answer(a, files[i].Name)
			}
		}
	}
}

// Scored tells whether an answer rests on a score, so that it can be calibrated, and calibrated with.
func Scored(a forensics.Answer) bool {
	return a.Score != nil && (a.Answer == forensics.Inconclusive || a.LLR != nil && a.Answer != forensics.NotEvaluated)
}

func (l *Line) answer(a forensics.Answer, name string) forensics.Answer {
	llr := l.LLR(*a.Score)
	a.LLR, a.Answer = &llr, forensics.Inconclusive
	by := fmt.Sprintf("by the laboratory's own calibration %s (%d and %d labelled files)", name, l.Positives, l.Negatives)
	switch {
	case l.Yes != nil && llr >= *l.Yes:
		a.Answer = forensics.Yes
		a.Reason += fmt.Sprintf("; %s this is %s times more probable if the answer is yes, and such a ratio was wrong for %d of %d negatives", by, odds(llr), l.Held.FalseYes.Count, l.Held.FalseYes.Of)
	case l.No != nil && llr <= *l.No:
		a.Answer = forensics.No
		a.Reason += fmt.Sprintf("; %s this is %s times more probable if the answer is no, and such a ratio was wrong for %d of %d positives", by, odds(-llr), l.Held.FalseNo.Count, l.Held.FalseNo.Of)
	case llr >= 0:
		a.Reason += fmt.Sprintf("; %s this is %s times more probable if the answer is yes, which does not decide", by, odds(llr))
	default:
		a.Reason += fmt.Sprintf("; %s this is %s times more probable if the answer is no, which does not decide", by, odds(-llr))
	}
	return a
}

// odds prints 10^llr: "3.2", "48".
func odds(llr float64) string {
	if v := math.Pow(10, llr); v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	} else {
		return fmt.Sprintf("%.0f", v)
	}
}

// Parts are those of a configuration that scores depend on.
func Parts(all map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range all {
		if k == "tool" || k == "profile" || k == "plan" || strings.HasPrefix(k, "detector ") || strings.HasPrefix(k, "model ") {
			out[k] = v
		}
	}
	return out
}

func keysOf(maps ...map[string]string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, m := range maps {
			for k := range m {
				if !yield(k) {
					return
				}
			}
		}
	}
}
