// Package report renders a journal: as lines, and as the documents of a case folder. Rendering reads no clock and examines
// nothing, so the same journal always gives the same bytes.
//
// A case folder holds
//
//	index.html, index-2.html ...       the queue, most urgent first; failed.html and skipped.html list the rest
//	reports/ab/<sha256>.json, .html    the report of a file, named by the file's own SHA-256
//	evidence/ab/<sha256>.png, .jpg     pictures and thumbnails, written by the examination and only linked here
package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"unmask/forensics"
	"unmask/media"
)

// formats are what Case can write. A new one is a line here.
var formats = [...]struct {
	name  string
	write func(*casefile) error
}{
	{"json", (*casefile).json},
	{"html", (*casefile).html},
}

// Formats names what Case can write.
func Formats() []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

// JSONL writes one record a line.
func JSONL(w io.Writer, _ forensics.Header, records iter.Seq2[*forensics.Record, error]) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	for r, err := range records {
		if err != nil {
			return err
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return b.Flush()
}

// casefile is one rendering of one journal.
type casefile struct {
	out     *folder
	header  forensics.Header
	records iter.Seq2[*forensics.Record, error]
	copies  *copies
	hasJSON bool // whether the reports in HTML have one in JSON beside them
}

// Case writes the chosen formats into the case folder dir and returns the SHA-256 of every file written, by its path in
// the folder. Records come sorted by path; they are iterated several times and never held together. Where several paths
// hold the same bytes, the report is the first path's and names the others. An unknown format is refused before
// anything is written.
func Case(dir string, chosen []string, h forensics.Header, records iter.Seq2[*forensics.Record, error]) (map[string]string, error) {
	for _, name := range chosen {
		if !slices.Contains(Formats(), name) {
			return nil, fmt.Errorf("unknown report format %q: known are %s", name, strings.Join(Formats(), ", "))
		}
	}
	same, err := findCopies(dir, records)
	if err != nil {
		return nil, err
	}
	defer same.close()
	c := &casefile{&folder{dir, map[string]string{}}, h, records, same, slices.Contains(chosen, "json")}
	for _, f := range formats {
		if !slices.Contains(chosen, f.name) {
			continue
		}
		if err := f.write(c); err != nil {
			return nil, err
		}
	}
	return c.out.digests, nil
}

// fileReport is the report of one content: the record of the first path that holds it, and the other paths.
type fileReport struct {
	*forensics.Record
	Copies []media.Item `json:"copies,omitempty"`
}

// report returns the report of a record, or nil where it has none: its content was not read, or is reported under another path.
func (c *casefile) report(r *forensics.Record) (*fileReport, error) {
	if !isDigest(r.Item.SHA256) {
		return nil, nil
	}
	others, first, err := c.copies.of(r.Item)
	if err != nil || !first {
		return nil, err
	}
	return &fileReport{r, others}, nil
}

// json writes the reports for machines.
func (c *casefile) json() error {
	for r, err := range c.records {
		if err != nil {
			return err
		}
		rep, err := c.report(r)
		if err != nil {
			return err
		}
		if rep == nil {
			continue
		}
		if err := c.out.write(reportPath(r.Item.SHA256, "json"), func(w io.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetIndent("", " ")
			return enc.Encode(rep)
		}); err != nil {
			return err
		}
	}
	return nil
}

// isDigest tells whether s is a SHA-256 in lower-case hex, and so fit to name a file.
func isDigest(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

func reportPath(sha256, ext string) string { return "reports/" + sha256[:2] + "/" + sha256 + "." + ext }
