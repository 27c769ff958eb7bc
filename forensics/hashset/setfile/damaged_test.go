package setfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

func TestDamagedFilesAreRefused(t *testing.T) {
	w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
	for n := range 10 {
		if err := w.Add(SHA1, numbered(n), 0); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, w)
	good, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 1
		return b
	}
	for name, b := range map[string][]byte{
		"empty": nil, "header cut": good[:100], "section cut": good[:len(good)-1], "longer": append(bytes.Clone(good), 0), "name": change(0),
		"version": change(15), "count": change(95), "huge count": change(80),
	} {
		path := filepath.Join(t.TempDir(), "b.set")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "c.set")
	if err := os.WriteFile(path, change(len(good)-5), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Check() == nil {
		t.Error("a changed digest went unseen")
	}
}

func TestAnIndexThatDoesNotBelongToTheFileIsRefused(t *testing.T) {
	w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
	for n := range 3 {
		if err := w.Add(PDQ, numbered(n), 0); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, w)
	index := w.path + indexEnding
	good, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	good[len(good)-1] ^= 1
	if err := os.WriteFile(index, good, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if s.Check() == nil {
		t.Error("a changed hash went unseen")
	}
	if err := errors.Join(s.Close(), nearest.Write(index, make([]pdq.Hash, 2))); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.path); err == nil {
		t.Error("an index of another number of hashes was taken")
	}
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(w.path); err == nil {
		t.Error("a missing index went unseen")
	}
}
