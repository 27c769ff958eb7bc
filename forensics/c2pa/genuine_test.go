package c2pa

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

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

// TestMeasureRevocation counts what is said of the revocation of signers in files of others, by the answers (OCSP) that they carry.
func TestMeasureRevocation(t *testing.T) {
	said := map[string]int{}
	var visit func(forensics.Claim)
	visit = func(c forensics.Claim) {
		if r := check(c, revocationOf); r.Code != "" {
			said[r.Detail]++
		}
		for _, x := range c.Contains {
			visit(x)
		}
	}
	err := filepath.WalkDir(detectortest.Corpus(t, "provenance"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		_, _, claims := inspect(t, path, forensics.Env{})
		for _, c := range claims {
			for _, m := range c.Contains {
				visit(m)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range said {
		t.Logf("%3d manifests: %s", n, what)
	}
	if said["its issuer called it good on 2026-05-29, but the issuer or the time stamp is not known to be trusted"] != 1 {
		t.Error("the answer in the file of ChatGPT is not read")
	}
}

// The values of the C2PA attack strings, in the places where they are to be put, stay bounded, readable and out of the way of the words around them.
func TestAttackStrings(t *testing.T) {
	s := testSigner(t)
	const folder = "provenance/c2pa-attacks/contentauth_c2pa-attacks/attacks"
	paths, err := filepath.Glob(filepath.Join(detectortest.Corpus(t, folder), "*.attack"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no attack strings in %s: %v", folder, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			value := line[:min(len(line), 1500)]
			p := actions(ai)
			p.assertions["c2pa.actions"].(map[string]any)["actions"].([]any)[0].(map[string]any)["softwareAgent"] = value
			p.claim = func(c map[string]any) { c["dc:title"] = value }
			_, findings, claims := inspect(t, written(t, "a.png", s.bound(t, "png", p)), forensics.Env{})
			if got := codes(findings); !slices.Equal(got, []string{"c2pa.present", "c2pa.ai"}) || !strings.HasPrefix(claims[0].Field("title"), value[:min(len(value), 20)]) {
				t.Errorf("%.40q: %v", value, got)
			}
			for _, f := range findings {
				if len(f.Text) > 1500 || strings.ContainsFunc(f.Text, unicode.IsControl) {
					t.Errorf("%.40q: %q", value, f.Text)
				}
			}
			if n := len([]rune(claims[0].Field("title"))); n > maxValue+3 {
				t.Errorf("%.40q: a field of %d characters", value, n)
			}
		}
	}
}
