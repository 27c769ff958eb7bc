// Package forensics holds the core types: a Detector examines a Pass over one media.Sample and leaves a Result; the results
// of one item make a Record. It is pure Go, so that commands, journals and renderers can use it without OpenCV.
package forensics

import (
	"context"

	"unmask/media"
)

// Version is the version of unmask, raised with every release.
const Version = "0.1.0"

// RecordSchema names the version of the record's JSON form. Fields are added, never renamed.
const RecordSchema = "unmask/record/1"

// Examiner turns one item into one record: in this process, in a worker process, or on another machine.
// A bad item gives a record that says so; an error means that no record could be had.
type Examiner func(ctx context.Context, it media.Item) (*Record, error)

// Status says how far the examination of an item came.
type Status string

const (
	Examined Status = "examined" // all of it was decoded and looked at
	Partial  Status = "partial"  // a part could not be decoded; Error says which
	Failed   Status = "failed"   // a picture or video that could not be examined; Error says why
	Skipped  Status = "skipped"  // nothing to examine: not media, a link, a special file
)

// Record is everything known about one item. The same bytes under the same configuration give the same record.
type Record struct {
	Schema    string         `json:"schema"`
	Item      media.Item     `json:"item"`
	Media     media.Info     `json:"media"`
	Status    Status         `json:"status"`
	Error     *media.Failure `json:"error,omitempty"`
	Thumbnail Ref            `json:"thumbnail,omitempty"` // a JPEG of at most 256 pixels a side
	Hashes    *Hashes        `json:"hashes,omitempty"`
	Faces     []Face         `json:"faces,omitempty"`
	Answers   Answers        `json:"answers"`
	Claims    []Claim        `json:"claims,omitempty"` // what the file says of itself
	Findings  []Finding      `json:"findings"`
	Results   []Result       `json:"results"`
	Triage    Triage         `json:"triage"`
}

// Ref names a file in the case's evidence folder by the SHA-256 of its content: evidence/ab/<sha256>.png (.jpg for thumbnails).
type Ref string

// Hashes are the perceptual hashes of a still picture, or of the first frame of a video.
type Hashes struct {
	PDQ        PDQ    `json:"pdq"`
	Perceptual string `json:"phash"` // goimagehash PerceptionHash, 16 hex digits
	Difference string `json:"dhash"` // goimagehash DifferenceHash
	Average    string `json:"ahash"` // goimagehash AverageHash
}

// PDQ is a PDQ hash in its printed form.
type PDQ struct {
	Hash    string `json:"hash"`    // 64 hex digits, most significant first
	Quality int    `json:"quality"` // 0..100; below 50 the hash is not comparable
}

// Face is one face found in a frame.
type Face struct {
	Frame     int                `json:"frame"`
	Box       [4]int             `json:"box"`   // x, y, width, height in pixels
	Score     float64            `json:"score"` // detector's own scale, higher is surer
	Detector  string             `json:"detector"`
	Landmarks map[string]Point   `json:"landmarks,omitempty"` // right_eye, left_eye, nose, right_mouth, left_mouth: sides of the person shown
	Quality   map[string]float64 `json:"quality,omitempty"`
}

// Point is a position in pixels, x then y.
type Point [2]float64

// Region says where in a picture, a video or a file something was found.
type Region struct {
	Box    *[4]int `json:"box,omitempty"`    // x, y, width, height in pixels of the picture as shown
	Frame  *int    `json:"frame,omitempty"`  // index of the frame
	Offset *int64  `json:"offset,omitempty"` // bytes from the start of the file
	Length *int64  `json:"length,omitempty"` // bytes
	Share  float64 `json:"share,omitempty"`  // of the picture, 0..1, that the part marked in the mask takes up
}

// TimeRange is a stretch of a video in seconds.
type TimeRange struct {
	T0 float64 `json:"t0"`
	T1 float64 `json:"t1"`
}

// Finding is one thing that a detector saw. Codes are stable dotted names.
type Finding struct {
	Code           string     `json:"code"`
	Detector       string     `json:"detector"`
	Version        int        `json:"version"`
	Score          float64    `json:"score"`            // monotone in belief, on the detector's own scale
	LLR            *float64   `json:"llr10,omitempty"`  // log10 likelihood ratio; nil until calibrated
	Text           string     `json:"text"`             // one sentence a layman can read
	Clause         string     `json:"clause,omitempty"` // of the standard that it is about
	Subject        string     `json:"subject,omitempty"`
	Range          *TimeRange `json:"range,omitempty"`
	ReferenceRange *TimeRange `json:"reference_range,omitempty"` // the same stretch in the protected video
	Where          *Region    `json:"where,omitempty"`
	Evidence       []Ref      `json:"evidence,omitempty"`
	Contribution   *float64   `json:"contribution,omitempty"` // to the answer's log10 likelihood ratio
}

// Outcome says whether a detector looked.
type Outcome string

const (
	Done       Outcome = "done"
	NotApplied Outcome = "not_applicable" // nothing to look at, with a reason
	Broken     Outcome = "failed"         // the detector itself failed, with a reason
)

// Result is what every selected detector leaves for every item: silence is never mistaken for clean.
type Result struct {
	Detector string             `json:"detector"`
	Version  int                `json:"version"`
	Status   Outcome            `json:"status"`
	Reason   string             `json:"reason,omitempty"`
	Features map[string]float64 `json:"features,omitempty"`
}

// Question is one of the questions a record answers.
type Question string

const (
	KnownMedia        Question = "known_media"
	ProtectedIdentity Question = "protected_identity"
	DeclaredAI        Question = "declared_ai"
	Synthetic         Question = "synthetic"
	FaceSwap          Question = "face_swap"
	Edited            Question = "edited"
	Impersonation     Question = "impersonation"
)

// Questions in the order in which reports show them.
var Questions = [...]Question{KnownMedia, ProtectedIdentity, DeclaredAI, Synthetic, FaceSwap, Edited, Impersonation}

// Verdict is one of the four answers.
type Verdict string

const (
	Yes          Verdict = "yes"
	No           Verdict = "no"
	Inconclusive Verdict = "inconclusive"
	NotEvaluated Verdict = "not_evaluated"
)

// Answer is a verdict with its reason. Score is present wherever the question was evaluated.
type Answer struct {
	Answer Verdict  `json:"answer"`
	Reason string   `json:"reason"`
	Score  *float64 `json:"score,omitempty"`
	LLR    *float64 `json:"llr10,omitempty"`
}

// Answers holds every one of Questions.
type Answers map[Question]Answer

// Level orders the queue for a person to decide.
type Level string

const (
	None   Level = "none"
	Low    Level = "low"
	Medium Level = "medium"
	High   Level = "high"
)

// Levels from least to most urgent.
var Levels = [...]Level{None, Low, Medium, High}

// Triage is the level and the codes of the findings that gave it.
type Triage struct {
	Level   Level    `json:"level"`
	Reasons []string `json:"reasons"`
}
