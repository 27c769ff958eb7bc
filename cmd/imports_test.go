// Package cmd holds the test of who may import whom.
package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T, patterns ...string) []pkg {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, patterns...)...)
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func ours(paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return !strings.HasPrefix(p, "unmask/") })
}

// below tells whether path is one of the packages or inside one of them.
func below(path string, packages ...string) bool {
	return slices.ContainsFunc(packages, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

const gocv = "gocv.io/x/gocv"

// nativePackages decode media with OpenCV.
var nativePackages = []string{"unmask/media/cv", "unmask/media/decode", gocv}

func TestTheParentLinksNoOpenCV(t *testing.T) {
	for _, p := range list(t, "./cmd/unmask") {
		for _, dep := range p.Deps {
			if slices.Contains(nativePackages, dep) {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestTheWorkerLinksNoSQLite(t *testing.T) {
	for _, p := range list(t, "./cmd/unmask-worker") {
		for _, dep := range p.Deps {
			if strings.HasPrefix(dep, "modernc.org/") || dep == "database/sql" {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestPurePackagesLinkNoOpenCV(t *testing.T) {
	for _, p := range list(t, "./media", "./models", "./forensics", "./forensics/fusion", "./forensics/hashset/...", "./forensics/pdq", "./forensics/reference", "./forensics/report", "./cmd/internal/...") {
		for _, dep := range p.Deps {
			if slices.Contains(nativePackages, dep) {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestImportsPointOneWay(t *testing.T) {
	detectors := detectors(t)
	shared := []string{"unmask/forensics/face", "unmask/forensics/hashset/setfile", "unmask/forensics/pdq", "unmask/forensics/reference"}
	for _, p := range list(t, "./...") {
		allowed := []string{"unmask/media", "unmask/models", "unmask/forensics", "unmask/cmd/internal"}
		except := []string(nil)
		switch {
		case below(p.ImportPath, "unmask/media"):
			allowed = []string{"unmask/media"}
		case below(p.ImportPath, "unmask/models"):
			allowed = nil
		case slices.Contains(detectors, p.ImportPath):
			allowed, except = []string{"unmask/media", "unmask/models", "unmask/forensics"}, detectors
		case below(p.ImportPath, "unmask/forensics/all"):
			allowed = append(detectors, "unmask/forensics")
		case p.ImportPath == "unmask/forensics":
			allowed = append(shared, "unmask/media", "unmask/models")
		case below(p.ImportPath, "unmask/forensics"):
			allowed, except = []string{"unmask/media", "unmask/models", "unmask/forensics"}, detectors
		}
		for _, imp := range ours(p.Imports) {
			if !below(imp, allowed...) || slices.Contains(except, imp) {
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
	}
}

func TestOnlyDecodersImportGocv(t *testing.T) {
	may := append(detectors(t), "unmask/media/cv", "unmask/media/decode", "unmask/forensics/face", "unmask/cmd/unmask-worker")
	for _, p := range list(t, "./...") {
		if slices.Contains(p.Imports, gocv) && !slices.Contains(may, p.ImportPath) {
			t.Errorf("%s imports gocv", p.ImportPath)
		}
	}
}

// detectors are the packages that forensics/all lists.
func detectors(t *testing.T) []string {
	t.Helper()
	all := ours(list(t, "./forensics/all")[0].Imports)
	return slices.DeleteFunc(all, func(p string) bool { return p == "unmask/forensics" })
}
