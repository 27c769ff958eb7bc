package c2pa

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// inspect runs the detector over a file without decoding it.
func inspect(t testing.TB, path string, env forensics.Env) (forensics.Result, []forensics.Finding, []forensics.Claim) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &media.Sample{Item: media.Item{Path: media.Path(path), Size: int64(len(raw))}, Raw: raw}
	s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(raw[:min(len(raw), media.SniffLen)])
	run, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	p := forensics.NewPass(s, env)
	res, err := p.Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings(), p.Claims()
}

func codes(findings []forensics.Finding) (out []string) {
	for _, f := range findings {
		if !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}

// published are the codes of failures that the publisher's own validator gave for a file; known is false where there is no such list. What it
// says of time stamps is left out, for it is no matter of integrity here; so is all that it says of a file whose certificate had expired on
// the day of its validation, and with it refused the signature: here no result depends on the day.
func published(path string) (failures []string, known bool) {
	b, err := os.ReadFile(filepath.Join(filepath.Dir(path), "manifests", strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), "manifest_store.json"))
	if err != nil {
		return nil, false
	}
	var store struct {
		Status []struct{ Code, URL string } `json:"validation_status"`
	}
	if json.Unmarshal(b, &store) != nil {
		return nil, false
	}
	for _, s := range store.Status {
		if s.Code == "signingCredential.expired" {
			return nil, true
		}
		if !strings.HasPrefix(s.Code, "timeStamp.") {
			failures = append(failures, s.Code)
		}
	}
	return failures, true
}

// TestMeasurePublished holds the verdicts against those that the publishers of the C2PA test files give, by name and by their own validator.
func TestMeasurePublished(t *testing.T) {
	root := detectortest.Corpus(t, "provenance/public-testfiles")
	right, all := 0, 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		ext := strings.ToLower(filepath.Ext(path))
		if err != nil || !e.Type().IsRegular() || !slices.Contains([]string{".jpg", ".jpeg", ".png", ".mp4"}, ext) {
			return err
		}
		stem := strings.TrimSuffix(e.Name(), filepath.Ext(path))
		_, findings, _ := inspect(t, path, forensics.Env{})
		got := codes(findings)
		invalid := slices.Contains(got, "c2pa.invalid")
		failures, known := published(path)
		good := true
		switch name := stem[strings.LastIndex(stem, "20220124-")+len("20220124-"):]; {
		case !strings.Contains(stem, "20220124-"):
			good = !known || invalid == (len(failures) > 0)
		case name == "A" || name == "I":
			good = len(got) == 0
		case strings.HasPrefix(name, "E-"), strings.HasPrefix(name, "X"):
			good = invalid
			for _, f := range failures {
				good = good && (slices.Contains(got, "c2pa."+f) || f == "claim.missing")
			}
		default:
			good = !invalid && slices.Contains(got, "c2pa.present")
		}
		all++
		if good {
			right++
		}
		t.Logf("%-40s %v published %v: %v", e.Name(), good, failures, got)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d judged as published", right, all)
	if float64(right) < .98*float64(all) {
		t.Errorf("only %d of %d files are judged as their publishers name them", right, all)
	}
}
