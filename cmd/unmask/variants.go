package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"unmask/cmd/internal/batch"
	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/fusion"
	"unmask/forensics/sweep"
	"unmask/media"

	"golang.org/x/sync/errgroup"
)

// variantsName is the file of a case that holds what was found by comparing its pictures with each other.
const variantsName = "variants.jsonl"

// variantsHead is its first line: the state of the journal that it was made from.
type variantsHead struct {
	Schema string `json:"schema"`
	Head   string `json:"head"`
}

// compared is what the comparison of two pictures of a case found in one of them, or why both could not be compared.
type compared struct {
	Path     media.Path          `json:"path"`
	Findings []forensics.Finding `json:"findings,omitempty"`
	Error    *media.Failure      `json:"error,omitempty"`
}

// compareVariants compares each picture of the case with the largest that its hash matches, where the journal has grown since the last
// time, and keeps what differs.
func (f *scanFlags) compareVariants(ctx context.Context, pool *worker.Pool, j *batch.Journal) error {
	path := filepath.Join(f.caseDir, variantsName)
	head := variantsHead{"unmask/variants/1", j.Head()}
	if old, _, err := readVariants(path); err == nil && old == head {
		return nil
	}
	variants, err := sweep.Variants(j.Records())
	if err != nil {
		return err
	}
	show := newProgress(f.progress, "comparing copies", func() int { return len(variants) })
	defer show.close()
	found := make([][]compared, len(variants))
	done := make(chan struct{})
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(f.jobs)
	go func() {
		for i, v := range variants {
			g.Go(func() error {
				ofItem, ofBase, failure, err := pool.Compare(ctx, v.Item, v.Base)
				found[i] = []compared{{v.Item.Path, ofItem, failure}, {v.Base.Path, ofBase, failure}}
				done <- struct{}{}
				return err
			})
		}
	}()
	for range variants {
		<-done
		show.add(nil)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	if err := enc.Encode(head); err != nil {
		return err
	}
	for i, pair := range found {
		if failure := pair[0].Error; failure != nil {
			fmt.Fprintf(os.Stderr, "not compared: %s with %s: %s\n", variants[i].Item.Path, variants[i].Base.Path, failure.Text)
		}
		for _, c := range pair {
			if len(c.Findings) == 0 && c.Error == nil {
				continue
			}
			if err := enc.Encode(c); err != nil {
				return err
			}
		}
	}
	if err := os.WriteFile(path+".tmp", out.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// readVariants returns the findings by path. A case without the file has none.
func readVariants(path string) (head variantsHead, findings map[media.Path][]forensics.Finding, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return head, nil, nil
	}
	if err != nil {
		return head, nil, err
	}
	defer file.Close()
	dec := json.NewDecoder(bufio.NewReader(file))
	if err := dec.Decode(&head); err != nil {
		return head, nil, fmt.Errorf("%s: %w", path, err)
	}
	findings = map[media.Path][]forensics.Finding{}
	for dec.More() {
		var c compared
		if err := dec.Decode(&c); err != nil {
			return head, nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(c.Findings) > 0 {
			findings[c.Path] = append(findings[c.Path], c.Findings...)
		}
	}
	return head, findings, nil
}

// completed are the records of a case with what the comparison of its pictures added.
func completed(dir string, j *batch.Journal) (iter.Seq2[*forensics.Record, error], error) {
	_, more, err := readVariants(filepath.Join(dir, variantsName))
	if err != nil || len(more) == 0 {
		return j.Records(), err
	}
	return func(yield func(*forensics.Record, error) bool) {
		for r, err := range j.Records() {
			if err == nil && len(more[r.Item.Path]) > 0 {
				fusion.Join(r, more[r.Item.Path])
			}
			if !yield(r, err) {
				return
			}
		}
	}, nil
}

// counts are those of the journal, with the levels that the comparison of its pictures gave.
func counts(dir string, j *batch.Journal) (batch.Counts, error) {
	c := j.Counts()
	_, more, err := readVariants(filepath.Join(dir, variantsName))
	if err != nil || len(more) == 0 {
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
