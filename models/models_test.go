package models

import (
	"regexp"
	"testing"
)

func TestManifestIsComplete(t *testing.T) {
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	for _, m := range Manifest() {
		if seen[m.Name] || m.Version == "" || !digest.MatchString(m.SHA256) || m.Size <= 0 || m.Licence == "" || m.Source == "" || m.Contract == "" {
			t.Errorf("incomplete or twice: %+v", m)
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
