package models

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestManifestIsComplete(t *testing.T) {
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, m := range Manifest() {
		if seen[m.Name] || m.Version == "" || !digest.MatchString(m.SHA256) || m.Size <= 0 || m.Licence == "" || m.Source == "" || m.Contract == "" || m.Use == "" {
			t.Errorf("incomplete or twice: %+v", m)
		}
		if (m.File == "") != (len(m.URLs) == 0) || strings.ContainsAny(m.File, `/\`) {
			t.Errorf("%s: a file %q with the addresses %q", m.Name, m.File, m.URLs)
		}
		for _, u := range m.URLs {
			if !strings.HasPrefix(u, "https://") {
				t.Errorf("%s: address %s", m.Name, u)
			}
		}
		seen[m.Name] = true
	}
	if len(seen) == 0 {
		t.Error("no models")
	}
}

func TestCheckRefusesOtherBytes(t *testing.T) {
	if Check("pigo/puploc", []byte("something else")) == nil || Check("no such model", nil) == nil {
		t.Error("accepted")
	}
}

func TestState(t *testing.T) {
	folder := Folder(t.TempDir())
	m, err := Lookup("yunet/640")
	if err != nil {
		t.Fatal(err)
	}
	want := func(state State, words string) {
		t.Helper()
		got, err := folder.State(m)
		if got != state || err == nil || !strings.Contains(err.Error(), words) || errors.Is(err, ErrMissing) != (state == Missing) {
			t.Errorf("%s: %v", got, err)
		}
	}
	want(Missing, "unmask models fetch yunet/640")
	for content, words := range map[string]string{"short": "it has 5 bytes", string(bytes.Repeat([]byte{1}, int(m.Size))): "its SHA-256 is"} {
		if err := os.WriteFile(folder.Path(m), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		want(Damaged, words)
	}
	if state, err := folder.State(Model{Name: "built"}); state != BuiltIn || err != nil {
		t.Errorf("%s: %v", state, err)
	}
}
