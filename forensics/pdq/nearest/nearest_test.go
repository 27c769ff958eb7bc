package nearest_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

// pair is one thing found.
type pair struct{ probe, id, distance int }

func search(x *nearest.Index, probes []pdq.Hash, radius int) (out []pair) {
	x.Within(probes, radius, func(probe, id, distance int) { out = append(out, pair{probe, id, distance}) })
	return out
}

func naive(hashes, probes []pdq.Hash, radius int) (out []pair) {
	for p := range probes {
		for id := range hashes {
			if d := probes[p].Distance(hashes[id]); d <= radius {
				out = append(out, pair{p, id, d})
			}
		}
	}
	return out
}

// clustered returns n hashes that have neighbours at all distances from 0 on, duplicates, and any number of ones.
func clustered(n int, seed uint64) []pdq.Hash {
	r := rand.New(rand.NewPCG(seed, 1))
	centres := []pdq.Hash{{}, {^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}}
	for range 30 {
		centres = append(centres, random(r))
	}
	out := make([]pdq.Hash, n)
	for i := range out {
		if out[i] = random(r); i%3 == 0 {
			out[i] = near(r, centres[r.IntN(len(centres))], r.IntN(40))
		}
	}
	return out
}

func TestTheSameAsANaiveSearch(t *testing.T) {
	all, probes := clustered(2*nearest.IndexFrom, 1), clustered(40, 1)
	r := rand.New(rand.NewPCG(2, 2))
	for range 20 {
		probes = append(probes, random(r))
	}
	for _, n := range []int{0, 1, 100, nearest.IndexFrom - 1, nearest.IndexFrom, len(all)} {
		x := nearest.New(all[:n])
		if x.Len() != n {
			t.Errorf("Len is %d, not %d", x.Len(), n)
		}
		for _, radius := range []int{-20, -1, 0, 1, 2, 7, 14, 15, 16, 17, 23, 30, 31, 32, 60, 256, 300} {
			if radius > 100 && n > 100 {
				continue
			}
			if got, want := search(x, probes, radius), naive(all[:n], probes, radius); !slices.Equal(got, want) {
				t.Errorf("%d hashes, radius %d: found %d pairs, not %d", n, radius, len(got), len(want))
			}
		}
		if got := search(x, nil, 31); got != nil {
			t.Errorf("no probe: found %v", got)
		}
	}
}

// apart flips in h as many bits of each slot as asked for.
func apart(r *rand.Rand, h pdq.Hash, perSlot [nearest.SlotCount]int) pdq.Hash {
	for k, n := range perSlot {
		share := nearest.Share(k)
		var own []int
		for b := range 256 {
			if share[b/64]>>(b%64)&1 != 0 {
				own = append(own, b)
			}
		}
		for _, i := range r.Perm(len(own))[:n] {
			h[own[i]/64] ^= 1 << (own[i] % 64)
		}
	}
	return h
}

// Neighbours at every distance, their differing bits dealt to the slots evenly (where but one slot can have fewer than its share),
// at random, and into as few slots as hold them.
func TestPlantedNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	hashes := make([]pdq.Hash, nearest.IndexFrom)
	for i := range hashes {
		hashes[i] = random(r)
	}
	probe := hashes[0]
	planted := map[int]int{0: 0} // id to distance
	next := 1
	for d := range 32 {
		for range 40 {
			var even, uneven, packed [nearest.SlotCount]int
			order := r.Perm(nearest.SlotCount)
			for i := range d {
				even[order[i%nearest.SlotCount]]++
				packed[order[i/nearest.SlotCount]]++
				for k := r.IntN(nearest.SlotCount); ; k = r.IntN(nearest.SlotCount) {
					if uneven[k] < 16 {
						uneven[k]++
						break
					}
				}
			}
			for _, perSlot := range [][nearest.SlotCount]int{even, uneven, packed} {
				hashes[next], planted[next] = apart(r, probe, perSlot), d
				next++
			}
		}
	}
	x := nearest.New(hashes)
	for radius := range 32 {
		left := 0
		for _, d := range planted {
			if d <= radius {
				left++
			}
		}
		for _, p := range search(x, []pdq.Hash{probe}, radius) {
			if d, ok := planted[p.id]; !ok || d != p.distance {
				t.Errorf("radius %d: %+v was not planted", radius, p)
			}
			left--
		}
		if left != 0 {
			t.Errorf("radius %d: %d planted neighbours were not found", radius, left)
		}
	}
}

func TestSlotsShareTheBitsWithoutOverlap(t *testing.T) {
	var all pdq.Hash
	for k := range nearest.SlotCount {
		s := nearest.Share(k)
		if s.Ones() != 16 || nearest.Share(k+nearest.SlotCount) != s {
			t.Errorf("slot %d: %v", k, s)
		}
		for i := range all {
			all[i] ^= s[i]
		}
	}
	if all.Ones() != 256 {
		t.Errorf("%d bits are in a slot", all.Ones())
	}
}

func TestSearchesAtTheSameTime(t *testing.T) {
	hashes, probes := clustered(nearest.IndexFrom, 4), clustered(30, 4)
	path := filepath.Join(t.TempDir(), "index")
	if err := nearest.Write(path, hashes); err != nil {
		t.Fatal(err)
	}
	x, err := nearest.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	want := naive(hashes, probes, 31)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				if got := search(x, probes, 31); !slices.Equal(got, want) {
					t.Errorf("found %d pairs, not %d", len(got), len(want))
				}
			}
		})
	}
	wg.Wait()
}

func ExampleIndex_Within() {
	x := nearest.New([]pdq.Hash{{}, {1}, {3}})
	x.Within([]pdq.Hash{{1}}, 1, func(probe, id, distance int) { fmt.Println(probe, id, distance) })
	// Output:
	// 0 0 1
	// 0 1 0
	// 0 2 1
}
