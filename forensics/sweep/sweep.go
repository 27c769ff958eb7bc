// Package sweep finds what the files of one case have to do with each other, from their records alone: copies of one picture, labels that
// stand in one copy and not in the other, and labels that stand on pictures they cannot all belong to.
package sweep

import (
	"cmp"
	"iter"
	"slices"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/media"
)

// Case is what is kept of the still pictures of a case: some 300 bytes of each, and its labels.
type Case struct {
	pictures []picture // the largest first, then by path
}

// picture is one content, under however many paths it stands.
type picture struct {
	item          media.Item // of the first path
	again         []media.Path
	hash          pdq.Hash
	balanced      bool // has as many ones as zeros: the hash of no flat or symmetric picture
	width, height int
	says          statement
}

// Read keeps what the comparisons need of each still picture that could be decoded to its end and is not too plain for PDQ (quality 50 or
// more). Files with the same bytes count once.
func Read(records iter.Seq2[*forensics.Record, error]) (*Case, error) {
	var c Case
	seen := map[string]int{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		if r.Status != forensics.Examined || r.Media.Kind != media.Image || r.Hashes == nil || r.Hashes.PDQ.Quality < pdq.MinQuality {
			continue
		}
		if first, ok := seen[r.Item.SHA256]; ok {
			c.pictures[first].again = append(c.pictures[first].again, r.Item.Path)
			continue
		}
		seen[r.Item.SHA256] = len(c.pictures)
		p := picture{item: r.Item, width: r.Media.Width, height: r.Media.Height, says: stated(r.Claims)}
		if err := p.hash.UnmarshalText([]byte(r.Hashes.PDQ.Hash)); err != nil {
			return nil, err
		}
		p.balanced = p.hash.Ones() == 128
		c.pictures = append(c.pictures, p)
	}
	slices.SortFunc(c.pictures, func(a, b picture) int {
		return cmp.Or(cmp.Compare(b.width*b.height, a.width*a.height), cmp.Compare(a.item.Path, b.item.Path))
	})
	return &c, nil
}

// Found is a finding that comparing the files of a case made about one of them.
type Found struct {
	Path    media.Path
	Finding forensics.Finding
	Doubt   *Variant // copies whose pixels settle what the finding is worth; nil where they would not change it
}

// Settle says in a finding that was in doubt that the pixels of both copies were compared and nothing differs.
func (f *Found) Settle() {
	f.Finding.Score = Settled
	f.Finding.Text += " Their pixels were compared, and nothing differs beyond what re-encoding and resizing explain."
}

// Detector names the findings of this package in records, as the detectors' names do theirs.
const (
	Detector = "sweep"
	Version  = 1
)

// add reports a finding about every path of a content. Other is the content that it names.
func (p *picture) add(out []Found, f forensics.Finding, other *picture, doubt *Variant) []Found {
	f.Detector, f.Version, f.Subject = Detector, Version, other.item.Path.String()
	out = append(out, Found{p.item.Path, f, doubt})
	for _, path := range p.again {
		out = append(out, Found{path, f, doubt})
	}
	return out
}

// Findings holds what the pictures of a case say of themselves against each other, sorted by path, for each path in the order reused, ids,
// stripped, copies.
func (c *Case) Findings() []Found {
	out := c.reused()
	out = c.renumbered(out)
	out = c.stripped(out)
	slices.SortStableFunc(out, func(a, b Found) int { return cmp.Compare(a.Path, b.Path) })
	return out
}
