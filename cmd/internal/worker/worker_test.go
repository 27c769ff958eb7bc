package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media"
)

// The test program is its own worker: what it does with an item is written in the item's path.
func TestMain(m *testing.M) {
	if os.Getenv("UNMASK_TEST_WORKER") == "" {
		os.Exit(m.Run())
	}
	in, out, err := Pipes()
	if err == nil {
		err = Serve(in, out, startFake, func() { os.Exit(0) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func startFake(c Config) (Hello, func(Request) (Reply, error), error) {
	if c.Profile == "broken" {
		return Hello{}, nil, errors.New("pack x is damaged")
	}
	if path, ok := strings.CutPrefix(c.Profile, "killed at its start "); ok && os.Remove(path) == nil {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
	return Hello{Build: map[string]string{"fake": "1"}}, func(r Request) (Reply, error) {
		if r.Enroll != nil {
			return Reply{Reference: []reference.Entry{{Identity: r.Enroll.Identity}}}, nil
		}
		switch what := filepath.Base(string(r.Item.Path)); {
		case what == "crash":
			fmt.Fprintln(os.Stderr, "terminate called\n  what():  OpenCV(4.6.0) assertion failed")
			syscall.Kill(os.Getpid(), syscall.SIGSEGV)
			select {}
		case what == "exit":
			os.Exit(7)
		case what == "hang":
			select {}
		case strings.HasPrefix(what, "child and "):
			child := exec.Command("sleep", "600")
			if err := child.Start(); err != nil {
				return Reply{}, err
			}
			if err := os.WriteFile(string(r.Item.Path), []byte(strconv.Itoa(child.Process.Pid)), 0o644); err != nil {
				return Reply{}, err
			}
			if what == "child and exit" {
				os.Exit(7)
			}
			select {}
		case what == "panic":
			panic("index out of range")
		case what == "store":
			return Reply{}, errors.New("evidence cannot be kept: no space left on device")
		case what == "eat":
			hold := make([]byte, memoryLimit+memoryLimit/4)
			for i := 0; i < len(hold); i += 4096 {
				hold[i] = 1
			}
			select {}
		case what == "killed once":
			if os.Remove(string(r.Item.Path)) == nil {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
		rec := forensics.NewRecord(r.Item)
		rec.Status = forensics.Examined
		return Reply{Record: rec}, nil
	}, nil
}

func newPool(t *testing.T, c Config, timeout time.Duration) (*Pool, error) {
	t.Setenv("UNMASK_TEST_WORKER", "1")
	p, err := NewPool(os.Args[0], c, 2, timeout, func(*forensics.Record) {})
	if err == nil {
		t.Cleanup(p.Close)
	}
	return p, err
}

func pool(t *testing.T, timeout time.Duration) *Pool {
	t.Helper()
	p, err := newPool(t, Config{}, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// file makes a file of this name, so that a record without a worker has something to digest.
func file(t *testing.T, name string) media.Item {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("\xff\xd8\xff\xe0"), 0o644); err != nil {
		t.Fatal(err)
	}
	return media.Item{Path: media.Path(path), Size: 4}
}

func examine(t *testing.T, p *Pool, name string) *forensics.Record {
	t.Helper()
	rec, err := p.Examine(context.Background(), file(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestWhateverHappensLeavesARecord(t *testing.T) {
	p := pool(t, time.Second)
	for name, want := range map[string][2]string{
		"crash": {"worker.crashed", "OpenCV(4.6.0) assertion failed"},
		"exit":  {"worker.exited", "7"},
		"hang":  {"worker.timeout", "1s"},
		"panic": {"worker.crashed", "index out of range"},
	} {
		rec := examine(t, p, name)
		if rec.Status != forensics.Failed || rec.Error.Code != want[0] || !strings.Contains(rec.Error.Text, want[1]) {
			t.Errorf("%s: %s, %v", name, rec.Status, rec.Error)
		}
		if len(rec.Item.SHA256) != 64 || rec.Media.Kind != media.Image {
			t.Errorf("%s: %+v %+v", name, rec.Item, rec.Media)
		}
		if after := examine(t, p, "ordinary"); after.Status != forensics.Examined {
			t.Errorf("after %s the pool gives %v", name, after.Error)
		}
	}
}

func TestAWorkerThatEatsMemoryIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("needs more than a gigabyte of memory")
	}
	if rec := examine(t, pool(t, time.Minute), "eat"); rec.Error == nil || rec.Error.Code != "worker.memory" {
		t.Errorf("error: %v", rec.Error)
	}
}

func TestAWorkerKilledFromOutsideCostsNothing(t *testing.T) {
	if rec := examine(t, pool(t, time.Minute), "killed once"); rec.Status != forensics.Examined {
		t.Errorf("error: %v", rec.Error)
	}
}

func TestAWorkerKilledAtItsStartIsStartedAgain(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newPool(t, Config{Profile: "killed at its start " + mark}, time.Minute); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("no worker was killed")
	}
}

func TestTheRunsErrorIsNoRecord(t *testing.T) {
	p := pool(t, time.Minute)
	if rec, err := p.Examine(context.Background(), file(t, "store")); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("%v, %v", rec, err)
	}
}

func TestAConfigurationThatCannotWork(t *testing.T) {
	if _, err := newPool(t, Config{Profile: "broken"}, time.Minute); err == nil || err.Error() != "pack x is damaged" {
		t.Errorf("error: %v", err)
	}
	if _, err := NewPool("/nonexistent/worker", Config{}, 1, time.Minute, nil); err == nil {
		t.Error("a worker program that is missing was started")
	}
}

func TestInterruptedWhileAWorkerHangs(t *testing.T) {
	p := pool(t, time.Minute)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := p.Examine(ctx, file(t, "hang")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error: %v", err)
	}
}

func TestWhatAWorkerStartedEndsWithIt(t *testing.T) {
	p := pool(t, time.Second)
	for _, name := range []string{"child and exit", "child and hang"} {
		it := file(t, name)
		if _, err := p.Examine(context.Background(), it); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(string(it.Path))
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(string(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
			t.Errorf("%s: process %d is left: %v", name, pid, err)
		}
	}
}

func TestDescribe(t *testing.T) {
	entries, failure, err := pool(t, time.Minute).Describe(context.Background(), file(t, "x"), Enroll{Identity: "someone"})
	if err != nil || failure != nil || len(entries) != 1 || entries[0].Identity != "someone" {
		t.Errorf("%v %v %v", entries, failure, err)
	}
}

func TestWorkersEndWithTheirCaller(t *testing.T) {
	p := pool(t, time.Minute)
	w := <-p.idle // the first, which NewPool started
	w.to.Close()
	select {
	case <-w.exited:
	case <-time.After(10 * time.Second):
		t.Error("the worker goes on")
	}
	p.idle <- w
}
