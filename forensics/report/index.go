package report

import (
	"fmt"
	"html/template"
	"io"
	"iter"
	"slices"
	"strings"

	"unmask/forensics"
	"unmask/media"
)

const (
	pageRows      = 500 // rows of a list on one page
	failedOnIndex = 50  // files that could not be examined on the first page; the rest have pages of their own
	rowFindings   = 3   // findings shown in a row
	rowText       = 320 // bytes of a finding's text in a row
)

// row is what the queue shows of a record.
type row struct {
	Path        string
	Report      string // SHA-256 that names the report; empty where there is none
	Thumbnail   forensics.Ref
	About       string
	Level       forensics.Level
	Status      forensics.Status
	Copy        bool // its report is under another path
	Answers     [len(forensics.Questions)]forensics.Answer
	Findings    []forensics.Finding
	More        int // findings not shown
	Contradicts bool
	Error       *media.Failure
}

func newRow(r *forensics.Record) row {
	out := row{Path: r.Item.Path.String(), Thumbnail: r.Thumbnail, Level: r.Triage.Level, Status: r.Status, Error: r.Error}
	if isDigest(r.Item.SHA256) {
		out.Report = r.Item.SHA256
	}
	out.About = size(r.Item.Size)
	if d := describe(r.Media); d != "" {
		out.About = d + " · " + out.About
	}
	for i, q := range forensics.Questions {
		out.Answers[i] = r.Answers[q]
		out.Answers[i].Reason = clip(out.Answers[i].Reason, rowText)
	}
	out.Findings = slices.Clone(r.Findings)
	out.Contradicts = slices.ContainsFunc(r.Findings, func(f forensics.Finding) bool {
		return strings.HasPrefix(f.Code, "contradiction.") || f.Code == "label.aigc.reused"
	})
	gave := func(f forensics.Finding) int { // what put the file where it is comes first
		if slices.Contains(r.Triage.Reasons, f.Code) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out.Findings, func(a, b forensics.Finding) int { return gave(a) - gave(b) })
	if len(out.Findings) > rowFindings {
		out.More = len(out.Findings) - rowFindings
		out.Findings = out.Findings[:rowFindings]
	}
	for i := range out.Findings {
		out.Findings[i].Text = clip(out.Findings[i].Text, rowText)
	}
	return out
}

// index collects the rows of all lists on disk, then writes their pages.
type index struct {
	summary *summary
	queue   map[forensics.Level]*spool[row]
	failed  *spool[row]
	skipped *spool[row]

	between    []between // at most betweenOnIndex of betweenAll
	betweenAll int
}

func newIndex(dir string) (x *index, err error) {
	x = &index{summary: newSummary(), queue: map[forensics.Level]*spool[row]{}}
	defer func() {
		if err != nil {
			x.close()
		}
	}()
	for _, l := range forensics.Levels {
		if x.queue[l], err = newSpool[row](dir); err != nil {
			return nil, err
		}
	}
	if x.failed, err = newSpool[row](dir); err != nil {
		return nil, err
	}
	x.skipped, err = newSpool[row](dir)
	return x, err
}

func (x *index) spools() []*spool[row] {
	out := []*spool[row]{x.failed, x.skipped}
	for _, l := range forensics.Levels {
		out = append(out, x.queue[l])
	}
	return out
}

func (x *index) close() {
	for _, s := range x.spools() {
		if s != nil {
			s.close()
		}
	}
}

// add adds the row of a record. Copy says that its content is reported under another path.
func (x *index) add(r *forensics.Record, copy bool, known acquainted) error {
	x.summary.add(r)
	x.addBetween(r, known)
	out := newRow(r)
	out.Copy = copy && out.Report != ""
	var to []*spool[row]
	switch r.Status {
	case forensics.Failed:
		to = append(to, x.failed)
	case forensics.Skipped:
		to = append(to, x.skipped)
	}
	if queued(r) {
		level := x.queue[r.Triage.Level]
		if level == nil {
			return fmt.Errorf("%q has the unknown triage level %q", r.Item.Path, r.Triage.Level)
		}
		to = append(to, level)
	}
	for _, s := range to {
		if _, err := s.add(out); err != nil {
			return err
		}
	}
	return nil
}

// group is the part of a page that holds one level of the queue.
type group struct {
	Level     forensics.Level
	Total     int  // on all pages
	Continued bool // from the page before
	Rows      []row
}

// jumps leads to the levels of the queue, the highest first.
func (x *index) jumps() (out []jump) {
	before := 0
	for _, l := range slices.Backward(forensics.Levels[:]) {
		n := x.queue[l].n
		j := jump{Level: l, N: n}
		if n > 0 {
			j.Href = pageName("index", before/pageRows) + "#" + string(l)
		}
		out = append(out, j)
		before += n
	}
	return out
}

// indexPage is what a page of the queue shows; Summary, Between and Failed are on the first only.
type indexPage struct {
	shell
	Summary *summary
	Between []between
	MoreOf  int // findings between files that are not shown
	Failed  []row
	Groups  []group
	Pager   pager
}

// write writes the pages of all lists.
func (x *index) write(out *folder, t *template.Template, sh shell) error {
	for _, s := range x.spools() {
		if err := s.flush(); err != nil {
			return err
		}
	}
	if err := x.writeQueue(out, t, sh); err != nil {
		return err
	}
	if x.failed.n > failedOnIndex {
		if err := writeList(out, t, sh, "failed", "Could not be examined", x.failed); err != nil {
			return err
		}
	}
	if x.skipped.n > 0 {
		if err := writeList(out, t, sh, "skipped", "Skipped: nothing to examine", x.skipped); err != nil {
			return err
		}
	}
	for _, list := range []string{"index", "failed", "skipped"} {
		for _, pattern := range []string{list + ".html", list + "-[0-9]*.html"} {
			if err := out.removeStale(pattern); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *index) writeQueue(out *folder, t *template.Template, sh shell) error {
	total := x.summary.InQueue()
	next, stop := iter.Pull2(x.inOrder())
	defer stop()
	var last forensics.Level
	for n := range newPager("index", 0, total).Pages {
		p := indexPage{shell: sh, Pager: newPager("index", n, total)}
		p.Pager.Jumps = x.jumps()
		p.Title = "Case report"
		if n > 0 {
			p.Title = fmt.Sprintf("Case report, page %d", n+1)
		} else {
			p.Summary, p.Between, p.MoreOf = x.summary, x.between, x.betweenAll-len(x.between)
			for r, err := range x.failed.all() {
				if err != nil {
					return err
				}
				if len(p.Failed) == failedOnIndex {
					break
				}
				p.Failed = append(p.Failed, r)
			}
		}
		for range p.Pager.To - n*pageRows {
			r, err, _ := next()
			if err != nil {
				return err
			}
			if len(p.Groups) == 0 || r.Level != last {
				p.Groups = append(p.Groups, group{Level: r.Level, Total: x.queue[r.Level].n, Continued: r.Level == last})
			}
			last = r.Level
			g := &p.Groups[len(p.Groups)-1]
			g.Rows = append(g.Rows, r)
		}
		if err := out.write(pageName("index", n), func(w io.Writer) error { return t.ExecuteTemplate(w, "index.html", p) }); err != nil {
			return err
		}
	}
	return nil
}

// inOrder yields the queue, the highest level first.
func (x *index) inOrder() iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for _, l := range slices.Backward(forensics.Levels[:]) {
			for r, err := range x.queue[l].all() {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}
