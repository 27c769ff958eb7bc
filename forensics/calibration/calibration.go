// Package calibration turns the scores of answers into likelihood ratios by what a laboratory measured on labelled media of its own. It is
// pure Go: Fit makes a calibration, Parse reads one, and Apply uses it on a record.
package calibration

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"unmask/forensics"
)

// Schema names the version of the file's form. Fields are added, never renamed.
const Schema = "unmask/calibration/1"

// File is a calibration as it is kept: what it was made from, and a line for each question.
type File struct {
	Schema    string            `json:"schema"`
	Name      string            `json:"name"`          // as reasons call it
	Tool      string            `json:"tool"`          // version of unmask that made it
	Parts     map[string]string `json:"configuration"` // what the scores depend on; a run with another configuration refuses the file
	Labels    string            `json:"labels_sha256"` // of the list of labels
	Questions []Line            `json:"questions"`
}

// Line is the calibration of one question: llr10 = slope * score + intercept, within -cap..cap.
type Line struct {
	Question  forensics.Question `json:"question"`
	Slope     float64            `json:"slope"`
	Intercept float64            `json:"intercept"`
	Cap       float64            `json:"cap"`                // largest |llr10| that so few files can support
	Yes       *float64           `json:"yes_from,omitempty"` // llr10 from which the answer is yes; nil where it never is
	No        *float64           `json:"no_to,omitempty"`    // llr10 down to which the answer is no; nil where it never is
	Positives int                `json:"positives"`
	Negatives int                `json:"negatives"`
	Sources   []Source           `json:"sources"`
	Data      string             `json:"data_sha256"` // over the sorted digests of the files with their labels
	Held      Held               `json:"held_out"`
}

// Source is how many files of a source were used.
type Source struct {
	Source   string `json:"source"`
	Positive bool   `json:"positive"`
	Files    int    `json:"files"`
}

// Held is what was measured with each source in turn left out of the fit and judged by the rest.
type Held struct {
	Before   *float64 `json:"cllr_before,omitempty"` // of the likelihood ratios that the records had; nil where they had none
	After    float64  `json:"cllr_after"`
	Min      float64  `json:"cllr_min"` // after the best monotone calibration on the same files
	FalseYes Count    `json:"false_yes"`
	FalseNo  Count    `json:"false_no"`
}

// Count is a count of n with the upper end of its 95 % Wilson interval.
type Count struct {
	Count  int     `json:"count"`
	Of     int     `json:"of"`
	AtMost float64 `json:"at_most"`
}

// Calibrated are the questions that a calibration can answer: those whose scores rest on the pixels.
var Calibrated = [...]forensics.Question{forensics.Synthetic, forensics.FaceSwap, forensics.Edited}

// MaxBytes bounds a calibration file.
const MaxBytes = 1 << 20

// Parse reads calibration files, one after the other; no bytes give none. Each question may stand in one of them only.
func Parse(data []byte) ([]File, error) {
	var out []File
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	seen := map[forensics.Question]bool{}
	for {
		var f File
		if err := dec.Decode(&f); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("no calibration file: %w; make one with unmask calibrate", err)
		}
		if err := f.check(seen); err != nil {
			return nil, fmt.Errorf("calibration %.80q: %w; make it anew with unmask calibrate", f.Name, err)
		}
		out = append(out, f)
	}
}

func (f *File) check(seen map[forensics.Question]bool) error {
	if f.Schema != Schema {
		return fmt.Errorf("its schema is %.40q, not %s", f.Schema, Schema)
	}
	if f.Name == "" || len(f.Questions) == 0 {
		return errors.New("it has no name or calibrates nothing")
	}
	for _, l := range f.Questions {
		if !slices.Contains(Calibrated[:], l.Question) {
			return fmt.Errorf("question %.40q cannot be calibrated", l.Question)
		}
		if seen[l.Question] {
			return fmt.Errorf("%s is calibrated twice", l.Question)
		}
		seen[l.Question] = true
		if !(l.Slope > 0) || !(l.Cap >= minCap && l.Cap <= maxCap) || math.IsInf(l.Slope, 0) {
			return fmt.Errorf("the slope of %s must be above 0 and its cap between %v and %v", l.Question, minCap, maxCap)
		}
		if l.Yes != nil && *l.Yes < fewestDecades || l.No != nil && *l.No > -fewestDecades {
			return fmt.Errorf("%s is decided at less than a likelihood ratio of 10", l.Question)
		}
	}
	return nil
}

// LLR is the log10 likelihood ratio of a score, to four decimals.
func (l *Line) LLR(score float64) float64 {
	return math.Round(max(-l.Cap, min(l.Cap, l.Slope*score+l.Intercept))*1e4) / 1e4
}

// Differs returns the name of a part of the configuration that scores depend on and that is another than the file was made under; empty where
// all are the same. References, hash sets and certificates do not matter, nor do versions of the decoders.
func (f *File) Differs(parts map[string]string) string {
	own := Parts(parts)
	for _, k := range slices.Sorted(keysOf(own, f.Parts)) {
		if own[k] != f.Parts[k] {
			return fmt.Sprintf("%s was %q and is %q", k, f.Parts[k], own[k])
		}
	}
	return ""
}
