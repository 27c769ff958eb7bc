package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"unmask/cmd/internal/batch"
	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/report"
	"unmask/models"

	"github.com/spf13/cobra"
)

// scanFlags are the flags of unmask scan.
type scanFlags struct {
	caseDir     string
	refs        []string
	hashSets    []string
	trust       []string
	registry    []string
	calibration []string
	formats     []string
	jobs        int
	timeout     time.Duration
	profile     string
	filesFrom   string
	nul         bool
	jsonl       bool
	failOn      string
	progress    string
}

func scanCommand() *cobra.Command {
	var f scanFlags
	c := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Examine files and folders into a case",
		Long: `Examines every file below the paths and writes a case folder: a journal (run.jsonl), a report for each file (reports/), an index to open in a
browser (index.html) and the pictures they show (evidence/). The same command again goes on where it was stopped and examines
only what is new or changed.

Exit codes: 0 all examined; 1 could not run; 2 usage; 3 some items could not be examined; 10 --fail-on was reached; 130 or 143
interrupted, the journal is flushed.`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), args) },
	}
	c.Flags().StringVar(&f.caseDir, "case", "unmask-case", "case `folder`, made where it is missing")
	c.Flags().StringArrayVar(&f.refs, "refs", nil, "protected pictures: a `pack` made by unmask enroll, or a folder to enroll now (repeatable)")
	c.Flags().StringArrayVar(&f.hashSets, "hashset", nil, hashSetUsage)
	c.Flags().StringArrayVar(&f.trust, "trust", nil, "certificates (a PEM `file`) that signers of C2PA manifests and time stamps are trusted by (repeatable)")
	c.Flags().StringArrayVar(&f.registry, "registry", nil, "producers of AI content (a CSV `file`: code,name) to look labels up in (repeatable)")
	c.Flags().StringArrayVar(&f.calibration, "calibration", nil, "likelihood ratios by the laboratory's own calibration (a `file` made by unmask calibrate; repeatable)")
	c.Flags().StringSliceVar(&f.formats, "format", []string{"json", "html"}, "reports to write: "+strings.Join(report.Formats(), ", "))
	c.Flags().IntVar(&f.jobs, "jobs", runtime.NumCPU(), "worker processes")
	c.Flags().DurationVar(&f.timeout, "timeout", time.Minute, "longest time for one item")
	c.Flags().StringVar(&f.profile, "profile", "full", "full, or triage: digests, hashes, labels and matching only")
	c.Flags().StringVar(&f.filesFrom, "files-from", "", "read paths from a `file`, one a line; - for standard input")
	c.Flags().BoolVarP(&f.nul, "null", "0", false, "paths in --files-from end with a NUL byte")
	c.Flags().BoolVar(&f.jsonl, "jsonl", false, "print each new record on standard output")
	c.Flags().StringVar(&f.failOn, "fail-on", "", "end with exit code 10 where a record of the case reaches this `level`: low, medium or high")
	c.Flags().StringVar(&f.progress, "progress", "auto", "auto (on a terminal), always, never, or json (a line now and then)")
	return c
}

func (f *scanFlags) check(paths []string) error {
	switch {
	case len(paths) == 0 && f.filesFrom == "":
		return usagef("scan needs a path to examine, or --files-from")
	case f.jobs < 1:
		return usagef("--jobs %d: at least 1", f.jobs)
	case f.timeout <= 0:
		return usagef("--timeout %v: more than nothing", f.timeout)
	case f.profile != "full" && f.profile != "triage":
		return usagef("--profile %q: full or triage", f.profile)
	case f.failOn != "" && !slices.Contains(forensics.Levels[1:], forensics.Level(f.failOn)):
		return usagef("--fail-on %q: low, medium or high", f.failOn)
	case !slices.Contains(progressModes, f.progress):
		return usagef("--progress %q: %s", f.progress, strings.Join(progressModes, ", "))
	}
	if err := checkFormats(f.formats); err != nil {
		return err
	}
	for _, h := range f.hashSets {
		if _, _, err := parseHashSet(h); err != nil {
			return err
		}
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("nothing to examine at %q: %w", p, errors.Unwrap(err))
		}
	}
	return nil
}

func checkFormats(formats []string) error {
	for _, name := range formats {
		if !slices.Contains(report.Formats(), name) {
			return usagef("--format %q: known are %s", name, strings.Join(report.Formats(), ", "))
		}
	}
	return nil
}

func (f *scanFlags) run(ctx context.Context, paths []string) error {
	if err := f.check(paths); err != nil {
		return err
	}
	packs, err := f.packs(ctx)
	if err != nil {
		return err
	}
	sets, err := compileHashSets(ctx, f.hashSets, f.caseDir)
	if err != nil {
		return err
	}
	plan := fullPlan
	if len(packs) > 0 {
		plan.Glances = glances
	}
	config := worker.Config{Profile: f.profile, Plan: plan, References: packs, HashSets: sets, Evidence: filepath.Join(f.caseDir, "evidence")}
	for _, g := range []struct {
		paths []string
		to    *[]worker.Given
	}{{f.trust, &config.Trust}, {f.registry, &config.Registry}, {f.calibration, &config.Calibration}} {
		for _, path := range g.paths {
			given, err := worker.Give(path)
			if err != nil {
				return err
			}
			*g.to = append(*g.to, given)
		}
	}
	calibrated, err := calibrations(config.Calibration)
	if err != nil {
		return err
	}
	pool, err := newPool(config, f.jobs, f.timeout)
	if err != nil {
		return err
	}
	defer pool.Close()
	head, err := header(config, pool.Hello)
	if err != nil {
		return err
	}
	if err := fits(calibrated, head); err != nil {
		return err
	}
	if err := os.MkdirAll(config.Evidence, 0o755); err != nil {
		return fmt.Errorf("case folder: %w", err)
	}
	journal, err := batch.OpenJournal(f.caseDir, head)
	if err != nil {
		return err
	}
	defer journal.Close()
	if err := clearUnfinished(config.Evidence); err != nil {
		return err
	}
	examine, err := lookingUp(pool.Examine, config)
	if err != nil {
		return err
	}
	err = f.examine(ctx, paths, pool, examine, journal)
	if err == nil {
		err = f.compareVariants(ctx, pool, journal)
	}
	if err != nil {
		return diskFull(err)
	}
	if err := render(f.caseDir, journal, f.formats); err != nil {
		return diskFull(err)
	}
	return f.verdict(journal)
}

// examine runs the examiner, which is made of the pool, over the items and shows progress.
func (f *scanFlags) examine(ctx context.Context, paths []string, pool *worker.Pool, examine forensics.Examiner, journal *batch.Journal) error {
	leaveOut, err := sameFolder(f.caseDir)
	if err != nil {
		return err
	}
	in, err := newInput(paths, f.filesFrom, f.nul, leaveOut)
	if err != nil {
		return err
	}
	show := newProgress(f.progress, "examining", in.count)
	defer show.close()
	out := json.NewEncoder(os.Stdout)
	var failed error
	err = batch.Run(ctx, in.items(), examine, pool.Refuse, f.jobs, journal, func(r *forensics.Record) {
		show.add(r)
		if f.jsonl && r != nil && failed == nil {
			failed = out.Encode(r)
		}
	})
	return errors.Join(err, in.err, failed)
}

// verdict prints the summary and turns it into an exit code.
func (f *scanFlags) verdict(journal *batch.Journal) error {
	c, err := counts(f.caseDir, journal)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d files: %d examined, %d in part, %d could not be examined, %d skipped. Triage: %d high, %d medium, %d low.\n",
		c.Records, c.Status[forensics.Examined], c.Status[forensics.Partial], c.Status[forensics.Failed], c.Status[forensics.Skipped],
		c.Level[forensics.High], c.Level[forensics.Medium], c.Level[forensics.Low])
	if slices.Contains(f.formats, "html") {
		fmt.Fprintf(os.Stderr, "Report: %s\n", filepath.Join(f.caseDir, "index.html"))
	}
	if f.failOn != "" {
		from := slices.Index(forensics.Levels[:], forensics.Level(f.failOn))
		for _, l := range forensics.Levels[from:] {
			if c.Level[l] > 0 {
				return exit(exitGate)
			}
		}
	}
	if c.Status[forensics.Failed] > 0 {
		return exit(exitIncomplete)
	}
	return nil
}

// header says what examines the items: everything a record depends on but the item.
func header(c worker.Config, h worker.Hello) (forensics.Header, error) {
	plan, _ := json.Marshal(c.Plan)
	parts := map[string]string{"tool": forensics.Version, "profile": c.Profile, "plan": string(plan)}
	for _, d := range h.Detectors {
		parts["detector "+d.Name] = fmt.Sprint(d.Version)
		for _, name := range d.Models {
			m, err := models.Lookup(name)
			if err != nil {
				return forensics.Header{}, err
			}
			parts["model "+name] = m.SHA256
			if missing(m) {
				parts["model "+name] += " missing"
			}
		}
	}
	var digests []string
	for _, r := range h.References {
		digests = append(digests, r.SHA256)
	}
	slices.Sort(digests)
	parts["references"] = strings.Join(digests, " ")
	addHashSets(parts, c.HashSets)
	for name, files := range map[string][]worker.Given{"trust": c.Trust, "registry": c.Registry, "calibration": c.Calibration} {
		for _, g := range files {
			parts[name] = strings.TrimSpace(parts[name] + " " + g.SHA256)
		}
	}
	maps.Copy(parts, h.Build)
	return forensics.NewHeader(parts, h.Detectors, h.References, h.Build), nil
}

// missing tells whether a model that is not built in lies in no models folder.
func missing(m models.Model) bool {
	_, err := os.Stat(filepath.Join(modelsFolder(), m.File))
	return m.File != "" && err != nil
}

// sameFolder returns a function that knows the case folder when a walk comes upon it.
func sameFolder(dir string) (func(fs.FileInfo) bool, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	return func(other fs.FileInfo) bool { return os.SameFile(info, other) }, nil
}

// clearUnfinished removes evidence that a killed worker was writing.
func clearUnfinished(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, ".new-*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// diskFull adds what to do to an error that says that there is no space.
func diskFull(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errNoSpace) || strings.Contains(err.Error(), errNoSpace.Error()) {
		return fmt.Errorf("%w: make room and run the same command again; it goes on from here", err)
	}
	return err
}
