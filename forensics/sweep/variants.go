// Package sweep finds what the files of one case have to do with each other, from their records alone.
package sweep

import (
	"cmp"
	"iter"
	"slices"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
	"unmask/media"
)

// Variant is a still picture of a case with the largest other one that its hash matches: two files that look like copies of one picture.
type Variant struct {
	Item media.Item `json:"item"`
	Base media.Item `json:"base"`
}

// picture is what is kept of a record while variants are looked for.
type picture struct {
	item   media.Item
	hash   pdq.Hash
	pixels int
}

const (
	wide  = 64     // of 256 bits: altered copies differ by more than honest ones, and the pixels are compared anyway
	small = 30_000 // pictures up to which a case is searched that widely: each is held against each
)

// Variants pairs each still picture of a case that could be decoded to its end with the largest other one that its PDQ hash comes near (64 of 256 bits, or 31 in cases of more than
// 30,000 pictures; quality 50 or more on both sides), the first by path where several are equally large. Files with the same bytes count once. It holds
// some 200 bytes of each picture.
func Variants(records iter.Seq2[*forensics.Record, error]) ([]Variant, error) {
	var all []picture
	seen := map[string]bool{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if r.Status != forensics.Examined || r.Media.Kind != media.Image || r.Hashes == nil || r.Hashes.PDQ.Quality < pdq.MinQuality || seen[r.Item.SHA256] {
			continue
		}
		seen[r.Item.SHA256] = true
		p := picture{item: r.Item, pixels: r.Media.Width * r.Media.Height}
		if err := p.hash.UnmarshalText([]byte(r.Hashes.PDQ.Hash)); err != nil {
			return nil, err
		}
		if p.hash.Ones() == 128 {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b picture) int {
		return cmp.Or(cmp.Compare(b.pixels, a.pixels), cmp.Compare(a.item.Path, b.item.Path))
	})
	return pair(all), nil
}

// pair expects the largest picture first.
func pair(all []picture) (out []Variant) {
	hashes := make([]pdq.Hash, len(all))
	for i := range all {
		hashes[i] = all[i].hash
	}
	base := make([]int, len(all)) // the first picture that each matches
	for i := range base {
		base[i] = i
	}
	radius := wide
	if len(all) > small {
		radius = pdq.MatchDistance
	}
	nearest.New(hashes).Within(hashes, radius, func(probe, id, _ int) { base[probe] = min(base[probe], id) })
	for i, b := range base {
		if b != i {
			out = append(out, Variant{all[i].item, all[b].item})
		}
	}
	slices.SortFunc(out, func(a, b Variant) int { return cmp.Compare(a.Item.Path, b.Item.Path) })
	return out
}
