// Package detectortest is the contract that every detector keeps: the same result twice, the golden result, pixels left as they
// were, nothing found on clean pictures, and an error rather than a panic on damaged ones.
package detectortest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // Load reads it
	_ "image/png"  // Load reads it
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/models"

	_ "golang.org/x/image/webp" // Load reads it
)

var update = flag.Bool("update", false, "write the golden files anew")

// Case is one sample with what the detector must make of it.
type Case struct {
	Name   string // names the golden file: testdata/<Name>.golden.json
	Sample *media.Sample
	Clean  bool // nothing may be found
}

// Run holds a detector to the contract.
func Run(t *testing.T, d forensics.Detector, env forensics.Env, cases ...Case) {
	t.Helper()
	if err := forensics.Validate([]forensics.Detector{d}); err != nil {
		t.Error(err)
	}
	run, err := d.New(env)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			before := pixels(c.Sample)
			first, second := examine(t, d, run, env, c.Sample), examine(t, d, run, env, c.Sample)
			if !bytes.Equal(first, second) {
				t.Errorf("two runs differ:\n%s\n%s", first, second)
			}
			if pixels(c.Sample) != before {
				t.Error("the detector wrote to the frame or the file")
			}
			if c.Clean && !bytes.Contains(first, []byte(`"findings": null`)) {
				t.Errorf("found something on a clean sample: %s", first)
			}
			golden(t, c.Name, first)
		})
	}
	for name, s := range damaged(cases) {
		t.Run(name, func(t *testing.T) { examine(t, d, run, env, s) })
	}
}

// examine returns result and findings as JSON. A detector that fails must say so in its own words: a panic is a defect.
func examine(t *testing.T, d forensics.Detector, run forensics.Run, env forensics.Env, s *media.Sample) []byte {
	t.Helper()
	p := forensics.NewPass(s, env)
	res, err := p.Detect(&d, run)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(res.Reason, "panic:") {
		t.Fatalf("%s", res.Reason)
	}
	out, err := json.MarshalIndent(struct {
		Result   forensics.Result    `json:"result"`
		Hashes   *forensics.Hashes   `json:"hashes,omitempty"`
		Faces    []forensics.Face    `json:"faces,omitempty"`
		Findings []forensics.Finding `json:"findings"`
	}{res, p.Hashes, p.Faces, p.Findings()}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test with -update)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s:\n%s", file, got)
	}
}

func pixels(s *media.Sample) [32]byte {
	h := sha256.New()
	h.Write(s.Raw)
	for _, f := range s.Frames {
		h.Write(f.Pix)
	}
	return [32]byte(h.Sum(nil))
}

// damaged yields samples whose file is cut or empty, and whose picture is one pixel.
func damaged(cases []Case) map[string]*media.Sample {
	out := map[string]*media.Sample{}
	for _, c := range cases {
		for _, part := range []int{0, 1, 2, 3} {
			s := *c.Sample
			s.Raw = s.Raw[:len(s.Raw)*part/4]
			out[fmt.Sprintf("%s cut to %d of 4", c.Name, part)] = &s
		}
		s := *c.Sample
		s.Frames = []media.Frame{{Width: 1, Height: 1, Pix: []byte{1, 2, 3}}}
		out[c.Name+" of one pixel"] = &s
	}
	return out
}

// Load makes a sample of a JPEG or PNG file with Go's decoders. Orientation is not applied.
func Load(t testing.TB, data []byte) *media.Sample {
	t.Helper()
	img, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	rgba := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(rgba, rgba.Bounds(), img, b.Min, draw.Src)
	pix := make([]byte, 0, 3*b.Dx()*b.Dy())
	for i := 0; i < len(rgba.Pix); i += 4 {
		pix = append(pix, rgba.Pix[i+2], rgba.Pix[i+1], rgba.Pix[i])
	}
	return &media.Sample{
		Info:   media.Info{Kind: media.Image, Format: format, MIME: "image/" + format, Width: b.Dx(), Height: b.Dy(), Frames: []int{0}},
		Raw:    data,
		Frames: []media.Frame{{Width: b.Dx(), Height: b.Dy(), Pix: pix}},
	}
}

// File reads a file as Load does.
func File(t testing.TB, path string) *media.Sample {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Load(t, data)
}

// Module reads a file that ships with a module this project uses.
func Module(t testing.TB, module, file string) *media.Sample {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", module, err)
	}
	return File(t, filepath.Join(strings.TrimSpace(string(dir)), file))
}

// Corpus returns the path of a file in the labelled corpus (UNMASK_CORPUS, by default ../shared/corpus beside the project),
// and skips the test where the corpus is not at hand.
func Corpus(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join(beside(t, "UNMASK_CORPUS", "corpus"), path)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("labelled media not at hand: %v; set UNMASK_CORPUS", err)
	}
	return full
}

// Models returns the folder of model files (UNMASK_MODELS, by default ../shared/models beside the project), and skips the test where one of
// the named files is missing.
func Models(t testing.TB, names ...string) models.Folder {
	t.Helper()
	folder := models.Folder(beside(t, "UNMASK_MODELS", "models"))
	for _, name := range names {
		if _, err := folder.Read(name); err != nil {
			t.Skipf("model files not at hand: %v; set UNMASK_MODELS", err)
		}
	}
	return folder
}

// beside returns the folder that an environment variable names, or ../shared/<name> beside the project.
func beside(t testing.TB, variable, name string) string {
	if dir := os.Getenv(variable); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != "/" {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", name)
		}
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "shared", name)
}
