// Package batch examines many items and keeps the records: Journal is where they stand, Run is how they get there.
package batch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"unmask/forensics"
	"unmask/media"

	"golang.org/x/sys/unix"
)

// JournalName is the journal's file in a case folder.
const JournalName = "run.jsonl"

// Journal is an append-only file: a header line, then one line per record, each with the SHA-256 of the line before. What was
// appended survives the death of the process at once and a power failure after at most syncEvery. One process writes at a time.
type Journal struct {
	Header forensics.Header

	mu       sync.Mutex
	file     *os.File
	writable bool
	head     string // SHA-256 of the last line
	end      int64
	index    map[media.Path]place
	unsynced int
	synced   time.Time
}

// place is where the newest record of a path stands, and what the file looked like then.
type place struct {
	offset, length int64
	size           int64
	modified       int64 // nanoseconds since 1970
	status         forensics.Status
	level          forensics.Level
}

func newPlace(r *forensics.Record, offset, length int64) place {
	return place{offset, length, r.Item.Size, r.Item.ModTime.UnixNano(), r.Status, r.Triage.Level}
}

const (
	syncEvery   = time.Second
	syncRecords = 64
)

// line is one line of the journal. The header stands in the first, a record in every other.
type line struct {
	Prev   string            `json:"prev"`
	Header *forensics.Header `json:"header,omitempty"`
	Record json.RawMessage   `json:"record,omitempty"`
}

// ErrInUse says that another process writes to the case.
var ErrInUse = errors.New("the case is in use by another run")

// OpenJournal opens the journal of a case for appending, or starts one with this header. A last line that was torn by a crash
// is cut off. A journal with another fingerprint is refused with the differences named.
func OpenJournal(dir string, h forensics.Header) (*Journal, error) {
	f, err := os.OpenFile(filepath.Join(dir, JournalName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: f, writable: true, index: map[media.Path]place{}, synced: time.Now()}
	if err := j.open(h); err != nil {
		f.Close()
		return nil, fmt.Errorf("case %s: %w", dir, err)
	}
	return j, nil
}

func (j *Journal) open(h forensics.Header) error {
	if err := unix.Flock(int(j.file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return ErrInUse
	}
	if err := j.load(); err != nil {
		return err
	}
	if err := j.file.Truncate(j.end); err != nil {
		return err
	}
	if j.end == 0 {
		j.Header = h
		return j.append(line{Header: &h})
	}
	if j.Header.Fingerprint != h.Fingerprint {
		return fmt.Errorf("it was made under another configuration: %s; name another --case", differences(j.Header.Parts, h.Parts))
	}
	return nil
}

// differences names the parts of two fingerprints that differ.
func differences(was, is map[string]string) string {
	keys := maps.Clone(was)
	maps.Copy(keys, is)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if was[k] != is[k] {
			out = append(out, fmt.Sprintf("%s was %q and is %q", k, was[k], is[k]))
		}
	}
	return strings.Join(out, ", ")
}

// ReadJournal opens the journal of a case for reading, also while a run appends to it.
func ReadJournal(dir string) (*Journal, error) {
	f, err := os.Open(filepath.Join(dir, JournalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is no case: it has no %s", dir, JournalName)
	} else if err != nil {
		return nil, err
	}
	j := &Journal{file: f, index: map[media.Path]place{}}
	if err := j.load(); err != nil {
		f.Close()
		return nil, fmt.Errorf("case %s: %w", dir, err)
	}
	if j.end == 0 {
		f.Close()
		return nil, fmt.Errorf("case %s: the journal is empty", dir)
	}
	return j, nil
}

// load reads the journal from the start, checks the chain, and stops before a last line that is not whole.
func (j *Journal) load() error {
	r := bufio.NewReaderSize(j.file, 1<<20)
	for n := 1; ; n++ {
		text, err := r.ReadBytes('\n')
		if err == io.EOF {
			return nil // a torn line has no newline: what was read of it does not count
		} else if err != nil {
			return err
		}
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("%s line %d is damaged: %w", JournalName, n, err)
		}
		if l.Prev != j.head {
			return fmt.Errorf("%s line %d does not follow the line before it: the journal was changed", JournalName, n)
		}
		if n == 1 {
			if l.Header == nil || l.Header.Schema != forensics.RunSchema {
				return fmt.Errorf("%s is not a journal of this version", JournalName)
			}
			j.Header = *l.Header
		} else {
			var r forensics.Record
			if err := json.Unmarshal(l.Record, &r); err != nil {
				return fmt.Errorf("%s line %d is damaged: %w", JournalName, n, err)
			}
			j.index[r.Item.Path] = newPlace(&r, j.end, int64(len(text)))
		}
		j.advance(text)
	}
}

func (j *Journal) advance(text []byte) {
	sum := sha256.Sum256(text)
	j.head = hex.EncodeToString(sum[:])
	j.end += int64(len(text))
}

// append writes one line. What a failed write left is cut off again.
func (j *Journal) append(l line) error {
	l.Prev = j.head
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if _, err := j.file.WriteAt(text, j.end); err != nil {
		return errors.Join(err, j.file.Truncate(j.end))
	}
	j.advance(text)
	return nil
}

// Has tells whether an item was examined as it is now: same path, size and modification time.
func (j *Journal) Has(it media.Item) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	p, ok := j.index[it.Path]
	return ok && p.size == it.Size && p.modified == it.ModTime.UnixNano()
}

// Append adds a record.
func (j *Journal) Append(r *forensics.Record) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	start := j.end
	if err := j.append(line{Record: text}); err != nil {
		return err
	}
	j.index[r.Item.Path] = newPlace(r, start, j.end-start)
	if j.unsynced++; j.unsynced < syncRecords && time.Since(j.synced) < syncEvery {
		return nil
	}
	j.unsynced, j.synced = 0, time.Now()
	return j.file.Sync()
}

// Close flushes the journal to disk.
func (j *Journal) Close() error {
	var err error
	if j.writable {
		err = j.file.Sync()
	}
	return errors.Join(err, j.file.Close())
}

// Counts says how the records of a journal ended.
type Counts struct {
	Records int                      `json:"records"`
	Status  map[forensics.Status]int `json:"status"`
	Level   map[forensics.Level]int  `json:"level"`
}

// Counts counts the newest record of each path.
func (j *Journal) Counts() Counts {
	c := Counts{len(j.index), map[forensics.Status]int{}, map[forensics.Level]int{}}
	for _, p := range j.index {
		c.Status[p.status]++
		c.Level[p.level]++
	}
	return c
}

// Head is the SHA-256 of the last line: it stands for everything before it.
func (j *Journal) Head() string { return j.head }

// Records yields the newest record of each path, sorted by path.
func (j *Journal) Records() iter.Seq2[*forensics.Record, error] {
	return func(yield func(*forensics.Record, error) bool) {
		for _, path := range slices.Sorted(maps.Keys(j.index)) {
			r, err := j.read(j.index[path])
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (j *Journal) read(p place) (*forensics.Record, error) {
	text := make([]byte, p.length)
	if _, err := j.file.ReadAt(text, p.offset); err != nil {
		return nil, err
	}
	var l line
	var r forensics.Record
	if err := json.Unmarshal(bytes.TrimSpace(text), &l); err != nil {
		return nil, err
	}
	return &r, json.Unmarshal(l.Record, &r)
}
