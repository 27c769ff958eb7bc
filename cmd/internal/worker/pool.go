package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media"

	"golang.org/x/sys/unix"
)

// Pool examines items in up to Jobs worker processes.
type Pool struct {
	Hello Hello // of the first worker

	program string
	config  Config
	timeout time.Duration
	decide  func(*forensics.Record)
	idle    chan *process // nil where a worker has yet to be started
}

const (
	recycleAfter = 300                    // items, so that what a library leaks does not add up
	memoryLimit  = 1 << 30                // bytes resident, beyond which a worker is killed
	memoryCheck  = 100 * time.Millisecond // how often that is looked at
	codeKilled   = "worker.killed"        // by SIGKILL, which the pool did not send
)

// NewPool starts one worker, so that what is wrong with the configuration shows at once, and makes room for jobs of them.
// Decide completes the record of an item whose worker died.
func NewPool(program string, c Config, jobs int, timeout time.Duration, decide func(*forensics.Record)) (*Pool, error) {
	c.MaxMemory = 2 * memoryLimit
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil { // what a dead worker had started becomes ours, see reap
		return nil, fmt.Errorf("worker processes cannot be adopted: %w", err)
	}
	first, hello, err := start(program, c)
	if err != nil {
		return nil, err
	}
	p := &Pool{Hello: hello, program: program, config: c, timeout: timeout, decide: decide, idle: make(chan *process, jobs)}
	p.idle <- first
	for range jobs - 1 {
		p.idle <- nil
	}
	return p, nil
}

// Close ends all workers. No call may be under way.
func (p *Pool) Close() {
	for range cap(p.idle) {
		if w := <-p.idle; w != nil {
			w.kill()
		}
	}
}

// Examine is a forensics.Examiner.
func (p *Pool) Examine(ctx context.Context, it media.Item) (*forensics.Record, error) {
	reply, failure, err := p.call(ctx, Request{Item: it})
	if err != nil {
		return nil, err
	}
	if failure != nil {
		return p.Refuse(it, failure), nil
	}
	return reply.Record, nil
}

// Describe returns what a reference pack keeps of an item. A failure is the item's.
func (p *Pool) Describe(ctx context.Context, it media.Item, as Enroll) ([]reference.Entry, *media.Failure, error) {
	reply, failure, err := p.call(ctx, Request{Item: it, Enroll: &as})
	if failure == nil {
		failure = reply.Failure
	}
	return reply.Reference, failure, err
}

// Compare finds what differs between two pictures that look like copies of each other: in the item, and in the base. The failure says why
// they could not be compared.
func (p *Pool) Compare(ctx context.Context, it, base media.Item) (ofItem, ofBase []forensics.Finding, failure *media.Failure, err error) {
	reply, failure, err := p.call(ctx, Request{Item: it, Base: &base})
	if failure == nil {
		failure = reply.Failure
	}
	return reply.OfItem, reply.OfBase, failure, err
}

// Refuse returns the record of an item that no worker examined.
func (p *Pool) Refuse(it media.Item, f *media.Failure) *forensics.Record {
	rec := forensics.NewRecord(it)
	switch f.Code {
	case "item.symlink", "item.special", "item.unreadable":
	default:
		p.identify(rec)
	}
	rec.Fail(f)
	p.decide(rec)
	return rec
}

// identify reads what can be read without a decoder: digests and format.
func (p *Pool) identify(rec *forensics.Record) {
	f, err := os.Open(string(rec.Item.Path))
	if err != nil {
		return
	}
	defer f.Close()
	head := make([]byte, media.SniffLen)
	n, _ := f.ReadAt(head, 0)
	rec.Media.Kind, rec.Media.Format, rec.Media.MIME = media.Sniff(head[:n])
	_ = rec.Item.Digest(f) // what cannot be read has no digest; the record fails anyway
}

// call has one worker answer one request. The failure is the item's, the error the run's. A worker that something outside
// killed, such as an operator or a system short of memory, is no word on the item: that request is made once more.
func (p *Pool) call(ctx context.Context, r Request) (Reply, *media.Failure, error) {
	reply, failure, err := p.once(ctx, r)
	if failure != nil && failure.Code == codeKilled {
		reply, failure, err = p.once(ctx, r)
	}
	return reply, failure, err
}

func (p *Pool) once(ctx context.Context, r Request) (Reply, *media.Failure, error) {
	var w *process
	select {
	case w = <-p.idle:
	case <-ctx.Done():
		return Reply{}, nil, context.Cause(ctx)
	}
	if w == nil {
		var err error
		if w, _, err = start(p.program, p.config); err != nil {
			p.idle <- nil
			return Reply{}, nil, err
		}
	}
	reply, failure, err := p.ask(ctx, w, r)
	if w.served++; failure != nil || err != nil || w.served >= recycleAfter {
		w.kill()
		w = nil
	}
	p.idle <- w
	return reply, failure, err
}

// ask sends a request and waits for the reply, the worker's end, the time limit or the memory limit.
func (p *Pool) ask(ctx context.Context, w *process, r Request) (Reply, *media.Failure, error) {
	timeout, check := time.NewTimer(p.timeout), time.NewTicker(memoryCheck)
	defer timeout.Stop()
	defer check.Stop()
	sent := make(chan error, 1)
	go func() { sent <- w.enc.Encode(r) }()
	for {
		select {
		case reply, ok := <-w.replies:
			if !ok {
				<-w.exited
				return Reply{}, w.failure(), nil
			}
			<-sent
			if reply.Error != "" {
				return Reply{}, nil, errors.New(reply.Error)
			}
			return reply, nil, nil
		case <-timeout.C:
			return Reply{}, media.Failf("worker.timeout", "the examination took longer than %v", p.timeout), nil
		case <-check.C:
			if m := w.memory(); m > memoryLimit {
				return Reply{}, media.Failf("worker.memory", "the examination needed more than %d MB of memory", memoryLimit>>20), nil
			}
		case <-ctx.Done():
			return Reply{}, nil, fmt.Errorf("interrupted: %w", context.Cause(ctx))
		}
	}
}
