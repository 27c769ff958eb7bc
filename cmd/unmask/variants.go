package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"unmask/cmd/internal/batch"
	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/sweep"
	"unmask/media"

	"golang.org/x/sync/errgroup"
)

// compareVariants holds the files of the case against each other where the journal has grown since the last time, and keeps what was
// found: what their labels say, and in the full profile what the pixels of copies do.
func (f *scanFlags) compareVariants(ctx context.Context, pool *worker.Pool, j *batch.Journal) error {
	path := filepath.Join(f.caseDir, variantsName)
	head := variantsHead{variantsSchema, j.Head()}
	if old, err := readHead(path); err == nil && old == head {
		return nil
	}
	c, err := sweep.Read(j.Records())
	if err != nil {
		return err
	}
	found := c.Findings()
	var pairs []comparison
	if f.profile == "full" {
		pairs = comparisons(c.Variants(), found)
	}
	if err := f.compare(ctx, pool, pairs); err != nil {
		return err
	}
	return writeVariants(path, head, found, pairs)
}

// comparison is a pair of copies, and what the comparison of their pixels found in each, or why it could not be made.
type comparison struct {
	sweep.Variant
	ofItem, ofBase []forensics.Finding
	failure        *media.Failure
	settles        []*sweep.Found // where nothing differs
}

// comparisons are the pairs to compare: the variants, and those that are in doubt.
func comparisons(variants []sweep.Variant, found []sweep.Found) []comparison {
	var out []comparison
	place := map[[2]media.Path]int{}
	add := func(v sweep.Variant) int {
		item, base := v.Item.Path, v.Base.Path
		for _, key := range [][2]media.Path{{item, base}, {base, item}} {
			if i, ok := place[key]; ok {
				return i
			}
		}
		place[[2]media.Path{item, base}] = len(out)
		out = append(out, comparison{Variant: v})
		return len(out) - 1
	}
	for _, v := range variants {
		add(v)
	}
	for i := range found {
		if f := &found[i]; f.Doubt != nil {
			at := add(*f.Doubt)
			out[at].settles = append(out[at].settles, f)
		}
	}
	return out
}

// compare has workers compare the pixels of pairs.
func (f *scanFlags) compare(ctx context.Context, pool *worker.Pool, pairs []comparison) error {
	show := newProgress(f.progress, "comparing copies", func() int { return len(pairs) })
	defer show.close()
	done := make(chan struct{})
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(f.jobs)
	go func() {
		for i := range pairs {
			p := &pairs[i]
			g.Go(func() (err error) {
				p.ofItem, p.ofBase, p.failure, err = pool.Compare(ctx, p.Item, p.Base)
				done <- struct{}{}
				return err
			})
		}
	}()
	for range pairs {
		<-done
		show.add(nil)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i := range pairs {
		p := &pairs[i]
		switch {
		case p.failure != nil:
			fmt.Fprintf(os.Stderr, "not compared: %s with %s: %s\n", p.Item.Path, p.Base.Path, p.failure.Text)
		case len(p.ofItem) == 0:
			for _, s := range p.settles {
				s.Settle()
			}
		}
	}
	return nil
}
