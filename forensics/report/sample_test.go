package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"unmask/forensics"
	"unmask/media"
)

// Names that a careless page would run, break at, or show as something else.
const (
	tagName    = `/e/x<img src=x onerror=alert(1)>'".jpg`
	scriptName = "/e/<script>alert(2)<"
	rawName    = "/e/line\nbreak \u202egpj.exe \xff.jpg"
)

func seq(records ...*forensics.Record) iter.Seq2[*forensics.Record, error] {
	return func(yield func(*forensics.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func hexOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// examined is a record of an examined JPEG of which nothing was found.
func examined(path, content string) *forensics.Record {
	d := hexOf(content)
	r := forensics.NewRecord(media.Item{Path: media.Path(path), Size: 184223, ModTime: time.Date(2026, 3, 14, 9, 26, 53, 589793000, time.UTC),
		SHA256: d, SHA1: d[:40], MD5: d[:32]})
	r.Status = forensics.Examined
	r.Media = media.Info{Kind: media.Image, Format: "jpeg", MIME: "image/jpeg", Width: 640, Height: 480, Frames: []int{0}}
	r.Thumbnail = forensics.Ref(hexOf("thumbnail " + content))
	r.Hashes = &forensics.Hashes{PDQ: forensics.PDQ{Hash: d, Quality: 100}, Perceptual: d[:16], Difference: d[16:32], Average: d[32:48]}
	r.Results = []forensics.Result{
		{Detector: "match", Version: 1, Status: forensics.Done, Features: map[string]float64{"nearest": 88, "a": 1e-7}},
		{Detector: "ghost", Version: 2, Status: forensics.NotApplied, Reason: "no JPEG"},
	}
	for _, q := range forensics.Questions {
		r.Answers[q] = forensics.Answer{Answer: forensics.NotEvaluated, Reason: "not part of this sample"}
	}
	r.Answers[forensics.KnownMedia] = forensics.Answer{Answer: forensics.No, Score: new(float64), Reason: "none of 412 references is near"}
	return r
}

// found gives a record a finding and a level.
func found(r *forensics.Record, level forensics.Level, findings ...forensics.Finding) *forensics.Record {
	r.Findings = findings
	r.Triage.Level = level
	for _, f := range findings {
		r.Triage.Reasons = append(r.Triage.Reasons, f.Code)
	}
	return r
}

func refused(path string, f *media.Failure) *forensics.Record {
	r := forensics.NewRecord(media.Item{Path: media.Path(path), Size: 7})
	r.Fail(f)
	for _, q := range forensics.Questions {
		r.Answers[q] = forensics.Answer{Answer: forensics.NotEvaluated, Reason: "not examined: " + f.Text}
	}
	return r
}

// sample is one of everything, sorted by path.
func sample() []*forensics.Record {
	match := found(examined("/e/b/match.jpg", "match"), forensics.High,
		forensics.Finding{Code: "match.reference", Detector: "match", Version: 1, Score: .84, Subject: `<b>Nadia</b> "Weiss"`,
			Text: `Shows the protected picture "<i>press</i>.jpg".`, Evidence: []forensics.Ref{forensics.Ref(hexOf("panel")), "../../../etc/passwd"}},
		forensics.Finding{Code: "edit.ghost", Detector: "ghost", Version: 2, Score: 2.3, LLR: new(.74), Contribution: new(-.2),
			Where: &forensics.Region{Box: &[4]int{10, 20, 30, 40}, Offset: new(int64(6699)), Length: new(int64(412))}, Text: "One region was compressed before."})
	match.Faces = []forensics.Face{{Box: [4]int{230, 110, 190, 240}, Score: 41.2, Detector: "pigo", Quality: map[string]float64{"sharpness": 212.4}}}
	match.Answers[forensics.KnownMedia] = forensics.Answer{Answer: forensics.Yes, Score: new(.84), Reason: match.Findings[0].Text}
	match.Answers[forensics.Edited] = forensics.Answer{Answer: forensics.Inconclusive, Score: new(2.3), LLR: new(-.74), Reason: "below +1"}
	again := *match
	again.Item.Path, again.Item.ModTime = "/e/copy of match.jpg", again.Item.ModTime.Add(time.Hour)

	video := found(examined("/e/v.mp4", "video"), forensics.Medium, forensics.Finding{Code: "match.reference", Detector: "match", Version: 1, Score: .6, Subject: "Weiss",
		Range: &forensics.TimeRange{T0: 4.8, T1: 3674.7}, Where: &forensics.Region{Frame: new(240)}, Text: "Shows a protected video."})
	video.Media = media.Info{Kind: media.Video, Format: "mp4", MIME: "video/mp4", Width: 1280, Height: 720, Duration: 3700.04, Frames: []int{0, 1, 2, 240, 241}}
	for i := range 5 {
		video.Findings = append(video.Findings, forensics.Finding{Code: "video.repeat", Detector: "match", Version: 1, Score: 1, Text: fmt.Sprintf("Repeat %d.", i)})
	}
	partial := found(examined(tagName, "partial"), forensics.Low)
	partial.Status, partial.Error = forensics.Partial, media.Failf("decode.truncated", "ends after <u>201</u> of 480 rows")
	failed := refused("/e/w.mov", media.Failf("worker.timeout", "not finished within 1m0s"))
	failed.Media.Kind, failed.Status, failed.Item.SHA256, failed.Triage.Level = media.Video, forensics.Failed, hexOf("failed"), forensics.Low
	records := []*forensics.Record{match, &again, video, partial, failed, examined(scriptName, "script"), examined(rawName, "raw"),
		refused("/e/unreadable", media.Failf("item.unreadable", "cannot be read: input/output error")),
		refused("/e/link", media.Failf("item.symlink", "symbolic link, not followed"))}
	slices.SortFunc(records, func(a, b *forensics.Record) int { return strings.Compare(string(a.Item.Path), string(b.Item.Path)) })
	return records
}

func header() forensics.Header {
	return forensics.NewHeader(map[string]string{"profile": "full", "references": "", "tool": forensics.Version},
		[]forensics.Detector{
			{Name: "match", Version: 1, Doc: "Finds <protected> pictures again.\nMore.", Accepts: media.Image | media.Video, Validation: forensics.Validation{
				Version: 1, Data: "412 portraits", Reproduce: "make validate", Limits: "Portraits only.", Measurements: []forensics.Measurement{
					{What: "same picture", Condition: "J", Positives: 412, Negatives: 5000, AUC: new(.984), CI: &[2]float64{.977, .99}, Recall: new(.998), FPR: new(0.)},
					{What: "same picture", Condition: "border", Positives: 412, Negatives: 0}}}},
			{Name: "ghost", Version: 2, Doc: "Looks for parts that were compressed before.", Accepts: media.Image},
		},
		[]forensics.Reference{{Path: "/packs/<weiss>.pack", SHA256: hexOf("pack"), Entries: 412}}, map[string]string{"go": "go1.26"})
}
