package pdq_test

import (
	"encoding/csv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/detectortest"
	"unmask/forensics/pdq"
)

// published returns the hashes that the authors' documents and tests print, by file name.
func published(t testing.TB) map[string][]pdq.Hash {
	f, err := os.Open(detectortest.Corpus(t, "hash_conformance/EXPECTED_HASHES.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]pdq.Hash{}
	for _, row := range rows {
		var h pdq.Hash
		if row[0] == "pdq" && h.UnmarshalText([]byte(row[2])) == nil {
			name := filepath.Base(row[1])
			out[name] = append(out[name], h)
		}
	}
	return out
}

func picture(t testing.TB, path string) *pdq.Picture {
	s := detectortest.File(t, path)
	return pdq.Of(s.Frames[0].Pix, s.Frames[0].Width, s.Frames[0].Height)
}

// The authors' rule of conformance: at most 10 bits between decoders where the quality is 80 or more.
func TestPublishedHashes(t *testing.T) {
	want := published(t)
	root := detectortest.Corpus(t, "hash_conformance")
	checked := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		for name, hashes := range want {
			if err != nil || !strings.HasSuffix(path, "/"+name) {
				continue
			}
			p, best := picture(t, path), 256
			for _, h := range hashes {
				best = min(best, p.Hash().Distance(h))
			}
			checked++
			t.Logf("%-60s %2d bits, quality %d", name, best, p.Quality)
			if best > 10 && p.Quality >= 80 {
				t.Errorf("%s is %d bits from the published hash", name, best)
			}
		}
		return err
	})
	if err != nil || checked < 10 {
		t.Fatalf("%d published hashes checked: %v", checked, err)
	}
}

// The published hashes of a picture turned and mirrored are those computed from the picture as it is, but for what sampling
// the other way round changes (16 bits at most here, half the distance of a match).
func TestDihedralHashes(t *testing.T) {
	want := published(t)
	p := picture(t, detectortest.Corpus(t, "hash_conformance/threatexchange/facebook_ThreatExchange/pdq/data/bridge-mods/aaa-orig.jpg"))
	for s, name := range map[pdq.Symmetry]string{
		pdq.Rotate90: "2-rotate-90", pdq.Rotate180: "3-rotate-180", pdq.Rotate270: "4-rotate-270", pdq.MirrorVertical: "5-flipx",
		pdq.MirrorHorizontal: "6-flipy", pdq.Transpose: "7-flip-plus-1", pdq.AntiTranspose: "8-flip-minus-1",
	} {
		best := 256
		for _, h := range want["bridge-"+name+".jpg"] {
			best = min(best, p.Under(s).Distance(h))
		}
		if best > 16 {
			t.Errorf("%v: %d bits from %s", s, best, name)
		}
	}
}

func TestSymmetriesOfATurnedPicture(t *testing.T) {
	const n = 64
	rnd := rand.New(rand.NewPCG(1, 2))
	pix, turned, mirrored := make([]byte, 3*n*n), make([]byte, 3*n*n), make([]byte, 3*n*n)
	for y := range n {
		for x := range n {
			v := byte(rnd.UintN(256))
			for c := range 3 {
				pix[3*(y*n+x)+c] = v
				turned[3*((n-1-x)*n+y)+c] = v // 90 degrees to the left
				mirrored[3*(y*n+n-1-x)+c] = v
			}
		}
	}
	p := pdq.Of(pix, n, n)
	if d := p.Under(pdq.Rotate90).Distance(pdq.Of(turned, n, n).Hash()); d > 2 {
		t.Errorf("turned: %d bits", d)
	}
	if d := p.Under(pdq.MirrorHorizontal).Distance(pdq.Of(mirrored, n, n).Hash()); d > 2 {
		t.Errorf("mirrored: %d bits", d)
	}
}

func TestPlainPicturesAreNotComparable(t *testing.T) {
	if p := pdq.Of(make([]byte, 3*100*100), 100, 100); p.Comparable() {
		t.Errorf("black picture: quality %d, %d ones", p.Quality, p.Hash().Ones())
	}
	if p := pdq.Of(make([]byte, 3*4*4), 4, 4); p.Comparable() || p.Hash() != (pdq.Hash{}) {
		t.Error("a 4x4 picture has no hash")
	}
}

func TestHashText(t *testing.T) {
	const text = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
	var h pdq.Hash
	if err := h.UnmarshalText([]byte(text)); err != nil || h.String() != text {
		t.Errorf("%v, %v", h, err)
	}
	for _, bad := range []string{"", text[1:], text + "0", "x" + text[1:]} {
		if err := h.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func BenchmarkOf1MP(b *testing.B) {
	pix := make([]byte, 3*1024*1024)
	for i := range pix {
		pix[i] = byte(i * 7 / 3)
	}
	for b.Loop() {
		pdq.Of(pix, 1024, 1024)
	}
}
