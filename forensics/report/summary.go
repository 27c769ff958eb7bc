package report

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"unmask/forensics"
)

// summary counts what a case holds.
type summary struct {
	Files    int
	Bytes    int64
	Folder   string // deepest that holds all files; empty where relative and absolute paths are mixed
	status   map[forensics.Status]int
	Queue    map[forensics.Level]int // files in the queue
	Beside   map[forensics.Level]int // files that triage put at a level, but that could not be examined
	Answers  map[forensics.Question]map[forensics.Verdict]int
	outcomes map[outcome]int
	causes   map[forensics.Status]map[string]int // codes of the errors of failed and skipped files
	codes    map[string]int                      // files by code of finding
	subjects map[string]int                      // files by protected person or reference named
}

type outcome struct {
	detector string
	status   forensics.Outcome
}

func newSummary() *summary {
	s := &summary{status: map[forensics.Status]int{}, Queue: map[forensics.Level]int{}, Beside: map[forensics.Level]int{},
		Answers: map[forensics.Question]map[forensics.Verdict]int{}, outcomes: map[outcome]int{},
		causes: map[forensics.Status]map[string]int{forensics.Failed: {}, forensics.Skipped: {}},
		codes:  map[string]int{}, subjects: map[string]int{}}
	for _, q := range forensics.Questions {
		s.Answers[q] = map[forensics.Verdict]int{}
	}
	return s
}

// looked tells whether a file was examined, at least in part.
func looked(r *forensics.Record) bool {
	return r.Status == forensics.Examined || r.Status == forensics.Partial
}

// queued tells whether a file stands in the queue: what was examined, and what something was found of all the same.
func queued(r *forensics.Record) bool { return looked(r) || len(r.Findings) > 0 }

func (s *summary) add(r *forensics.Record) {
	if s.Files++; s.Files == 1 {
		s.Folder = path.Dir(r.Item.Path.String())
	}
	for p := r.Item.Path.String(); !within(p, s.Folder); {
		s.Folder = above(s.Folder)
	}
	s.Bytes += r.Item.Size
	s.status[r.Status]++
	if looked(r) {
		for _, q := range forensics.Questions {
			s.Answers[q][r.Answers[q].Answer]++
		}
	} else if r.Error != nil {
		s.causes[r.Status][r.Error.Code]++
	}
	if queued(r) {
		s.Queue[r.Triage.Level]++
	} else if r.Status == forensics.Failed {
		s.Beside[r.Triage.Level]++
	}
	for _, res := range r.Results {
		s.outcomes[outcome{res.Detector, res.Status}]++
	}
	s.addFindings(r.Findings)
}

func (s *summary) addFindings(findings []forensics.Finding) {
	codes, subjects := map[string]bool{}, map[string]bool{}
	for _, f := range findings {
		codes[f.Code] = true
		if f.Subject != "" && named(f.Code) {
			subjects[f.Subject] = true
		}
	}
	for c := range codes {
		s.codes[c]++
	}
	for n := range subjects {
		s.subjects[n]++
	}
}

// named tells whether the subject of a finding with this code comes from a reference, and not from the file.
func named(code string) bool {
	return strings.HasPrefix(code, "match.") || strings.HasPrefix(code, "identity.") || strings.HasPrefix(code, "hashset.")
}

// within tells whether a path is below a folder. The empty folder holds everything.
func within(p, folder string) bool {
	switch folder {
	case "":
		return true
	case "/", ".":
		return path.IsAbs(p) == (folder == "/")
	}
	return strings.HasPrefix(p, folder+"/")
}

// above is the folder that holds a folder, empty at the top.
func above(folder string) string {
	if up := path.Dir(folder); up != folder {
		return up
	}
	return ""
}

// tally is a name with the number of files it stands for.
type tally struct {
	Name string
	N    int
}

// ranked sorts counts, the largest first.
func ranked(counts map[string]int) []tally {
	var out []tally
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, tally{name, counts[name]})
	}
	slices.SortStableFunc(out, func(a, b tally) int { return cmp.Compare(b.N, a.N) })
	return out
}

// Codes are the codes of findings by the number of files they were found in.
func (s *summary) Codes() []tally { return ranked(s.codes) }

// Subjects are the protected persons and references by the number of files that match them.
func (s *summary) Subjects() []tally { return ranked(s.subjects) }

// Ended is how many files ended with a status.
func (s *summary) Ended(status forensics.Status) int { return s.status[status] }

// Causes are the codes of errors by the number of files that ended with a status because of them.
func (s *summary) Causes(status forensics.Status) []tally { return ranked(s.causes[status]) }

// Outcome is for how many files a detector ended so.
func (s *summary) Outcome(detector string, status forensics.Outcome) int {
	return s.outcomes[outcome{detector, status}]
}

// Examined is how many files the answers were given for.
func (s *summary) Examined() int { return s.status[forensics.Examined] + s.status[forensics.Partial] }

// InQueue is how many rows the queue has.
func (s *summary) InQueue() int {
	n := 0
	for _, l := range forensics.Levels {
		n += s.Queue[l]
	}
	return n
}

// bar is one part of a stacked bar.
type bar struct {
	Verdict forensics.Verdict
	X, W    float64
}

// barWidth is the length of a stacked bar in pixels.
const barWidth = 220

// Bars shows how the answers to a question divide.
func (s *summary) Bars(q forensics.Question) []bar {
	var out []bar
	x := 0.
	for _, v := range verdicts {
		if n := s.Answers[q][v.Verdict]; n > 0 {
			w := barWidth * float64(n) / float64(s.Examined())
			out = append(out, bar{v.Verdict, x, w})
			x += w
		}
	}
	return out
}
