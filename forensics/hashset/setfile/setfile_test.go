package setfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/pdq"
	"unmask/media"
)

// numbered is a digest that differs for every n.
func numbered(n int) *[32]byte {
	var d [32]byte
	binary.BigEndian.PutUint64(d[:], uint64(n)*0x9e3779b97f4a7c15)
	return &d
}

func finish(t testing.TB, w *Writer) *Set {
	t.Helper()
	if _, err := w.Finish([32]byte{1}, 3); err != nil {
		t.Fatal(err)
	}
	s, err := Open(w.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestEveryDigestIsFoundAndNoOther(t *testing.T) {
	for _, limit := range []int{inMemory, 100} {
		w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
		w.limit = limit
		for n := range 1000 {
			for _, a := range Algorithms {
				for range 1 + n%2 {
					if err := w.Add(a, numbered(n), uint8(n%5)); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		s := finish(t, w)
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if s.Counts != (Counts{1000, 1000, 1000, 1000}) || s.Counts.Digests() != 3000 || s.Damaged != 3 || s.Source != "01"+strings.Repeat("00", 31) {
			t.Errorf("limit %d: %+v", limit, s.Info)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		for n := range 2000 {
			for _, a := range Algorithms {
				if category, ok := s.Find(a, numbered(n)); ok != (n < 1000) || ok && category != uint8(n%5) {
					t.Fatalf("limit %d, %s of %d: %v, category %d", limit, a, n, ok, category)
				}
			}
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(w.path), ".new-*")); left != nil {
			t.Errorf("left behind: %v", left)
		}
	}
}

// The same entries in any order, through memory or files, give the same bytes.
func TestTheOrderMakesNoDifference(t *testing.T) {
	var want []byte
	for seed := range uint64(4) {
		w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
		w.limit = []int{inMemory, 50}[seed%2]
		for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(600) {
			if err := w.Add(MD5, numbered(i/3), uint8(i%3)); err != nil {
				t.Fatal(err)
			}
		}
		s := finish(t, w)
		if category, ok := s.Find(MD5, numbered(7)); !ok || category != 1 {
			t.Errorf("of three entries the lowest category above 0 counts, not %d", category)
		}
		got, err := os.ReadFile(w.path)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Error("the files differ")
		}
	}
}

func TestLookupTakesTheStrongestDigest(t *testing.T) {
	it := &media.Item{MD5: strings.Repeat("ab", 16), SHA1: strings.Repeat("cd", 20), SHA256: strings.Repeat("ef", 32)}
	for want, of := range []string{it.MD5, it.SHA1, it.SHA256} {
		var d [32]byte
		a := Algorithms[want]
		if err := a.Decode(&d, []byte(strings.ToUpper(of))); err != nil {
			t.Fatal(err)
		}
		w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
		if err := w.Add(a, &d, 2); err != nil {
			t.Fatal(err)
		}
		s := finish(t, w)
		if hit, ok := s.Lookup(it); !ok || hit != (Hit{a, 2}) {
			t.Errorf("%s: %v %v", a, hit, ok)
		}
		if _, ok := s.Lookup(&media.Item{}); ok {
			t.Error("an item without digests was found")
		}
	}
}

func TestNearestIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	w := NewWriter(filepath.Join(t.TempDir(), "a.set"))
	var all []pdq.Hash
	for range 10_000 { // enough for lists
		h := pdq.Hash{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()}
		all = append(all, h)
		var d [32]byte
		if err := PDQ.Decode(&d, []byte(h.String())); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(PDQ, &d, 0); err != nil {
			t.Fatal(err)
		}
	}
	s := finish(t, w)
	for range 300 {
		target := all[rng.IntN(len(all))]
		var probe [8]pdq.Hash
		for i := range probe {
			probe[i] = pdq.Hash{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()}
		}
		sym, bits := rng.IntN(8), rng.IntN(40)
		probe[sym] = target
		for _, b := range rng.Perm(256)[:bits] {
			probe[sym][b/64] ^= 1 << (b % 64)
		}
		n, ok := s.Nearest(&probe, pdq.MatchDistance)
		if ok != (bits <= pdq.MatchDistance) || ok && n != (Near{target, bits, pdq.Symmetry(sym)}) {
			t.Fatalf("%d bits under symmetry %d: %+v %v", bits, sym, n, ok)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	const n = 1_000_000
	w := NewWriter(filepath.Join(b.TempDir(), "a.set"))
	for i := range n {
		if err := w.Add(SHA256, numbered(i), 0); err != nil {
			b.Fatal(err)
		}
	}
	s := finish(b, w)
	i := 0
	for b.Loop() {
		if _, ok := s.Find(SHA256, numbered(i%(2*n))); ok != (i%(2*n) < n) {
			b.Fatal(fmt.Sprint(i))
		}
		i += 7919
	}
}

func BenchmarkNearestOfAMillion(b *testing.B) {
	w := NewWriter(filepath.Join(b.TempDir(), "a.set"))
	rng := rand.New(rand.NewPCG(1, 2))
	for range 1_000_000 {
		var d [32]byte
		for i := range 4 {
			binary.BigEndian.PutUint64(d[8*i:], rng.Uint64())
		}
		if err := w.Add(PDQ, &d, 0); err != nil {
			b.Fatal(err)
		}
	}
	s := finish(b, w)
	var probe [8]pdq.Hash
	for i := range probe {
		probe[i] = pdq.Hash{rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64()}
	}
	for b.Loop() {
		if _, ok := s.Nearest(&probe, pdq.MatchDistance); ok {
			b.Fatal("found")
		}
	}
}
