package report

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"iter"
	"slices"

	"unmask/forensics"
	"unmask/media"
)

// copies knows which items hold the same bytes. It keeps 40 bytes of each item in memory while it looks, and afterwards
// only of those that are not alone.
type copies struct {
	items  *spool[media.Item]
	places []place // sorted by digest, then by path
	known  acquainted
}

// place is where an item of the spool stands.
type place struct {
	digest [32]byte
	offset int64
}

// findCopies reads all records once. It keeps what it must in a file of dir.
func findCopies(dir string, records iter.Seq2[*forensics.Record, error]) (*copies, error) {
	items, err := newSpool[media.Item](dir)
	if err != nil {
		return nil, err
	}
	c := &copies{items: items, known: acquainted{}}
	if err := c.collect(records); err != nil {
		items.close()
		return nil, err
	}
	slices.SortFunc(c.places, func(a, b place) int {
		return cmp.Or(bytes.Compare(a.digest[:], b.digest[:]), cmp.Compare(a.offset, b.offset))
	})
	c.dropUnique()
	return c, nil
}

func (c *copies) collect(records iter.Seq2[*forensics.Record, error]) error {
	for r, err := range records {
		if err != nil {
			return err
		}
		c.known.add(r)
		if !isDigest(r.Item.SHA256) {
			continue
		}
		p := place{digest: digest(r.Item.SHA256)}
		if p.offset, err = c.items.add(r.Item); err != nil {
			return err
		}
		c.places = append(c.places, p)
	}
	return c.items.flush()
}

func (c *copies) dropUnique() {
	var shared []place
	for i, p := range c.places {
		if i > 0 && c.places[i-1].digest == p.digest || i+1 < len(c.places) && c.places[i+1].digest == p.digest {
			shared = append(shared, p)
		}
	}
	c.places = shared
}

// of returns the other items that hold the same bytes as this one, sorted by path, and whether this one comes before them all.
// Where it does not, the others are not read.
func (c *copies) of(it media.Item) (others []media.Item, first bool, err error) {
	d := digest(it.SHA256)
	from, found := slices.BinarySearchFunc(c.places, d, func(p place, d [32]byte) int { return bytes.Compare(p.digest[:], d[:]) })
	if !found {
		return nil, true, nil
	}
	head, err := c.items.at(c.places[from].offset)
	if err != nil || head.Path != it.Path {
		return nil, false, err
	}
	for _, p := range c.places[from+1:] {
		if p.digest != d {
			break
		}
		other, err := c.items.at(p.offset)
		if err != nil {
			return nil, false, err
		}
		others = append(others, other)
	}
	return others, true, nil
}

func (c *copies) close() error { return c.items.close() }

// digest reads a SHA-256 for which isDigest holds.
func digest(text string) (d [32]byte) {
	hex.Decode(d[:], []byte(text))
	return d
}
