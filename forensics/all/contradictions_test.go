package all

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// What the files of the corpus say against themselves, by the metadata readers alone.
func TestMeasureContradictions(t *testing.T) {
	var detectors []forensics.Detector
	var runs []forensics.Run
	for _, d := range Detectors() {
		if slices.Contains(metadataReaders, d.Name) {
			run, err := d.New(forensics.Env{})
			if err != nil {
				t.Fatal(err)
			}
			detectors, runs = append(detectors, d), append(runs, run)
		}
	}
	files, claiming, found := 0, 0, 0
	err := filepath.WalkDir(detectortest.Corpus(t, ""), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		s, err := open(path)
		if err != nil || s.Info.Kind == media.Other {
			return nil
		}
		files++
		p := forensics.NewPass(s, forensics.Env{})
		for i := range runs {
			if _, err := p.Detect(&detectors[i], runs[i]); err != nil {
				return err
			}
		}
		if len(p.Claims()) > 1 {
			claiming++
		}
		for _, f := range p.Findings() {
			if strings.HasPrefix(f.Code, "contradiction.") {
				found++
				t.Logf("%s: %s %s", path, f.Code, f.Text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files, %d with two claims or more, %d contradictions", files, claiming, found)
}
