package nearest_test

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

const probeCount = 1000

// One operation is a search for one hash. Radius 32 is beyond the lists: a scan.
func BenchmarkWithin(b *testing.B) {
	real := realHashes(b, 3)
	for _, n := range []int{10_000, 100_000, 1_000_000, 10_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			if n > 1_000_000 && testing.Short() {
				b.Skip("ten million hashes take a minute and 2.6 GB of memory and disk")
			}
			hashes, probes := mixed(real, n, 1), mixed(real, probeCount, 2)
			before, start := heap(), time.Now()
			x := nearest.New(hashes)
			built := time.Since(start)
			size := float64(heap()-before+32*n) / 1e6
			candidates := 0
			for i := range probes {
				candidates += x.Candidates(&probes[i], pdq.MatchDistance)
			}
			b.Run("memory", func(b *testing.B) {
				searchOneByOne(b, x, probes, pdq.MatchDistance)
				b.ReportMetric(float64(candidates)/probeCount, "candidates/op")
				b.ReportMetric(built.Seconds(), "s-to-build")
				b.ReportMetric(size, "MB")
			})
			b.Run("scan", func(b *testing.B) { searchOneByOne(b, x, probes, pdq.MatchDistance+1) })
			b.Run("file", func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "index")
				if err := nearest.Write(path, hashes); err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				x, err := nearest.Open(path)
				opened := time.Since(start)
				if err != nil {
					b.Fatal(err)
				}
				defer x.Close()
				searchOneByOne(b, x, probes, pdq.MatchDistance)
				b.ReportMetric(float64(opened.Microseconds())/1e3, "ms-to-open")
			})
		})
	}
}

func searchOneByOne(b *testing.B, x *nearest.Index, probes []pdq.Hash, radius int) {
	found, i, start := 0, 0, processorTime()
	for b.Loop() {
		x.Within(probes[i:i+1], radius, func(_, _, _ int) { found++ })
		i = (i + 1) % len(probes)
	}
	b.ReportMetric(float64((processorTime()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}

// processorTime is what this process has used, which other work on the machine changes less than the time that passes.
func processorTime() time.Duration {
	var u unix.Rusage
	unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// The share of a set that the lists of one search hold, for ways to deal the bits to slots, over pairs of unrelated real pictures
// (80 bits apart or more). Independent bits would give 16*17/2^16 = 0.415 %.
func TestMeasureSlots(t *testing.T) {
	hashes := realHashes(t, 9)
	r := rand.New(rand.NewPCG(9, 9))
	var differences []pdq.Hash
	for range 100 {
		probe := hashes[r.IntN(len(hashes))]
		for _, h := range hashes {
			if probe.Distance(h) >= 80 {
				differences = append(differences, pdq.Hash{h[0] ^ probe[0], h[1] ^ probe[1], h[2] ^ probe[2], h[3] ^ probe[3]})
			}
		}
	}
	listed := func(name string, shareOf func(k int) pdq.Hash) float64 {
		n := 0
		for k := range nearest.SlotCount {
			s := shareOf(k)
			for _, d := range differences {
				if (pdq.Hash{d[0] & s[0], d[1] & s[1], d[2] & s[2], d[3] & s[3]}).Ones() <= 1 {
					n++
				}
			}
		}
		share := 100 * float64(n) / float64(len(differences))
		t.Logf("%-28s %.3f %%", name, share)
		return share
	}
	t.Logf("%d hashes, %d pairs", len(hashes), len(differences))
	used, shuffled := listed("used", nearest.Share), r.Perm(256)
	for _, c := range []struct {
		name string
		bit  func(k, j int) int
	}{
		{"rows", func(k, j int) int { return 16*k + j }},
		{"columns", func(k, j int) int { return 16*j + k }},
		{"squares of 4x4", func(k, j int) int { return 16*(4*(k/4)+j/4) + 4*(k%4) + j%4 }},
		{"every fourth row and column", func(k, j int) int { return 16*(4*(j/4)+k/4) + 4*(j%4) + k%4 }},
		{"one row on in each column", func(k, j int) int { return 16*((k+j)%16) + j }},
		{"three rows on", func(k, j int) int { return 16*((k+3*j)%16) + j }},
		{"shuffled", func(k, j int) int { return shuffled[16*k+j] }},
	} {
		share := listed(c.name, func(k int) (s pdq.Hash) {
			for j := range 16 {
				b := c.bit(k, j)
				s[3-b/64] |= 1 << (b % 64)
			}
			return s
		})
		if share < .99*used {
			t.Errorf("%s is better", c.name)
		}
	}
}
