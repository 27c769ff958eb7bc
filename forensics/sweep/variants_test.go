package sweep

import (
	"iter"
	"math/rand/v2"
	"testing"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/media"
)

// balanced is a random hash of 128 ones.
func balanced(r *rand.Rand) (h pdq.Hash) {
	for _, b := range r.Perm(256)[:128] {
		h[b/64] |= 1 << (b % 64)
	}
	return h
}

// moved exchanges n ones for zeros.
func moved(h pdq.Hash, n int) pdq.Hash {
	ones, zeros := n, n
	for b := range 256 {
		bit := uint64(1) << (b % 64)
		switch set := h[b/64]&bit != 0; {
		case set && ones > 0:
			h[b/64], ones = h[b/64]&^bit, ones-1
		case !set && zeros > 0:
			h[b/64], zeros = h[b/64]|bit, zeros-1
		}
	}
	return h
}

func record(path, sha string, h pdq.Hash, quality, width int) *forensics.Record {
	r := forensics.NewRecord(media.Item{Path: media.Path(path), SHA256: sha})
	r.Status, r.Media = forensics.Examined, media.Info{Kind: media.Image, Width: width, Height: 100}
	r.Hashes = &forensics.Hashes{PDQ: forensics.PDQ{Hash: h.String(), Quality: quality}}
	return r
}

func of(all ...*forensics.Record) iter.Seq2[*forensics.Record, error] {
	return func(yield func(*forensics.Record, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestEachPictureIsPairedWithTheLargestItMatches(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	h, other := balanced(rnd), balanced(rnd)
	video := record("v.mp4", "7", h, 100, 900)
	video.Media.Kind = media.Video
	c, err := Read(of(record("a.jpg", "1", moved(h, 3), 100, 200), record("b.jpg", "2", h, 100, 800), record("c.jpg", "2", h, 100, 800),
		record("d.jpg", "3", moved(h, 30), 100, 400), record("e.jpg", "4", other, 100, 800), record("f.jpg", "5", h, 49, 100), record("g.jpg", "6", moved(h, 33), 100, 100), video))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Variants()
	if len(got) != 3 {
		t.Fatal(got)
	}
	for i, want := range [][2]media.Path{{"a.jpg", "b.jpg"}, {"d.jpg", "b.jpg"}, {"g.jpg", "d.jpg"}} {
		if got[i].Item.Path != want[0] || got[i].Base.Path != want[1] {
			t.Errorf("%v with %v, not %v", got[i].Item.Path, got[i].Base.Path, want)
		}
	}
}
