package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"unmask/cmd/internal/batch"
	"unmask/forensics"
	"unmask/forensics/fusion"
	"unmask/forensics/sweep"
	"unmask/media"
)

// variantsName is the file of a case that holds what was found by holding its files against each other: a head, then a line for each file that
// something was found of, sorted by path as the records of a journal are.
const (
	variantsName   = "variants.jsonl"
	variantsSchema = "unmask/variants/2"
)

// variantsHead is its first line: the state of the journal that it was made from.
type variantsHead struct {
	Schema string `json:"schema"`
	Head   string `json:"head"`
}

// compared is what was found of one file, and why it could not be compared with copies.
type compared struct {
	Path     media.Path          `json:"path"`
	Findings []forensics.Finding `json:"findings,omitempty"`
	Errors   []*media.Failure    `json:"errors,omitempty"`
}

// writeVariants writes the file: whole, or not at all.
func writeVariants(path string, head variantsHead, found []sweep.Found, pairs []comparison) error {
	byPath := map[media.Path]*compared{}
	of := func(p media.Path) *compared {
		if byPath[p] == nil {
			byPath[p] = &compared{Path: p}
		}
		return byPath[p]
	}
	for _, f := range found {
		c := of(f.Path)
		c.Findings = append(c.Findings, f.Finding)
	}
	for _, p := range pairs {
		for _, side := range []struct {
			path, other media.Path
			findings    []forensics.Finding
		}{{p.Item.Path, p.Base.Path, p.ofItem}, {p.Base.Path, p.Item.Path, p.ofBase}} {
			if p.failure != nil {
				c := of(side.path)
				c.Errors = append(c.Errors, media.Failf(p.failure.Code, "its pixels were not compared with those of the copy %q: %s", side.other.String(), p.failure.Text))
			}
			if len(side.findings) > 0 {
				c := of(side.path)
				c.Findings = append(c.Findings, side.findings...)
			}
		}
	}
	file, err := os.Create(path + ".tmp")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	enc := json.NewEncoder(w)
	err = enc.Encode(head)
	for _, p := range slices.Sorted(maps.Keys(byPath)) {
		err = cmp.Or(err, enc.Encode(byPath[p]))
	}
	if err := cmp.Or(err, w.Flush(), file.Close()); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// readHead reads the first line only.
func readHead(path string) (head variantsHead, err error) {
	for h, err := range readVariants(path) {
		return h.head, err
	}
	return head, nil
}

// entry is a line of the file; the first has nothing but the head.
type entry struct {
	head variantsHead
	compared
}

// readVariants yields the lines of the file, the head first. A case without the file yields none.
func readVariants(path string) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		} else if err != nil {
			yield(entry{}, err)
			return
		}
		defer file.Close()
		dec := json.NewDecoder(bufio.NewReader(file))
		var e entry
		if err := dec.Decode(&e.head); err != nil {
			yield(e, fmt.Errorf("%s: %w", path, err))
			return
		}
		if e.head.Schema != variantsSchema {
			yield(e, fmt.Errorf("%s was written by another version of unmask (%q): scan again with this one", path, e.head.Schema))
			return
		}
		for ok := yield(e, nil); ok && dec.More(); {
			e.compared = compared{}
			if err := dec.Decode(&e.compared); err != nil {
				yield(e, fmt.Errorf("%s: %w", path, err))
				return
			}
			ok = yield(e, nil)
		}
	}
}

// holdsAny tells whether anything was found of any file.
func holdsAny(path string) (bool, error) {
	lines := 0
	for _, err := range readVariants(path) {
		if err != nil {
			return false, err
		}
		if lines++; lines == 2 {
			return true, nil
		}
	}
	return false, nil
}

// completed are the records of a case with what was found by holding its files against each other. Both are sorted by path.
func completed(dir string, j *batch.Journal) (iter.Seq2[*forensics.Record, error], error) {
	path := filepath.Join(dir, variantsName)
	if some, err := holdsAny(path); !some {
		return j.Records(), err
	}
	return func(yield func(*forensics.Record, error) bool) {
		next, stop := iter.Pull2(readVariants(path))
		defer stop()
		e, err, more := next()
		for r, rerr := range j.Records() {
			for more && err == nil && rerr == nil && e.Path < r.Item.Path {
				e, err, more = next()
			}
			if rerr == nil && err == nil && more && e.Path == r.Item.Path {
				join(r, &e.compared)
			}
			if !yield(r, cmp.Or(rerr, err)) || err != nil {
				return
			}
		}
	}, nil
}

// join adds to a record what was found of it.
func join(r *forensics.Record, c *compared) {
	for _, e := range c.Errors {
		r.Results = append(r.Results, forensics.Result{Detector: sweep.Detector, Version: sweep.Version, Status: forensics.Broken, Reason: e.Error()})
	}
	fusion.Join(r, c.Findings)
}

// counts are those of the journal, with the levels that holding its files against each other gave.
func counts(dir string, j *batch.Journal) (batch.Counts, error) {
	c := j.Counts()
	if some, err := holdsAny(filepath.Join(dir, variantsName)); !some {
		return c, err
	}
	records, err := completed(dir, j)
	if err != nil {
		return c, err
	}
	c.Level = map[forensics.Level]int{}
	for r, err := range records {
		if err != nil {
			return c, err
		}
		c.Level[r.Triage.Level]++
	}
	return c, nil
}
