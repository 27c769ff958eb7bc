package validation

import (
	"math"

	"unmask/forensics"
	"unmask/forensics/calibration"
)

// Schema names the version of the report's JSON form. Fields are added, never renamed.
const Schema = "unmask/validation/1"

// Report is what was measured on one set of labelled media. Shares are 0..1. Intervals are 95 %.
type Report struct {
	Schema      string            `json:"schema"`
	Tool        string            `json:"tool"`        // version of unmask that made the records
	Fingerprint string            `json:"fingerprint"` // of their configuration
	Parts       map[string]string `json:"configuration"`
	Labels      Labels            `json:"labels"`
	Questions   []Question        `json:"questions"`
	Features    []Feature         `json:"features,omitempty"`
}

// Labels says which list was used.
type Labels struct {
	File    string         `json:"file"`
	SHA256  string         `json:"sha256"`
	Used    int            `json:"used"`
	Found   int            `json:"with_record"`
	Damaged []Damage       `json:"damaged_lines,omitempty"`
	Others  map[string]int `json:"other_questions,omitempty"`
}

// Question is what was measured of the answers to one question.
type Question struct {
	Question  forensics.Question `json:"question"`
	Positives int                `json:"positives"` // files labelled 1
	Negatives int                `json:"negatives"`
	Missing   int                `json:"without_record"` // labelled, but the case holds no record of them
	Scored    [2]int             `json:"scored"`         // negatives and positives that were evaluated, with a score
	Coverage  Number             `json:"coverage"`       // share of the labelled files that were scored; all figures of scores are of these alone
	AUC       Figure             `json:"auc"`
	EER       Figure             `json:"eer"`
	TPR1      Figure             `json:"tpr_at_1_percent_fpr"`
	TPR5      Figure             `json:"tpr_at_5_percent_fpr"`
	MinCllr   Number             `json:"cllr_min_of_scores"` // Cllr after the best monotone calibration (PAV) on the same files
	LR        *Ratios            `json:"likelihood_ratios,omitempty"`
	PairMean  Number             `json:"mean_auc_of_pairs"` // over pairs with at least 8 files in each class
	Pairs     []Pair             `json:"pairs"`
	Sources   []Source           `json:"sources"`
	Answers   Answers            `json:"answers"`
	Masks     *Masks             `json:"masks,omitempty"`

	sorted             []scored
	ratioOfNo, ratioOf []float64 // log10 likelihood ratios of negatives and positives
}

// Recorded tells whether any of the labelled files has a record.
func (q *Question) Recorded() bool { return q.Missing < q.Positives+q.Negatives }

// Figure is one number with its intervals.
type Figure struct {
	Value    Number    `json:"value"`
	Sources  *Interval `json:"ci95_sources,omitempty"`  // over draws of whole sources: what other sources may give
	Pictures *Interval `json:"ci95_pictures,omitempty"` // over draws of single files: too narrow where sources differ
}

// Ratios is what was measured of likelihood ratios (llr10).
type Ratios struct {
	Positives  int    `json:"positives"`
	Negatives  int    `json:"negatives"`
	Cllr       Figure `json:"cllr"`
	Min        Number `json:"cllr_min"`         // after the best monotone calibration (PAV) on the same files: what the order is worth
	Cal        Number `json:"cllr_cal"`         // the rest: what the calibration loses
	Misleading [2]int `json:"misleading"`       // negatives with more, positives with less than 0
	Strongest  Number `json:"worst_misleading"` // the largest llr10 that points to the wrong side, without its sign; 0 where none does
}

func ratio(count, of int) Number { return Number(float64(count) / float64(of)) } // NaN where there is none

const fewestOfPair = 8 // of each class, for a pair to count in the mean

// Questions measures each question that has labels, in the order of forensics.Questions.
func Questions(all []Observation, pairing Pairing) []Question {
	var out []Question
	for _, q := range forensics.Questions {
		var of []Observation
		for _, o := range all {
			if o.Question == q {
				of = append(of, o)
			}
		}
		if len(of) > 0 {
			out = append(out, question(q, of, pairing))
		}
	}
	return out
}

func question(q forensics.Question, of []Observation, pairing Pairing) Question {
	out := Question{Question: q}
	var scores [2][]float64
	for _, o := range of {
		class := 0
		if o.Positive {
			class = 1
			out.Positives++
		} else {
			out.Negatives++
		}
		if !o.Found {
			out.Missing++
		}
		if !o.Scored() {
			continue
		}
		out.Scored[class]++
		s := scored{score: *o.Answer.Score, positive: o.Positive, cost: math.NaN(), source: o.Source}
		scores[class] = append(scores[class], s.score)
		if o.Answer.LLR != nil {
			if o.Positive {
				s.cost, out.ratioOf = calibration.Cost(-*o.Answer.LLR), append(out.ratioOf, *o.Answer.LLR)
			} else {
				s.cost, out.ratioOfNo = calibration.Cost(*o.Answer.LLR), append(out.ratioOfNo, *o.Answer.LLR)
			}
		}
		out.sorted = append(out.sorted, s)
	}
	order(out.sorted)
	out.Coverage = ratio(len(out.sorted), len(of))
	out.MinCllr = Number(calibration.MinCllr(scores[1], scores[0]))
	f := measure(out.sorted, nil)
	bySource, byPicture := intervals(out.sorted, sources(out.sorted)), intervals(out.sorted, pictures(out.sorted))
	figure := func(i int) Figure { return Figure{Number(f[i]), bySource[i], byPicture[i]} }
	out.AUC, out.EER, out.TPR1, out.TPR5 = figure(auc), figure(eer), figure(tpr1), figure(tpr5)
	if len(out.ratioOf)+len(out.ratioOfNo) > 0 {
		out.LR = ratios(out.ratioOf, out.ratioOfNo, figure(cllr))
	}
	out.Pairs, out.PairMean = pairs(out.sorted, pairing)
	out.Sources = perSource(of)
	out.Answers = answers(of)
	return out
}

func ratios(positives, negatives []float64, c Figure) *Ratios {
	r := &Ratios{Positives: len(positives), Negatives: len(negatives), Cllr: c, Min: Number(calibration.MinCllr(positives, negatives))}
	r.Cal = c.Value - r.Min
	for _, l := range positives {
		if l < 0 {
			r.Misleading[1]++
			r.Strongest = max(r.Strongest, Number(-l))
		}
	}
	for _, l := range negatives {
		if l > 0 {
			r.Misleading[0]++
			r.Strongest = max(r.Strongest, Number(l))
		}
	}
	return r
}
