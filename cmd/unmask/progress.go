package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"unmask/forensics"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

var progressModes = []string{"auto", "always", "never", "json"}

// progress shows on standard error how far a scan has come. Its methods are called from one goroutine.
type progress struct {
	bar     *progressbar.ProgressBar // nil where none is shown
	total   chan int                 // receives the number of items once it is known
	asJSON  bool
	started time.Time
	printed time.Time
	items   int
	levels  map[forensics.Level]int
}

const jsonEvery = 2 * time.Second

// newProgress starts to count the items beside the work where something is to be shown.
func newProgress(mode, what string, count func() int) *progress {
	p := &progress{asJSON: mode == "json", started: time.Now(), levels: map[forensics.Level]int{}, total: make(chan int, 1)}
	if mode == "always" || mode == "auto" && onTerminal() {
		p.bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("files"), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription(what))
	}
	if p.bar != nil || p.asJSON {
		go func() { p.total <- count() }()
	}
	return p
}

// add counts a record, or an item that has one already where r is nil.
func (p *progress) add(r *forensics.Record) {
	p.items++
	if r != nil {
		p.levels[r.Triage.Level]++
	}
	if p.bar != nil {
		select {
		case n := <-p.total:
			if n > 0 {
				p.bar.ChangeMax(n)
			}
		default:
		}
		if len(p.levels) > 0 {
			p.bar.Describe(fmt.Sprintf("%d high %d medium %d low", p.levels[forensics.High], p.levels[forensics.Medium], p.levels[forensics.Low]))
		}
		_ = p.bar.Add(1) // a terminal that is gone is no reason to stop
	}
	if p.asJSON && time.Since(p.printed) >= jsonEvery {
		p.print()
	}
}

func (p *progress) print() {
	p.printed = time.Now()
	total := -1
	select {
	case total = <-p.total:
		p.total <- total
	default:
	}
	_ = json.NewEncoder(os.Stderr).Encode(map[string]any{"type": "progress", "items": p.items, "total": total,
		"seconds": time.Since(p.started).Seconds(), "levels": p.levels})
}

func (p *progress) close() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	if p.asJSON {
		p.print()
	}
}

// onTerminal tells whether somebody watches standard error.
func onTerminal() bool {
	return term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb" && os.Getenv("CI") == ""
}
