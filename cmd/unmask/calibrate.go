package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/calibration"

	"github.com/spf13/cobra"
)

// calibrateFlags are the flags of unmask calibrate.
type calibrateFlags struct {
	labelledFlags
	out string
}

func calibrateCommand() *cobra.Command {
	var f calibrateFlags
	c := &cobra.Command{
		Use:   "calibrate --labels FILE.csv [PATH...|CASE] -o FILE",
		Short: "Make a laboratory's own calibration from labelled media, for scan --calibration",
		Long: `Fits, for synthetic, face_swap and edited, how much a score is worth as a likelihood ratio on media like the labelled ones, and writes it into a
small file that unmask scan --calibration attaches. Labels and records are taken as unmask validate takes them (see there).

Each question needs 30 files and 2 sources of each class. Each source is left out of the fit in turn and judged by the rest; what that shows
stands in the file. The log10 likelihood ratio goes no further than log10(n)-1 for n files of the smaller class, at least .5 and
at most 2. From a ratio of 10 the file lets answers become yes (or no), where no more than 1 % of the files left out would have been
answered wrongly. The file is bound to the detectors that the scores came from.`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), args) },
	}
	f.add(c)
	c.Flags().StringVarP(&f.out, "output", "o", "", "the `file` to write")
	return c
}

func (f *calibrateFlags) run(ctx context.Context, paths []string) error {
	if f.out == "" {
		return usagef("calibrate needs -o FILE")
	}
	if f.question != "" && !slices.Contains(calibration.Calibrated[:], forensics.Question(f.question)) {
		return usagef("--question %q: only %v can be calibrated", f.question, calibration.Calibrated)
	}
	l, err := f.observe(ctx, paths)
	if err != nil {
		return err
	}
	file := calibration.File{Schema: calibration.Schema, Name: filepath.Base(f.out), Tool: forensics.Version,
		Parts: calibration.Parts(l.header.Parts), Labels: l.labels.SHA256}
	examples := map[forensics.Question][]calibration.Example{}
	for _, o := range l.observations {
		if o.Found {
			examples[o.Question] = append(examples[o.Question], calibration.Example{Answer: o.Answer, Positive: o.Positive, Source: o.Source, SHA256: o.SHA256})
		}
	}
	var refused []error
	for _, q := range calibration.Calibrated {
		if len(examples[q]) == 0 {
			continue
		}
		line, err := calibration.Fit(q, examples[q])
		if err != nil {
			refused = append(refused, err)
			continue
		}
		file.Questions = append(file.Questions, *line)
	}
	if len(file.Questions) == 0 {
		if refused == nil {
			return fmt.Errorf("no file labelled for %v has a record: nothing to calibrate", calibration.Calibrated)
		}
		return fmt.Errorf("nothing to calibrate: %w", errors.Join(refused...))
	}
	for _, err := range refused {
		fmt.Fprintf(os.Stderr, "not calibrated: %v\n", err)
	}
	if err := writeFile(f.out, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(&file)
	}); err != nil {
		return err
	}
	for _, line := range file.Questions {
		printLine(line)
	}
	return nil
}

// printLine says on standard output what a calibration of a question is worth.
func printLine(l calibration.Line) {
	before := "none"
	if l.Held.Before != nil {
		before = fmt.Sprintf("%.3f", *l.Held.Before)
	}
	fmt.Printf("%s: %d positives, %d negatives, %d sources; llr10 = %.4g * score %+.4g, at most %.2f either way\n",
		l.Question, l.Positives, l.Negatives, len(l.Sources), l.Slope, l.Intercept, l.Cap)
	fmt.Printf("  each source left out in turn: Cllr %.3f (before %s, at best %.3f)\n", l.Held.After, before, l.Held.Min)
	decides := func(name string, from *float64, wrong calibration.Count) {
		text := "never decided: too many files are on the wrong side, or there are too few files for a ratio of 10"
		if from != nil {
			text = fmt.Sprintf("from llr10 %+.3f; wrong for %d of %d, at most %.3f", *from, wrong.Count, wrong.Of, wrong.AtMost)
		}
		fmt.Printf("  %-4s %s\n", name, text)
	}
	decides("yes", l.Yes, l.Held.FalseYes)
	decides("no", l.No, l.Held.FalseNo)
}

// calibrations reads the calibration files of a run.
func calibrations(given []worker.Given) ([]calibration.File, error) {
	data, err := worker.Read(given)
	if err != nil {
		return nil, err
	}
	files, err := calibration.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("--calibration: %w", err)
	}
	return files, nil
}

// fits tells whether calibrations were made from scores as a run with this header gives them.
func fits(files []calibration.File, h forensics.Header) error {
	for _, f := range files {
		if why := f.Differs(h.Parts); why != "" {
			return fmt.Errorf("--calibration: %s was made under another configuration: %s; make it anew with unmask calibrate", f.Name, why)
		}
	}
	return nil
}
