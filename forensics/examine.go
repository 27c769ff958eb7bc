package forensics

import (
	"context"
	"errors"
	"fmt"
	"math"

	"unmask/media"

	"github.com/disintegration/imaging"
)

// ThumbnailSide is the longer side of a record's thumbnail in pixels.
const ThumbnailSide = 256

// NewExaminer makes the detectors ready and returns the function that examines one item in this process. Decide fills the
// answers and the triage of a record from its findings.
func NewExaminer(env Env, detectors []Detector, decode media.Decoder, plan media.Plan, decide func(*Record)) (Examiner, error) {
	runs := make([]Run, len(detectors))
	for i, d := range detectors {
		var err error
		if runs[i], err = d.New(env); err != nil {
			return nil, fmt.Errorf("detector %s: %w", d.Name, err)
		}
	}
	return func(ctx context.Context, it media.Item) (*Record, error) {
		sample, err := decode(it, plan)
		rec := NewRecord(sample.Item)
		rec.Media, rec.Status, rec.Error = sample.Info, Examined, sample.Partial
		if sample.Partial != nil {
			rec.Status = Partial
		}
		if err != nil {
			rec.Fail(media.AsFailure(err, "decode.failed"))
			sample.Frames = nil
		}
		if err := examine(NewPass(sample, env), detectors, runs, rec); err != nil {
			return nil, err
		}
		decide(rec)
		return rec, nil
	}, nil
}

// NewRecord returns a record of an item with nothing found yet.
func NewRecord(it media.Item) *Record {
	return &Record{Schema: RecordSchema, Item: it, Media: media.Info{Kind: media.Other}, Answers: Answers{},
		Findings: []Finding{}, Results: []Result{}, Triage: Triage{Level: None, Reasons: []string{}}}
}

// Fail marks a record of an item that could not be examined: Failed where it holds or claims to hold pictures, Skipped otherwise and
// where it is known and was passed over for that.
func (r *Record) Fail(f *media.Failure) {
	r.Status, r.Error = Failed, f
	if f.Code == media.CodeKnown {
		r.Status = Skipped
	}
	if r.Media.Kind == media.Other {
		switch f.Code {
		case "format.unsupported", "item.symlink", "item.special", "item.empty":
			r.Status = Skipped
		}
	}
}

// examine stores the thumbnail and runs every detector; without frames, only those that accept media.Other. Its error is the run's:
// evidence could not be written.
func examine(p *Pass, detectors []Detector, runs []Run, rec *Record) error {
	if len(p.Frames) > 0 {
		var err error
		if rec.Thumbnail, err = p.jpeg(imaging.Fit(p.Small(0), ThumbnailSide, ThumbnailSide, imaging.Linear), 80); err != nil {
			return err
		}
	}
	for i := range detectors {
		if len(p.Frames) == 0 && detectors[i].Accepts&media.Other == 0 {
			continue
		}
		res, err := p.Detect(&detectors[i], runs[i])
		if err != nil {
			return err
		}
		rec.Results = append(rec.Results, res)
	}
	rec.Hashes, rec.Faces, rec.Claims, rec.Findings = p.Hashes, p.Faces, p.claims, append(rec.Findings, p.findings...)
	return nil
}

// StoreError says that evidence could not be kept: a full disk ends the run, not the item.
type StoreError struct{ Err error }

func (e *StoreError) Error() string { return "evidence cannot be kept: " + e.Err.Error() }
func (e *StoreError) Unwrap() error { return e.Err }

// Detect runs one detector. Whatever it does, a Result is left; findings of a detector that failed are withdrawn.
func (p *Pass) Detect(d *Detector, run Run) (res Result, fatal error) {
	res = Result{Detector: d.Name, Version: d.Version, Status: Done}
	if p.Info.Kind&d.Accepts == 0 {
		res.Status, res.Reason = NotApplied, fmt.Sprintf("examines %s only", d.Accepts)
		return res, nil
	}
	p.detector, p.features = d, map[string]float64{}
	before := len(p.findings)
	err := recovered(run, p)
	if err == nil {
		err = p.finite(before)
	}
	if se, ok := errors.AsType[*StoreError](err); ok {
		return res, se
	}
	switch {
	case err == nil:
		res.Features = p.features
	case errors.Is(err, ErrNotApplicable):
		res.Status, res.Reason, res.Features = NotApplied, err.Error(), p.features
	default:
		res.Status, res.Reason = Broken, err.Error()
		p.findings = p.findings[:before]
	}
	return res, nil
}

func recovered(run Run, p *Pass) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return run(p)
}

// finite refuses numbers that JSON cannot hold.
func (p *Pass) finite(from int) error {
	for name, v := range p.features {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("feature %s is not finite", name)
		}
	}
	for _, f := range p.findings[from:] {
		if math.IsNaN(f.Score) || math.IsInf(f.Score, 0) {
			return fmt.Errorf("score of %s is not finite", f.Code)
		}
	}
	return nil
}
