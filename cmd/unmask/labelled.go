package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"unmask/cmd/internal/batch"
	"unmask/forensics"
	"unmask/forensics/validation"

	"github.com/spf13/cobra"
)

// labelledFlags are what unmask validate and unmask calibrate share: labels, and where the records come from.
type labelledFlags struct {
	labels   string
	question string
	scan     scanFlags
}

func (f *labelledFlags) add(c *cobra.Command) {
	f.scan = scanFlags{profile: "full"}
	c.Flags().StringVar(&f.labels, "labels", "", "labels (a CSV `file` with columns path, question, label and source)")
	c.Flags().StringVar(&f.question, "question", "", "look at one question only, such as synthetic")
	c.Flags().IntVar(&f.scan.jobs, "jobs", runtime.NumCPU(), "worker processes, where files are examined")
	c.Flags().DurationVar(&f.scan.timeout, "timeout", time.Minute, "longest time for one item")
	c.Flags().StringVar(&f.scan.progress, "progress", "auto", "auto (on a terminal), always, never, or json (a line now and then)")
}

// labelled are labelled media with what the records say of them.
type labelled struct {
	header       forensics.Header
	labels       validation.Labels
	folder       string // of the list of labels
	observations []validation.Observation
}

// observe reads the labels and joins them with the records of a case, or of the paths, which are examined into a case that is thrown away.
// Without paths the labelled files themselves are examined.
func (f *labelledFlags) observe(ctx context.Context, paths []string) (*labelled, error) {
	if f.labels == "" {
		return nil, usagef("--labels FILE.csv is needed: it says what the right answers are")
	}
	if f.question != "" && !slices.Contains(forensics.Questions[:], forensics.Question(f.question)) {
		return nil, usagef("--question %q: %s", f.question, questionNames())
	}
	text, err := os.ReadFile(f.labels)
	if err != nil {
		return nil, fmt.Errorf("--labels: %w", err)
	}
	list, err := validation.ReadLabels(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.labels, err)
	}
	for _, d := range list.Damaged {
		fmt.Fprintf(os.Stderr, "%s %v; left out\n", f.labels, d)
	}
	if f.question != "" {
		list.Labels = slices.DeleteFunc(list.Labels, func(l validation.Label) bool { return l.Question != forensics.Question(f.question) })
	}
	if len(list.Labels) == 0 {
		return nil, fmt.Errorf("%s holds no label (0 or 1) of a question that is asked: %s", f.labels, questionNames())
	}
	sum := sha256.Sum256(text)
	out := &labelled{labels: validation.Labels{File: filepath.Base(f.labels), SHA256: hex.EncodeToString(sum[:]), Used: len(list.Labels), Damaged: list.Damaged, Others: list.Others}}
	if out.folder, err = filepath.Abs(filepath.Dir(f.labels)); err != nil {
		return nil, err
	}
	dir, remove, err := f.caseOf(ctx, paths, list.Labels, out.folder)
	if err != nil {
		return nil, err
	}
	defer remove()
	journal, err := batch.ReadJournal(dir)
	if err != nil {
		return nil, err
	}
	defer journal.Close()
	records, err := completed(dir, journal)
	if err != nil {
		return nil, err
	}
	out.header = journal.Header
	if out.observations, err = validation.Observe(list.Labels, out.folder, records); err != nil {
		return nil, err
	}
	for _, o := range out.observations {
		if o.Found {
			out.labels.Found++
		}
	}
	if out.labels.Found == 0 {
		return nil, fmt.Errorf("none of the %d labelled files of %s is among the %d examined: paths in it are relative to its folder, or the end of the examined path",
			len(list.Labels), f.labels, journal.Counts().Records)
	}
	return out, nil
}

// caseOf returns the folder of a case with the records, and what removes it where it was made for this alone.
func (f *labelledFlags) caseOf(ctx context.Context, paths []string, labels []validation.Label, folder string) (dir string, remove func(), err error) {
	for _, p := range paths {
		if _, err := os.Stat(filepath.Join(p, batch.JournalName)); err != nil {
			continue
		}
		if len(paths) > 1 {
			return "", nil, usagef("%s is a case: name it alone, or paths that are no cases", p)
		}
		return p, func() {}, nil
	}
	if len(paths) == 0 {
		if paths = labelledFiles(labels, folder); len(paths) == 0 {
			return "", nil, fmt.Errorf("none of the files that %s names is there; name a case, or paths to examine", f.labels)
		}
	}
	if dir, err = os.MkdirTemp("", "unmask-labelled-"); err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	f.scan.caseDir = dir
	var code exit
	if err := f.scan.run(ctx, paths); err != nil && (!errors.As(err, &code) || code != exitIncomplete) {
		remove()
		return "", nil, err
	}
	return dir, remove, nil
}

// labelledFiles are the files that a list names, as far as they are there, in its order.
func labelledFiles(labels []validation.Label, folder string) []string {
	var out []string
	seen := map[string]bool{}
	for _, l := range labels {
		p := l.Path
		if !filepath.IsAbs(p) {
			p = filepath.Join(folder, p)
		}
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

func questionNames() string {
	var names []string
	for _, q := range forensics.Questions {
		names = append(names, string(q))
	}
	return strings.Join(names, ", ")
}
