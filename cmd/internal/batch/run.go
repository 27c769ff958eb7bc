package batch

import (
	"context"
	"fmt"
	"iter"

	"unmask/forensics"
	"unmask/media"

	"golang.org/x/sync/errgroup"
)

// Run examines every item that the journal has no record of, jobs at a time, and appends the records. Items that come with a
// failure are recorded without being examined, by way of refuse. Seen is called with every record as it is appended, nil
// for an item the journal has already; calls do not overlap. The first error of the run, not of an item, stops it.
func Run(parent context.Context, items iter.Seq2[media.Item, *media.Failure], examine forensics.Examiner,
	refuse func(media.Item, *media.Failure) *forensics.Record, jobs int, j *Journal, seen func(*forensics.Record)) error {
	g, ctx := errgroup.WithContext(parent)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	records := make(chan *forensics.Record)
	written := make(chan error, 1)
	go func() {
		var err error
		for r := range records {
			if err == nil && r != nil {
				if err = j.Append(r); err != nil {
					cancel()
				}
			}
			if err == nil {
				seen(r)
			}
		}
		written <- err
	}()
	g.SetLimit(jobs)
	started := map[media.Path]bool{} // a path that is reached twice is examined once
	for it, failure := range items {
		if ctx.Err() != nil {
			break
		}
		switch {
		case started[it.Path]:
			continue
		case j.Has(it):
			records <- nil
		case failure != nil:
			records <- refuse(it, failure)
		default:
			g.Go(func() error {
				r, err := examine(ctx, it)
				if err == nil {
					records <- r
				}
				return err
			})
		}
		started[it.Path] = true
	}
	err := g.Wait()
	close(records)
	if failed := <-written; failed != nil {
		return fmt.Errorf("journal: %w", failed)
	}
	if parent.Err() != nil {
		return context.Cause(parent)
	}
	return err
}
