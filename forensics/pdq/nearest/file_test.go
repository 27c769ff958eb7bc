package nearest_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

func written(t testing.TB, hashes []pdq.Hash) (path string, whole []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "index")
	if err := nearest.Write(path, hashes); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, whole
}

func TestFileRoundTrip(t *testing.T) {
	all := clustered(nearest.IndexFrom+1, 5) // an odd number: slots end in zeros
	for _, n := range []int{0, 1, 100, nearest.IndexFrom - 1, nearest.IndexFrom, len(all)} {
		path, whole := written(t, all[:n])
		if _, again := written(t, all[:n]); !bytes.Equal(whole, again) {
			t.Errorf("%d hashes: written twice, the files differ", n)
		}
		if err := nearest.Verify(path); err != nil {
			t.Error(err)
		}
		x, err := nearest.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, radius := range []int{0, 20, 31, 40} {
			if got, want := search(x, all[:30], radius), naive(all[:n], all[:30], radius); x.Len() != n || !slices.Equal(got, want) {
				t.Errorf("%d hashes, radius %d: found %d pairs, not %d", n, radius, len(got), len(want))
			}
		}
		if err := x.Close(); err != nil || x.Len() != 0 || search(x, all[:30], 31) != nil || x.Close() != nil {
			t.Errorf("after Close: %v, %d hashes", err, x.Len())
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); left != nil {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	const n = nearest.IndexFrom
	path, whole := written(t, clustered(n, 6))
	firstSlot := nearest.HeaderSize + 32*n
	number := func(at int, v uint32) []byte {
		b := slices.Clone(whole)
		binary.NativeEndian.PutUint32(b[at:], v)
		return b
	}
	for _, c := range []struct {
		name, want string
		content    []byte
	}{
		{"empty", "is not an index of PDQ hashes", nil},
		{"text", "is not an index of PDQ hashes", bytes.Repeat([]byte("text\n"), 100)},
		{"half a header", "is not an index of PDQ hashes", whole[:nearest.HeaderSize/2]},
		{"header only", "is damaged", whole[:nearest.HeaderSize]},
		{"cut in the hashes", "is damaged", whole[:firstSlot-100]},
		{"cut after the hashes", "is damaged", whole[:firstSlot]},
		{"cut by a byte", "is damaged", whole[:len(whole)-1]},
		{"a byte too many", "is damaged", append(slices.Clone(whole), 0)},
		{"version", "is of version 2", number(8, 2)},
		{"byte order", "of another byte order", number(8, 1<<24)},
		{"slots", "has 3 slots", number(12, 3)},
		{"no slots", "is damaged", number(12, 0)},
		{"count", "is damaged", number(16, n+1)},
		{"huge count", "is damaged", number(20, 1<<31)},
		{"first list", "the lists of slot 0", number(firstSlot, 1)},
		{"lists out of order", "the lists of slot 1", number(firstSlot+nearest.SlotSize(n)+4*1000, n)},
		{"last list", "the lists of slot 0", number(firstSlot+4*(1<<16), n+1)},
	} {
		if err := os.WriteFile(path, c.content, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := nearest.Open(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, not %q", c.name, err, c.want)
		}
		if nearest.Verify(path) == nil {
			t.Errorf("%s: verified", c.name)
		}
	}
	if _, err := nearest.Open(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file was opened")
	}
	if _, err := nearest.Open(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
	if err := nearest.Write(filepath.Join(t.TempDir(), "missing", "index"), nil); err == nil {
		t.Error("written into a folder that is not there")
	}
}

func TestDamageInsideIsFoundByVerify(t *testing.T) {
	const n = nearest.IndexFrom
	hashes := clustered(n, 7)
	path, whole := written(t, hashes)
	slot := nearest.HeaderSize + 32*n
	for name, part := range map[string][2]int{"hashes": {nearest.HeaderSize, slot}, "ids": {slot + 4*(1<<16+1), slot + 4*(1<<16+1) + 4*n}, "last byte": {len(whole) - 1, len(whole)}} {
		b := slices.Clone(whole)
		for i := part[0]; i < part[1]; i++ {
			b[i] ^= 0xff
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := nearest.Open(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		search(x, hashes[:100], 31) // ids beyond the end must not be followed
		x.Close()
		if err := nearest.Verify(path); err == nil || !strings.Contains(err.Error(), "does not fit its digest") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, n := range []int{0, 1, 3} {
		_, whole := written(f, clustered(n, 8))
		f.Add(whole)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "index")
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := nearest.Open(path)
		if err != nil {
			return
		}
		defer x.Close()
		if got, want := len(search(x, []pdq.Hash{{}}, 256)), x.Len(); got != want {
			t.Errorf("found %d of %d", got, want)
		}
	})
}
