package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/media"
)

func header(parts ...string) forensics.Header {
	m := map[string]string{"tool": "1"}
	for i := 0; i+1 < len(parts); i += 2 {
		m[parts[i]] = parts[i+1]
	}
	return forensics.NewHeader(m, nil, nil, nil)
}

func item(n int) media.Item {
	return media.Item{Path: media.Path(fmt.Sprintf("f%03d", n)), Size: int64(n), ModTime: time.Unix(int64(n), 5).UTC()}
}

func record(it media.Item) *forensics.Record {
	r := forensics.NewRecord(it)
	r.Status = forensics.Examined
	return r
}

func open(t *testing.T, dir string, h forensics.Header) *Journal {
	t.Helper()
	j, err := OpenJournal(dir, h)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// fill writes a journal of n records.
func fill(t *testing.T, dir string, n int) {
	t.Helper()
	j := open(t, dir, header())
	defer j.Close()
	for i := range n {
		if err := j.Append(record(item(i))); err != nil {
			t.Fatal(err)
		}
	}
}

func paths(t *testing.T, j *Journal) (out []string) {
	t.Helper()
	for r, err := range j.Records() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(r.Item.Path))
	}
	return out
}

func TestJournalCutAnywhereKeepsEveryWholeRecord(t *testing.T) {
	whole := t.TempDir()
	fill(t, whole, 4)
	text, err := os.ReadFile(filepath.Join(whole, JournalName))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(text) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, JournalName), text[:cut], 0o644); err != nil {
			t.Fatal(err)
		}
		j := open(t, dir, header())
		want := max(0, strings.Count(string(text[:cut]), "\n")-1)
		if got := paths(t, j); len(got) != want {
			t.Fatalf("cut at %d of %d: %d records, not %d", cut, len(text), len(got), want)
		}
		for i := want; i < 4; i++ {
			if j.Has(item(i)) {
				t.Fatalf("cut at %d: has record %d", cut, i)
			}
			if err := j.Append(record(item(i))); err != nil {
				t.Fatal(err)
			}
		}
		j.Close()
		if again, _ := os.ReadFile(filepath.Join(dir, JournalName)); string(again) != string(text) {
			t.Fatalf("cut at %d: the journal that went on differs from the one that was not cut", cut)
		}
	}
}

func TestJournalRefusesChangedLines(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 3)
	path := filepath.Join(dir, JournalName)
	text, _ := os.ReadFile(path)
	lines := strings.SplitAfter(string(text), "\n")
	for name, changed := range map[string]string{
		"a changed record": strings.Replace(string(text), `"size":1`, `"size":7`, 1),
		"a dropped line":   lines[0] + lines[1] + lines[3],
	} {
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadJournal(dir); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestJournalRefusesAnotherFingerprint(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, header("detector match", "1")).Close()
	_, err := OpenJournal(dir, header("detector match", "2"))
	if err == nil || !strings.Contains(err.Error(), `detector match was "1" and is "2"`) {
		t.Errorf("error: %v", err)
	}
}

func TestOneWriterAtATime(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, header())
	if _, err := OpenJournal(dir, header()); !errors.Is(err, ErrInUse) {
		t.Errorf("a second writer: %v", err)
	}
	j.Close()
	open(t, dir, header()).Close()
}

func TestAChangedFileIsExaminedAgain(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 1)
	j := open(t, dir, header())
	defer j.Close()
	it := item(0)
	it.ModTime = it.ModTime.Add(time.Nanosecond)
	if j.Has(it) {
		t.Error("a changed file counts as examined")
	}
	if err := j.Append(record(it)); err != nil {
		t.Fatal(err)
	}
	if got := paths(t, j); len(got) != 1 || j.Counts().Records != 1 {
		t.Errorf("%q: only the newest record counts", got)
	}
}

func items(n int, failed ...int) iter.Seq2[media.Item, *media.Failure] {
	return func(yield func(media.Item, *media.Failure) bool) {
		for i := range n {
			var f *media.Failure
			if slices.Contains(failed, i) {
				f = media.Failf("item.special", "special")
			}
			if !yield(item(i), f) {
				return
			}
		}
	}
}

func refuse(it media.Item, f *media.Failure) *forensics.Record {
	r := forensics.NewRecord(it)
	r.Fail(f)
	return r
}

func TestRunRecordsEveryItemOnce(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, header())
	defer j.Close()
	examine := func(_ context.Context, it media.Item) (*forensics.Record, error) { return record(it), nil }
	for _, want := range []int{20, 0} {
		added := 0
		err := Run(context.Background(), items(20, 3, 7), examine, refuse, 4, j, func(r *forensics.Record) {
			if r != nil {
				added++
			}
		})
		if err != nil || added != want || j.Counts().Records != 20 {
			t.Errorf("%d added, not %d: %v", added, want, err)
		}
	}
	if c := j.Counts(); c.Status[forensics.Skipped] != 2 {
		t.Errorf("counts: %+v", c)
	}
}

func TestRunStopsAtTheRunsError(t *testing.T) {
	j := open(t, t.TempDir(), header())
	defer j.Close()
	broken := errors.New("no worker can be started")
	examine := func(_ context.Context, it media.Item) (*forensics.Record, error) {
		if it.Size == 5 {
			return nil, broken
		}
		return record(it), nil
	}
	err := Run(context.Background(), items(1000), examine, refuse, 2, j, func(*forensics.Record) {})
	if !errors.Is(err, broken) || j.Counts().Records == 1000 {
		t.Errorf("%v after %d records", err, j.Counts().Records)
	}
}

func TestRunStopsWhenInterrupted(t *testing.T) {
	j := open(t, t.TempDir(), header())
	defer j.Close()
	why := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(context.Background())
	examine := func(ctx context.Context, it media.Item) (*forensics.Record, error) {
		if it.Size == 5 {
			cancel(why)
		}
		return record(it), nil
	}
	if err := Run(ctx, items(1000), examine, refuse, 2, j, func(*forensics.Record) {}); !errors.Is(err, why) {
		t.Errorf("error: %v", err)
	}
}

func TestJournalLinesAreJSON(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 2)
	text, _ := os.ReadFile(filepath.Join(dir, JournalName))
	for _, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if !json.Valid([]byte(l)) {
			t.Errorf("no JSON: %s", l)
		}
	}
}
