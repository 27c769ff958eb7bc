package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unmask/forensics"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// binaries builds both programs once and returns their folder.
func binaries(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"unmask", "unmask-worker"} {
		c := exec.Command("go", "build", "-o", dir, "unmask/cmd/"+name)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return dir
}

func TestScripts(t *testing.T) {
	bin := binaries(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", bin+":"+e.Getenv("PATH"))
			if err := os.CopyFS(filepath.Join(e.WorkDir, "testdata"), os.DirFS("../../testdata")); err != nil {
				return err
			}
			return pictures(filepath.Join(e.WorkDir, "evidence"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"schema": validate, "labels": writeLabelled},
	})
}

// pictures writes what the scripts examine: three pictures, one of them twice, and things that are none.
func pictures(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		return err
	}
	for i, name := range []string{"one.jpg", "two.jpg", "sub/three.png", "sub/copy\nof \"one\".jpg"} {
		var b bytes.Buffer
		img := pattern(i%3, 320, 240)
		err := jpeg.Encode(&b, img, nil)
		if strings.HasSuffix(name, "png") {
			b.Reset()
			err = png.Encode(&b, img)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644)
		}
		if err != nil {
			return err
		}
	}
	for name, text := range map[string]string{"empty.jpg": "", "note.txt": "not a picture", "broken.jpg": "\xff\xd8\xff\xe0junk", "bad\xff name": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return os.Symlink("/etc/passwd", filepath.Join(dir, "link.jpg"))
}

// pattern draws waves that differ by seed and have enough detail for a hash.
func pattern(seed, w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	a, b, c := float64(seed*3+5), float64(seed*7+11), float64(seed*5+3)
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			s := math.Sin(a*u*7+c*v*v*9) + math.Cos(b*v*5-a*u*u*4) + math.Sin((u+v)*c*6)
			img.Set(x, y, color.NRGBA{uint8(128 + 40*s), uint8(128 - 40*s), uint8(255 * u), 255})
		}
	}
	return img
}

// validate checks each line of a file against the record's JSON Schema.
func validate(ts *testscript.TestScript, neg bool, args []string) {
	schema, err := compileSchema()
	ts.Check(err)
	n := 0
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		ts.Check(err)
		if err := schema.Validate(v); (err == nil) == neg {
			ts.Fatalf("%s: %v", line, err)
		}
		n++
	}
	if n == 0 {
		ts.Fatalf("%s holds no records", args[0])
	}
}

func compileSchema() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(forensics.SchemaJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("record.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("record.json")
}

func TestSchemaRefusesARecordWithoutItsItem(t *testing.T) {
	schema, err := compileSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(map[string]any{"schema": forensics.RecordSchema}); err == nil {
		t.Error("accepted")
	}
}

// Killed at any moment and started again, a scan ends with the records of one that was never killed.
func TestKilledAndResumed(t *testing.T) {
	bin := binaries(t)
	dir := t.TempDir()
	evidence := filepath.Join(dir, "evidence")
	if err := os.MkdirAll(evidence, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, pattern(i, 640, 480), nil); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(evidence, fmt.Sprintf("%02d.jpg", i)), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	scan := func(ctx context.Context, name string) error {
		return exec.CommandContext(ctx, filepath.Join(bin, "unmask"), "scan", evidence, "--case", filepath.Join(dir, name)).Run()
	}
	records := func(name string) string {
		out, err := exec.Command(filepath.Join(bin, "unmask"), "report", filepath.Join(dir, name), "--format", "jsonl").Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if err := scan(context.Background(), "whole"); err != nil {
		t.Fatal(err)
	}
	kills := 0
	for wait := 300 * time.Millisecond; ; wait += 150 * time.Millisecond {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		err := scan(ctx, "killed")
		cancel()
		if err == nil {
			break
		}
		kills++
	}
	if kills == 0 {
		t.Error("the scan was over before it could be killed")
	}
	if whole, killed := records("whole"), records("killed"); whole != killed {
		t.Errorf("after %d kills:\n%s\nnot:\n%s", kills, killed, whole)
	}
	lines := strings.Count(records("killed"), "\n")
	journal, err := os.ReadFile(filepath.Join(dir, "killed", "run.jsonl"))
	if err != nil || bytes.Count(journal, []byte("\n")) != lines+1 || lines != 40 {
		t.Errorf("%d records in %d lines: %v", lines, bytes.Count(journal, []byte("\n")), err)
	}
	var first struct{ Header forensics.Header }
	if err := json.Unmarshal(journal[:bytes.IndexByte(journal, '\n')], &first); err != nil || first.Header.Fingerprint == "" {
		t.Errorf("header: %+v, %v", first, err)
	}
}
