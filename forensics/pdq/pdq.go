// Package pdq computes PDQ, the 256-bit perceptual hash that Meta published in 2019 ("The TMK+PDQF Video-Hashing Algorithm and
// the PDQ Image-Hashing Algorithm"), written from the published description. Hashes of the same picture decoded by different
// libraries differ by some bits; ten or fewer count as agreement.
package pdq

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/bits"
	"sync"
)

const (
	// MatchDistance is the greatest Hamming distance at which two hashes of sufficient quality match (PDQ README).
	MatchDistance = 31
	// MinQuality is the least quality at which a hash is comparable (PDQ README: discard 49 and below).
	MinQuality = 50

	longest = 512 // pictures with a longer side are sampled down to 512x512 first
	grid    = 64  // the luma grid that is transformed
	side    = 16  // frequencies 1..16 in both directions are kept
)

// Hash is 256 bits, most significant word first. Bit 16*i+j of the number stands for frequency (i+1, j+1).
type Hash [4]uint64

// String returns 64 hex digits, most significant first.
func (h Hash) String() string {
	return fmt.Sprintf("%016x%016x%016x%016x", h[0], h[1], h[2], h[3])
}

// MarshalText returns what String does.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(b []byte) error {
	var raw [32]byte
	if len(b) != 64 {
		return fmt.Errorf("a PDQ hash has 64 hex digits, not %d", len(b))
	}
	if _, err := hex.Decode(raw[:], b); err != nil {
		return fmt.Errorf("PDQ hash: %w", err)
	}
	for i := range h {
		h[i] = 0
		for _, c := range raw[8*i : 8*i+8] {
			h[i] = h[i]<<8 | uint64(c)
		}
	}
	return nil
}

// Distance is the number of differing bits.
func (h Hash) Distance(o Hash) int {
	return bits.OnesCount64(h[0]^o[0]) + bits.OnesCount64(h[1]^o[1]) + bits.OnesCount64(h[2]^o[2]) + bits.OnesCount64(h[3]^o[3])
}

// Ones is the number of set bits: 128 for every hash but those of flat or symmetric pictures.
func (h Hash) Ones() int { return h.Distance(Hash{}) }

func (h *Hash) set(i int) { h[3-i/64] |= 1 << (i % 64) }

// Picture is what one transform of a picture gives: its hash under every symmetry of the square.
type Picture struct {
	coefficients [side][side]float32
	Quality      int // 0..100, from the luma gradients
}

// Comparable tells whether hashes of this picture may be compared at all.
func (p *Picture) Comparable() bool { return p.Quality >= MinQuality && p.Hash().Ones() == 128 }

// Of transforms a picture of packed blue, green, red bytes. Pictures under 5x5 have quality 0 and an empty hash.
func Of(bgr []byte, width, height int) *Picture {
	if width < 5 || height < 5 {
		return &Picture{}
	}
	luma, w, h := sample(bgr, width, height)
	if w != grid || h != grid {
		luma = smooth(luma, w, h)
	}
	var g [grid][grid]float32
	for i := range g {
		for j := range g[i] {
			y, x := int((float64(i)+.5)*float64(h)/grid), int((float64(j)+.5)*float64(w)/grid)
			g[i][j] = luma[y*w+x]
		}
	}
	return &Picture{transform(&g), quality(&g)}
}

// sample returns luma (Rec. 601, 0..255), taking the nearest pixels of a 512x512 grid where a side is longer than 512.
func sample(bgr []byte, width, height int) ([]float32, int, int) {
	w, h := width, height
	if w > longest || h > longest {
		w, h = longest, longest
	}
	luma := make([]float32, w*h)
	for y := range h {
		row := bgr[3*(y*height/h)*width:]
		for x := range w {
			p := row[3*(x*width/w):]
			luma[y*w+x] = .299*float32(p[2]) + .587*float32(p[1]) + .114*float32(p[0])
		}
	}
	return luma, w, h
}

// smooth applies two rounds of a box filter along rows and columns: a tent filter after Jarosz.
func smooth(luma []float32, w, h int) []float32 {
	along, down := (w+2*grid-1)/(2*grid), (h+2*grid-1)/(2*grid)
	other := make([]float32, len(luma))
	for range 2 {
		for y := range h {
			box(luma[y*w:], other[y*w:], w, 1, along)
		}
		for x := range w {
			box(other[x:], luma[x:], h, w, down)
		}
	}
	return luma
}

// box writes to dst the mean of the window around each of n samples of src, both stride apart. Windows shrink at the ends.
func box(src, dst []float32, n, stride, window int) {
	half := (window + 2) / 2
	right, left, out := 0, 0, 0
	var sum float32
	var count int
	for range half - 1 {
		if right < n {
			sum += src[right*stride]
			count++
			right++
		}
	}
	for ; out < n; out++ {
		if right < n {
			sum += src[right*stride]
			count++
			right++
		}
		if right-left > window || (right == n && out-left >= window-half+1) {
			sum -= src[left*stride]
			count--
			left++
		}
		dst[out*stride] = sum / float32(count)
	}
}

func quality(g *[grid][grid]float32) int {
	sum := 0
	for i := range grid {
		for j := range grid {
			if i+1 < grid {
				sum += abs(int((g[i][j] - g[i+1][j]) * 100 / 255))
			}
			if j+1 < grid {
				sum += abs(int((g[i][j] - g[i][j+1]) * 100 / 255))
			}
		}
	}
	return min(100, sum/90)
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}

// basis holds rows 1..16 of the orthonormal DCT-II of length 64.
var basis = sync.OnceValue(func() *[side][grid]float32 {
	var d [side][grid]float32
	for i := range d {
		for j := range d[i] {
			d[i][j] = float32(math.Sqrt(2./grid) * math.Cos(math.Pi/(2*grid)*float64(i+1)*float64(2*j+1)))
		}
	}
	return &d
})

func transform(g *[grid][grid]float32) (b [side][side]float32) {
	d := basis()
	var t [side][grid]float32
	for i := range side {
		for k := range grid {
			for j := range grid {
				t[i][j] += d[i][k] * g[k][j]
			}
		}
	}
	for i := range side {
		for j := range side {
			var s float32
			for k := range grid {
				s += t[i][k] * d[j][k]
			}
			b[i][j] = s
		}
	}
	return b
}
