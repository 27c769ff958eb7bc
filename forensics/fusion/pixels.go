package fusion

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"unmask/forensics"
)

//go:embed model.json
var modelJSON []byte

// line weighs what the detectors measured into the log10 likelihood ratio of one question: a logistic regression, calibrated on sources that its
// inputs were not trained on (scripts/train/fusion.py writes model.json; Morrison, "Tutorial on logistic-regression calibration and fusion", 2013).
type line struct {
	Question  forensics.Question `json:"question"`
	Intercept float64            `json:"intercept"`
	Inputs    []input            `json:"inputs"`
	Cap       float64            `json:"cap"` // the largest ratio that the size of the validation supports, and that is reported
	Yes       *float64           `json:"yes"` // ratio before the cap from which the answer is yes; nil where the detectors alone never decide
	No        *float64           `json:"no"`  // likewise, to which the answer is no
}

// input is one number that a detector left.
type input struct {
	Detector string  `json:"detector"`
	Feature  string  `json:"feature"`
	Words    string  `json:"words"` // for reports
	Weight   float64 `json:"weight"`
	Low      float64 `json:"low"`     // the number is cut to Low..High, the range that it was seen in
	High     float64 `json:"high"`    //
	Missing  float64 `json:"missing"` // what counts where the detector does not apply
	Needed   bool    `json:"needed"`  // without it there is no answer
}

// lines stand in the order in which they are tried: of a question the first whose needed inputs are all there counts.
var lines = func() (all []line) {
	if err := json.Unmarshal(modelJSON, &all); err != nil {
		panic("fusion/model.json: " + err.Error()) // it is embedded: a broken one cannot be shipped
	}
	return all
}()

// pixels answers a question from what the detectors measured in the picture. It is false where none that is needed applied.
func (d decision) pixels(q forensics.Question) (forensics.Answer, bool) {
	for _, l := range lines {
		if l.Question == q {
			if a, ok := d.weigh(l); ok {
				return a, true
			}
		}
	}
	return forensics.Answer{}, false
}

func (d decision) weigh(l line) (forensics.Answer, bool) {
	llr, words, parts := l.Intercept, []string(nil), map[string]float64{}
	for _, in := range l.Inputs {
		r := d.result(in.Detector)
		x, measured := r.Features[in.Feature]
		if r.Status != forensics.Done || !measured {
			if in.Needed {
				return forensics.Answer{}, false
			}
			if in.Missing != 0 {
				llr += in.Missing
				words = append(words, fmt.Sprintf("%s not measured %+.2f", in.Words, in.Missing))
			}
			continue
		}
		part := in.Weight * min(max(x, in.Low), in.High)
		llr += part
		words = append(words, fmt.Sprintf("%s %+.2f", in.Words, part))
		parts[in.Detector] += part
	}
	if len(parts) == 0 {
		return forensics.Answer{}, false
	}
	words = append(words, fmt.Sprintf("constant %+.2f", l.Intercept))
	for detector, part := range parts {
		d.contribute(detector, part)
	}
	if math.Abs(llr) > l.Cap {
		words = append(words, fmt.Sprintf("held to the %.2f that the validation supports", l.Cap))
	}
	sum, score := llr, 1/(1+math.Pow(10, -llr))
	llr = math.Round(1000*min(max(llr, -l.Cap), l.Cap)) / 1000
	a := answer(forensics.Inconclusive, score, "%s: log10 likelihood ratio %+.2f (%s), too little to decide", strength(llr), llr, strings.Join(words, ", "))
	a.LLR = &llr
	switch {
	case l.Yes != nil && sum >= *l.Yes:
		a.Answer = forensics.Yes
	case l.No != nil && sum <= *l.No:
		a.Answer = forensics.No
	}
	if a.Answer != forensics.Inconclusive {
		a.Reason = strings.TrimSuffix(a.Reason, ", too little to decide")
	}
	return a, true
}

// contribute notes on the findings of a detector what its number added to the answer.
func (d decision) contribute(detector string, part float64) {
	part = math.Round(1000*part) / 1000
	for i := range d.rec.Findings {
		if f := &d.rec.Findings[i]; f.Detector == detector && f.Contribution == nil {
			f.Contribution = &part
		}
	}
}

// strength says a ratio in words (ENFSI Guideline for Evaluative Reporting, 2015, for ratios up to 100).
func strength(llr float64) string {
	ratio, toward := math.Pow(10, math.Abs(llr)), "this than the contrary"
	if llr < 0 {
		toward = "the contrary than this"
	}
	switch {
	case ratio < 2:
		return "what the pixels show supports neither this nor the contrary"
	case ratio < 10:
		return fmt.Sprintf("what the pixels show is %.0f times as likely under %s: weak support", ratio, toward)
	default:
		return fmt.Sprintf("what the pixels show is %.0f times as likely under %s: moderate support", ratio, toward)
	}
}
