package forensics

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"unmask/forensics/hashset/setfile"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"
)

// Detector is a value: its name, version, doc and measured error rates go into the journal header,
// `unmask detectors` and the legend of the reports.
type Detector struct {
	Name       string                 `json:"name"`    // stable: flag value, report key, folder name
	Version    int                    `json:"version"` // raised whenever the same input may give another result
	Doc        string                 `json:"doc"`     // first line: what it looks for; rest: method, limits, source
	Accepts    media.Kind             `json:"accepts"` // with Other, it is run on every item: see Run
	Triage     bool                   `json:"triage"`  // whether --profile triage runs it
	Models     []string               `json:"models,omitempty"`
	Validation Validation             `json:"validation"`
	New        func(Env) (Run, error) `json:"-"` // once per worker: loads what it needs and returns the function
}

// Run looks at one pass. It returns an error that wraps ErrNotApplicable where there is nothing to look at.
//
// A detector that accepts media.Other is run on items that are no media, and on pictures and videos that could not be decoded, too: then
// the pass has no frames, whatever its Info.Kind, and its digests are empty where the file could not be read. What it finds there
// stands in the record, which stays failed or skipped. Every other detector is run only where there are frames.
type Run func(p *Pass) error

// ErrNotApplicable marks a sample that a detector has nothing to say about. Wrap it with the reason through NotApplicable.
var ErrNotApplicable = errors.New("not applicable")

// NotApplicable returns an error that wraps ErrNotApplicable with a reason.
func NotApplicable(format string, args ...any) error {
	return notApplicable(fmt.Sprintf(format, args...))
}

type notApplicable string

func (e notApplicable) Error() string        { return string(e) }
func (e notApplicable) Is(target error) bool { return target == ErrNotApplicable }

// Env is what a worker gives its detectors.
type Env struct {
	References *reference.Set // protected pictures to look for; nil where none were given
	HashSets   []setfile.Given
	Trust      []byte        // PEM certificates that signers and time stamps are trusted by (--trust); nil where none were given
	Registry   []byte        // CSV of registered producers of AI content (--registry); nil where none was given
	Models     models.Folder // where model files lie that are not built in
	Store      Store         // where evidence goes; nil keeps only its digests
}

// Store keeps a file and returns its reference. Ext is "png" or "jpg".
type Store func(ext string, data []byte) (Ref, error)

// Validation is what was measured of one version of a detector; it stands in validation.json beside the code.
type Validation struct {
	Version      int           `json:"version"`   // of the detector that was measured
	Data         string        `json:"data"`      // on what
	Reproduce    string        `json:"reproduce"` // how to measure it again
	Limits       string        `json:"limits"`    // where the figures do not hold
	Measurements []Measurement `json:"measurements"`
}

// Measurement is one figure with its conditions. Shares are 0..1; pointers are nil where a figure does not apply.
type Measurement struct {
	What      string      `json:"what"`      // the question, or what was measured
	Condition string      `json:"condition"` // found, J, L, or a handling such as "resize 1/2"
	Positives int         `json:"positives"`
	Negatives int         `json:"negatives"`
	AUC       *float64    `json:"auc,omitempty"`
	CI        *[2]float64 `json:"ci95,omitempty"`   // of the AUC, bootstrap
	Recall    *float64    `json:"recall,omitempty"` // share of positives at the detector's own threshold
	FPR       *float64    `json:"fpr,omitempty"`    // share of negatives at the same threshold
	F1        *float64    `json:"f1,omitempty"`     // of the pixels of the mask against the true ones, mean over pictures
}

// MustValidation parses an embedded validation.json; a detector that carries a broken one does not start.
func MustValidation(data []byte) Validation {
	var v Validation
	if err := json.Unmarshal(data, &v); err != nil {
		panic("validation.json: " + err.Error())
	}
	return v
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// Validate reports what is wrong with a list of detectors: names that are no stable identifiers or stand twice, missing
// docs, validation that belongs to another version or measures nothing.
func Validate(detectors []Detector) error {
	var errs []error
	seen := map[string]bool{}
	for _, d := range detectors {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("detector %s: "+format, append([]any{d.Name}, args...)...))
		}
		if !namePattern.MatchString(d.Name) || seen[d.Name] {
			bad("name is no lower-case identifier, or stands twice")
		}
		seen[d.Name] = true
		if first, _, _ := strings.Cut(d.Doc, "\n"); len(first) < 10 || d.Version < 1 || d.Accepts == 0 || d.New == nil {
			bad("lacks doc, version, accepted kinds or New")
		}
		if d.Validation.Version != d.Version {
			bad("validation.json belongs to version %d, the code is version %d", d.Validation.Version, d.Version)
		}
		if len(d.Validation.Measurements) == 0 || d.Validation.Data == "" || d.Validation.Reproduce == "" {
			bad("validation.json lacks measurements, data or how to reproduce them")
		}
	}
	return errors.Join(errs...)
}

// Figures prints what was measured, such as "AUC .98 [.96 .99], recall .90, false positives .01".
func (m Measurement) Figures() string {
	var out []string
	if m.AUC != nil {
		text := fmt.Sprintf("AUC %.3f", *m.AUC)
		if m.CI != nil {
			text += fmt.Sprintf(" [%.3f %.3f]", m.CI[0], m.CI[1])
		}
		out = append(out, text)
	}
	if m.Recall != nil {
		out = append(out, fmt.Sprintf("recall %.3f", *m.Recall))
	}
	if m.FPR != nil {
		out = append(out, fmt.Sprintf("false positives %.3f", *m.FPR))
	}
	if m.F1 != nil {
		out = append(out, fmt.Sprintf("F1 %.3f", *m.F1))
	}
	return strings.Join(out, ", ")
}
