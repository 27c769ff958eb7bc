package sweep

import (
	"cmp"
	"slices"

	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
	"unmask/media"
)

// Variant is a still picture of a case with the largest other one that its hash matches: two files that look like copies of one picture.
type Variant struct {
	Item media.Item `json:"item"`
	Base media.Item `json:"base"`
}

const (
	wide  = 64     // of 256 bits: altered copies differ by more than honest ones, and the pixels are compared anyway
	small = 30_000 // pictures up to which a case is searched that widely: each is held against each
)

// Variants pairs each picture with the largest other one that its hash comes near (64 of 256 bits, or 31 in cases of more than 30,000
// pictures), the first by path where several are equally large.
func (c *Case) Variants() (out []Variant) {
	var all []*picture
	var hashes []pdq.Hash
	for i := range c.pictures {
		if p := &c.pictures[i]; p.balanced {
			all, hashes = append(all, p), append(hashes, p.hash)
		}
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
