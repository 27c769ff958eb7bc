package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"unmask/cmd/internal/batch"
	"unmask/forensics"
	"unmask/forensics/report"

	"github.com/spf13/cobra"
)

var errNoSpace = syscall.ENOSPC

func reportCommand() *cobra.Command {
	var formats []string
	c := &cobra.Command{
		Use:   "report CASE",
		Short: "Write the reports of a case again, without examining anything",
		Long: `Renders the journal of a case. Two formats go to standard output: jsonl, one record a line, sorted by path; and summary, a
line for each file that triage puts in the queue. All others are written into the case folder.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return rerender(args[0], formats) },
	}
	c.Flags().StringSliceVar(&formats, "format", []string{"json", "html"}, "what to write: jsonl, summary, "+strings.Join(report.Formats(), ", "))
	return c
}

// printed are the formats that go to standard output.
var printed = map[string]func(io.Writer, forensics.Header, iter.Seq2[*forensics.Record, error]) error{
	"jsonl":   report.JSONL,
	"summary": summary,
}

func rerender(dir string, formats []string) error {
	files := slices.DeleteFunc(slices.Clone(formats), func(f string) bool { return printed[f] != nil })
	if err := checkFormats(files); err != nil {
		return err
	}
	journal, err := batch.ReadJournal(dir)
	if err != nil {
		return err
	}
	defer journal.Close()
	records, err := completed(dir, journal)
	if err != nil {
		return err
	}
	for _, f := range formats {
		if p := printed[f]; p != nil {
			if err := p(os.Stdout, journal.Header, records); err != nil {
				return err
			}
		}
	}
	if len(files) == 0 {
		return nil
	}
	if err := os.Remove(filepath.Join(dir, sealName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return diskFull(render(dir, journal, files))
}

// summary prints a line for each record in the queue, most urgent first: level, path, and the answers that are yes.
func summary(w io.Writer, _ forensics.Header, records iter.Seq2[*forensics.Record, error]) error {
	lines := map[forensics.Level][]string{}
	for r, err := range records {
		if err != nil {
			return err
		}
		var yes []string
		for _, q := range forensics.Questions {
			if r.Answers[q].Answer == forensics.Yes {
				yes = append(yes, string(q))
			}
		}
		if len(yes) == 0 {
			yes = r.Triage.Reasons
		}
		lines[r.Triage.Level] = append(lines[r.Triage.Level], fmt.Sprintf("%-7s%q  %s", r.Triage.Level, r.Item.Path, strings.Join(yes, ", ")))
	}
	for _, l := range slices.Backward(forensics.Levels[1:]) {
		for _, line := range lines[l] {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
		}
	}
	return nil
}

// sealName is the file of a case that says what its outputs are.
const sealName = "seal.json"

// seal stands for a finished case: the journal up to Head, and what was rendered from it.
type seal struct {
	Schema  string            `json:"schema"`
	Tool    string            `json:"tool"`
	Head    string            `json:"head"` // SHA-256 of the journal's last line
	Counts  batch.Counts      `json:"counts"`
	Formats []string          `json:"formats"`
	Outputs map[string]string `json:"outputs"` // path in the case folder to SHA-256
}

// render writes the reports of a case and seals them. A case whose seal fits already is left as it is.
func render(dir string, j *batch.Journal, formats []string) error {
	path := filepath.Join(dir, sealName)
	c, err := counts(dir, j)
	if err != nil {
		return err
	}
	s := seal{Schema: "unmask/seal/1", Tool: j.Header.Tool, Head: j.Head(), Counts: c, Formats: formats}
	var old seal
	if text, err := os.ReadFile(path); err == nil && json.Unmarshal(text, &old) == nil &&
		old.Head == s.Head && old.Tool == s.Tool && slices.Equal(old.Formats, formats) {
		return nil
	}
	records, err := completed(dir, j)
	if err != nil {
		return err
	}
	outputs, err := report.Case(dir, formats, j.Header, records)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	s.Outputs = outputs
	if sum, err := digest(filepath.Join(dir, variantsName)); err == nil {
		s.Outputs[variantsName] = sum
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".tmp", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// digest is the SHA-256 of a file.
func digest(path string) (string, error) {
	data, err := os.ReadFile(path)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}
