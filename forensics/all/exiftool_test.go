package all

import (
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
)

// metadataReaders are the detectors that read what a file says of itself and look at no pixel.
var metadataReaders = []string{"labels", "c2pa", "exif", "container", "contradiction"}

// open makes a sample as media/decode does, without decoding anything: pictures are read whole, of videos the head.
func open(path string) (*media.Sample, error) {
	f, size, err := media.OpenRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := &media.Sample{Item: media.Item{Path: media.Path(path), Size: size}}
	head := make([]byte, min(size, media.SniffLen))
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, err
	}
	if s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(head); s.Info.Kind == media.Image {
		rest, err := io.ReadAll(f)
		s.Raw = append(head, rest...)
		return s, err
	}
	return s, nil
}

// How many files a second the metadata readers examine, and exiftool in one batch over the same files, one goroutine against one process.
// scripts/exiftool.sh runs it on one core.
func TestMeasureExiftool(t *testing.T) {
	if os.Getenv("UNMASK_EXIFTOOL") == "" {
		t.Skip("runs from scripts/exiftool.sh, which sets UNMASK_EXIFTOOL")
	}
	var paths []string
	err := filepath.WalkDir(detectortest.Corpus(t, ""), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			if s, err := open(path); err == nil && s.Info.Kind != media.Other {
				paths = append(paths, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var runs []forensics.Run
	var detectors []forensics.Detector
	var names []string
	for _, d := range Detectors() {
		if slices.Contains(metadataReaders, d.Name) {
			run, err := d.New(forensics.Env{})
			if err != nil {
				t.Fatal(err)
			}
			runs, detectors, names = append(runs, run), append(detectors, d), append(names, d.Name)
		}
	}
	start := time.Now()
	for _, path := range paths {
		s, err := open(path)
		if err != nil {
			t.Fatal(err)
		}
		p := forensics.NewPass(s, forensics.Env{})
		for i := range runs {
			if _, err := p.Detect(&detectors[i], runs[i]); err != nil {
				t.Fatal(err)
			}
		}
	}
	ours := float64(len(paths)) / time.Since(start).Seconds()
	t.Logf("%-42s %8.0f files/s (%d files)", "unmask, "+strings.Join(names, " "), ours, len(paths))

	list := filepath.Join(t.TempDir(), "paths")
	if err := os.WriteFile(list, []byte(strings.Join(paths, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
	start = time.Now()
	out, err := exec.Command("exiftool", "-j", "-@", list).Output()
	if len(out) == 0 { // it exits with 1 where one file of many is damaged
		t.Fatalf("exiftool: %v", err)
	}
	theirs := float64(strings.Count(string(out), `"SourceFile"`)) / time.Since(start).Seconds()
	t.Logf("%-42s %8.0f files/s (%d files); unmask reads %.1f times as many", "exiftool -j", theirs, strings.Count(string(out), `"SourceFile"`), ours/theirs)
}
