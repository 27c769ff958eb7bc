package reference

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/forensics/pdq"
)

var parameters = map[string]string{"pdq": "1"}

func random(r *rand.Rand) (h pdq.Hash) {
	for i := range h {
		h[i] = r.Uint64()
	}
	return h
}

// near flips n bits.
func near(r *rand.Rand, h pdq.Hash, n int) pdq.Hash {
	for _, b := range r.Perm(256)[:n] {
		h[b/64] ^= 1 << (b % 64)
	}
	return h
}

func entries(n int) (out []Entry) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range n {
		out = append(out, Entry{Identity: "someone", Name: string(rune('a' + i)), Quality: 100, Views: []View{{Cut{}, random(r)}, {Cut{.05, .05, .05, .05}, random(r)}}, Picture: []byte{1}})
	}
	return out
}

func TestSearchFindsEverythingWithinTheRadius(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	all := entries(20)
	s := NewSet(all)
	for i := range all {
		var probe [8]pdq.Hash
		for k := range probe {
			probe[k] = random(r)
		}
		probe[pdq.MirrorHorizontal] = near(r, all[i].Views[1].PDQ, 31)
		got := s.Search(&probe, 31)
		if len(got) != 1 || got[0].Entry.Name != all[i].Name || got[0].Distance != 31 || got[0].Symmetry != pdq.MirrorHorizontal || got[0].Cut[0] != .05 {
			t.Errorf("%+v", got)
		}
		if got := s.Search(&probe, 30); len(got) != 0 {
			t.Errorf("beyond the radius: %+v", got)
		}
	}
}

func TestPackRoundTrip(t *testing.T) {
	path, again := filepath.Join(t.TempDir(), "a.pack"), filepath.Join(t.TempDir(), "b.pack")
	in := entries(5)
	if err := WritePack(path, parameters, in); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(in)
	if err := WritePack(again, parameters, in); err != nil {
		t.Fatal(err)
	}
	a, _ := os.ReadFile(path)
	if b, _ := os.ReadFile(again); string(a) != string(b) {
		t.Error("the same entries in another order give another pack")
	}
	out, id, err := ReadPack(path, parameters)
	if err != nil || len(out) != 5 || len(id) != 64 || out[4].Views[1] != in[4].Views[1] {
		t.Errorf("%v %s %v", out, id, err)
	}
}

func TestPacksThatAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pack")
	if err := WritePack(path, parameters, entries(2)); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	for want, text := range map[string]string{
		"is not a reference pack":  "junk\n",
		"is not a reference pack;": "",
		"is damaged":               string(whole[:len(whole)-10]),
		"does not fit its digest":  strings.Replace(string(whole), `"quality":100`, `"quality":101`, 1),
		"is of version":            strings.Replace(string(whole), PackSchema, "unmask/pack/9", 1),
		`was made with pdq "2"`:    strings.Replace(string(whole), `"pdq":"1"`, `"pdq":"2"`, 1),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadPack(path, parameters); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	if _, _, err := ReadPack(filepath.Join(t.TempDir(), "missing"), parameters); err == nil {
		t.Error("a missing pack was read")
	}
}

func BenchmarkSearch100k(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 3))
	all := make([]Entry, 100_000)
	for i := range all {
		all[i].Views = []View{{Cut{}, random(r)}}
	}
	s := NewSet(all)
	var probe [8]pdq.Hash
	for i := range probe {
		probe[i] = random(r)
	}
	for b.Loop() {
		s.Search(&probe, 31)
	}
}
