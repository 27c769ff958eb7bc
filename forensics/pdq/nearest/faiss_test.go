package nearest_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

// The same searches by FAISS's IndexBinaryFlat, on one thread, with the same result and the processor time of both. scripts/faiss.sh runs it.
func TestMeasureFAISS(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("UNMASK_FAISS_HASHES"))
	if err != nil {
		t.Skip("runs from scripts/faiss.sh, which says how many hashes in UNMASK_FAISS_HASHES")
	}
	real := realHashes(t, 3)
	hashes, probes := mixed(real, n, 1), mixed(real, 64, 2)
	x := nearest.New(hashes)
	start := processorTime()
	ours := search(x, probes, pdq.MatchDistance)
	t.Logf("nearest:               %8.3f ms of processor a query, %d pairs", perQuery(processorTime()-start, probes), len(ours))

	dir := t.TempDir()
	write := func(name string, hashes []pdq.Hash) string {
		var b bytes.Buffer
		if err := binary.Write(&b, binary.NativeEndian, hashes); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pairs := filepath.Join(dir, "pairs")
	out, err := exec.Command("/usr/bin/python3", "testdata/flat.py", write("hashes", hashes), write("probes", probes), pairs, fmt.Sprint(pdq.MatchDistance)).Output()
	if err != nil {
		t.Fatalf("testdata/flat.py: %v (needs Debian's python3-faiss)", err)
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("FAISS IndexBinaryFlat: %8.3f ms of processor a query", perQuery(time.Duration(seconds*1e9), probes))
	content, err := os.ReadFile(pairs)
	if err != nil {
		t.Fatal(err)
	}
	theirs := make([]int64, len(content)/8)
	if _, err := binary.Decode(content, binary.NativeEndian, theirs); err != nil {
		t.Fatal(err)
	}
	flat := make([]int64, 0, 3*len(ours))
	for _, p := range ours {
		flat = append(flat, int64(p.probe), int64(p.id), int64(p.distance))
	}
	if !slices.Equal(flat, theirs) {
		t.Errorf("FAISS found %d pairs, not the same %d", len(theirs)/3, len(ours))
	}
}

func perQuery(d time.Duration, probes []pdq.Hash) float64 {
	return d.Seconds() * 1e3 / float64(len(probes))
}
