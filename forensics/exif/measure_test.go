package exif

import (
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

// genuine tells files that nobody is known to have manipulated, by their path in the corpus. Those of exiftool and the C2PA test files are odd on purpose.
func genuine(path string) bool {
	switch top, _, _ := strings.Cut(path, "/"); top {
	case "faces_real", "identities":
		return !strings.Contains(path, "generated")
	case "manipulated":
		return strings.Contains(path, "/authentic/") || strings.Contains(path, "/orig/") || strings.Contains(path, "/original/") || strings.Contains(path, "metadata-extractor-images")
	case "faceswap":
		return strings.Contains(path, "/real/") || strings.Contains(path, "/original/")
	case "videos":
		return !strings.Contains(path, "fake") && !strings.Contains(path, "swap") && !strings.Contains(path, "generated")
	}
	return false
}

// TestMeasure counts how often each code is reported of genuine files, of those with camera data, and of all others.
func TestMeasure(t *testing.T) {
	type tally struct{ files, cameras, odd int }
	all := tally{}
	codes := map[string]*tally{}
	for _, folder := range []string{"faces_real", "identities", "manipulated", "faceswap", "faces_synthetic", "hash_conformance", "videos", "provenance", "hostile"} {
		root := detectortest.Corpus(t, folder)
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s := &media.Sample{Item: media.Item{Path: media.Path(path), Size: int64(len(raw))}, Raw: raw}
			if s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(raw[:min(len(raw), media.SniffLen)]); s.Info.Kind == media.Other {
				return nil
			}
			p := forensics.NewPass(s, forensics.Env{})
			if res, err := p.Detect(&Detector, run); err != nil || res.Status == forensics.NotApplied || strings.HasPrefix(res.Reason, "panic") {
				if err != nil || strings.HasPrefix(res.Reason, "panic") {
					t.Fatal(path, err, res)
				}
				return nil
			}
			rel, _ := filepath.Rel(detectortest.Corpus(t, ""), path)
			camera := slices.ContainsFunc(p.Findings(), func(f forensics.Finding) bool { return f.Code == "exif.camera" })
			count := func(c *tally) {
				switch {
				case !genuine(rel):
					c.odd++
				case camera:
					c.cameras++
					fallthrough
				default:
					c.files++
				}
			}
			count(&all)
			seen := map[string]bool{}
			for _, f := range p.Findings() {
				if codes[f.Code] == nil {
					codes[f.Code] = &tally{}
				}
				if !seen[f.Code] {
					count(codes[f.Code])
				}
				seen[f.Code] = true
				if f.Code != "exif.camera" && (f.Score > information || testing.Verbose()) {
					t.Logf("%s: %s %.2f: %s", rel, f.Code, f.Score, f.Text)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("genuine files %d, of these with camera data %d; others %d", all.files, all.cameras, all.odd)
	names := slices.Sorted(func(yield func(string) bool) {
		for c := range codes {
			if !yield(c) {
				return
			}
		}
	})
	for _, name := range names {
		c := codes[name]
		t.Logf("%-24s genuine %4d (%.2f %%), with camera data %3d (%.1f %%), others %4d", name, c.files, 100*float64(c.files)/float64(all.files), c.cameras, 100*float64(c.cameras)/float64(all.cameras), c.odd)
	}
}
