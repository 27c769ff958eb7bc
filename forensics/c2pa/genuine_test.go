package c2pa

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
)

// TestMeasureOthers counts what is said of files that nobody published a verdict on: genuine pictures carry no manifest, and manifests as
// generators and phones write them are intact.
func TestMeasureOthers(t *testing.T) {
	for _, folder := range []string{"faces_real", "identities", "manipulated", "faces_synthetic", "faceswap", "provenance/remove-ai-watermarks", "provenance/exiftool", "hostile"} {
		root := detectortest.Corpus(t, folder)
		files, with, claims := 0, 0, 0
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			files++
			res, findings, _ := inspect(t, path, forensics.Env{})
			got := codes(findings)
			if len(got) > 0 {
				with++
				t.Logf("%s: %v", e.Name(), got)
			}
			if slices.Contains(got, "c2pa.ai") {
				claims++
			}
			if strings.HasPrefix(res.Reason, "panic") || slices.Contains(got, "c2pa.invalid") || len(got) > 0 && !strings.HasPrefix(folder, "provenance") {
				t.Errorf("%s: %+v %v", path, res, got)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d files, %d with manifests, %d that claim AI", folder, files, with, claims)
	}
}
