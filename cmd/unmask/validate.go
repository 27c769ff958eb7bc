package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"unmask/forensics/validation"

	"github.com/spf13/cobra"
)

// validateFlags are the flags of unmask validate.
type validateFlags struct {
	labelledFlags
	pairs     string
	formats   []string
	asJSON    bool
	out       string
	detectors bool
}

var validationFormats = []string{"text", "json", "html"}

func validateCommand() *cobra.Command {
	var f validateFlags
	c := &cobra.Command{
		Use:   "validate --labels FILE.csv [PATH...|CASE]",
		Short: "Measure error rates on labelled media",
		Long: `Holds the answers against labels: AUC, equal error rate, recall at 1 % and 5 % false alarms, Cllr, and how often yes and no were wrong, for each
question, each source and each pair of sources, with 95 % intervals. With a CASE its records are used; PATHs, or without any the labelled
files, are examined first.

The list of labels is a CSV file. Its first line names the columns:
  path      relative to the folder of the list, or the end of the examined path
  question  ` + questionNames() + `
  label     1 where the answer is yes, 0 where it is no
  source    where the file comes from, such as camera7:real or camera7:swapped; files of one source resemble each other
  mask      optional: a picture that is bright where the file was changed
Positives are held against negatives whose source begins with the same text up to the colon, else against all; --pairs names other matches.`,
		RunE: func(c *cobra.Command, args []string) error { return f.run(c.Context(), args) },
	}
	f.add(c)
	c.Flags().StringVar(&f.pairs, "pairs", "", "a `file` that says which sources go together: on each line a part of the positive and of the negative source's name")
	c.Flags().StringSliceVar(&f.formats, "format", []string{"text"}, "what to write: text and json to standard output, html to the file of -o")
	c.Flags().BoolVar(&f.asJSON, "json", false, "the same as --format json")
	c.Flags().StringVarP(&f.out, "output", "o", "", "write a page with curves and tables (HTML) to this `file`")
	c.Flags().BoolVar(&f.detectors, "detectors", false, "measure every feature of the detectors by itself, too")
	return c
}

func (f *validateFlags) run(ctx context.Context, paths []string) error {
	for _, name := range f.formats {
		if !slices.Contains(validationFormats, name) {
			return usagef("--format %q: known are %s", name, strings.Join(validationFormats, ", "))
		}
	}
	if f.asJSON {
		f.formats = []string{"json"}
	}
	if slices.Contains(f.formats, "html") && f.out == "" {
		return usagef("--format html needs -o FILE.html")
	}
	pairing, err := readPairing(f.pairs)
	if err != nil {
		return err
	}
	l, err := f.observe(ctx, paths)
	if err != nil {
		return err
	}
	r := validation.Report{Schema: validation.Schema, Tool: l.header.Tool, Fingerprint: l.header.Fingerprint, Parts: maps.Clone(l.header.Parts), Labels: l.labels}
	r.Questions = validation.Questions(l.observations, pairing)
	for i := range r.Questions {
		q := &r.Questions[i]
		var unread []error
		q.Masks, unread = validation.Localise(l.observations, q.Question, l.folder)
		for _, err := range unread {
			fmt.Fprintf(os.Stderr, "%s %v; left out\n", f.labels, err)
		}
	}
	if f.detectors {
		r.Features = validation.Features(l.observations)
	}
	for _, format := range validationFormats {
		switch {
		case format == "text" && slices.Contains(f.formats, format):
			err = r.Text(os.Stdout)
		case format == "json" && slices.Contains(f.formats, format):
			enc := json.NewEncoder(os.Stdout)
			enc.SetIndent("", " ")
			err = enc.Encode(&r)
		case format == "html" && f.out != "":
			err = writeFile(f.out, r.HTML)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func readPairing(path string) (validation.Pairing, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--pairs: %w", err)
	}
	defer file.Close()
	p, err := validation.ReadPairing(file)
	if err != nil {
		return nil, fmt.Errorf("--pairs %s: %w", path, err)
	}
	return p, nil
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".tmp"))
	}
	return os.Rename(path+".tmp", path)
}
