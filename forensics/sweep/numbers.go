package sweep

import (
	"cmp"
	"fmt"
	"slices"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/pdq/nearest"
)

const (
	// different is the distance of two PDQ hashes, however the pictures are turned, from which they are taken to show different pictures:
	// 99 % of pairs of different files are farther apart, and of pictures cut by a twentieth on every side a quarter (TestMeasureDistances).
	different = 100
	// standing is how many pictures of one number that differ from each other the others are held against.
	standing = 16

	clauseNumber = "GB 45438-2025 annex E (ProduceID)"
)

// reused reports AI labels whose content number stands on different pictures.
func (c *Case) reused() (out []Found) {
	byNumber := map[number][]*picture{}
	for i := range c.pictures {
		for _, n := range c.pictures[i].says.numbers {
			byNumber[n] = append(byNumber[n], &c.pictures[i])
		}
	}
	numbers := make([]number, 0, len(byNumber))
	for n, of := range byNumber {
		if len(of) > 1 {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, func(a, b number) int { return cmp.Or(cmp.Compare(a.producer, b.producer), cmp.Compare(a.id, b.id)) })
	for _, n := range numbers {
		out = n.reused(byNumber[n], out)
	}
	return out
}

// reused compares each picture of a number with those that stand for the different ones.
func (n number) reused(of []*picture, out []Found) []Found {
	slices.SortFunc(of, func(a, b *picture) int { return cmp.Compare(a.item.Path, b.item.Path) })
	var stand []*picture
	for _, p := range of {
		all := allTurned(p.hash)
		if len(stand) < standing && !slices.ContainsFunc(stand, func(s *picture) bool { return apart(&all, s.hash) < different }) {
			stand = append(stand, p)
		}
	}
	for _, p := range of {
		all := allTurned(p.hash)
		for _, s := range stand {
			d := apart(&all, s.hash)
			if d < different {
				continue
			}
			score, size := .6, fmt.Sprintf("They have other sizes (%d × %d and %d × %d pixels), and a part cut out of one of them would look as different", p.width, p.height, s.width, s.height)
			if p.width == s.width && p.height == s.height {
				score, size = .9, fmt.Sprintf("Both have %d × %d pixels, so neither is simply cut out of the other", p.width, p.height)
			}
			out = p.add(out, forensics.Finding{Code: "label.aigc.reused", Score: score, Clause: clauseNumber,
				Text: fmt.Sprintf("The content number %s of the producer %s in its AI label stands on %s of this case, which show at least %d different pictures, such as %s (PDQ distance %d of 256 bits, "+
					"different from %d on). The standard wants one number for one content: the label was copied from one picture to another, or the producer numbered carelessly. %s.",
					quoted(n.id), quoted(n.producer), files(of), len(stand), quoted(s.item.Path.String()), d, different, size)}, s, nil)
			break
		}
	}
	return out
}

// files counts the files of contents, in words.
func files(of []*picture) string {
	n := 0
	for _, p := range of {
		n += 1 + len(p.again)
	}
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

// renumbered reports copies of one picture whose AI labels give different numbers.
func (c *Case) renumbered(out []Found) []Found {
	var all []*picture
	for i := range c.pictures {
		if p := &c.pictures[i]; p.balanced && len(p.says.numbers) > 0 {
			all = append(all, p)
		}
	}
	others := closest(all, all, func(p, other *picture) bool {
		return !slices.ContainsFunc(p.says.numbers, func(n number) bool { return slices.Contains(other.says.numbers, n) })
	})
	for i, o := range others {
		if o.to == nil {
			continue
		}
		p, is, was := all[i], all[i].says.numbers[0], o.to.says.numbers[0]
		out = p.add(out, forensics.Finding{Code: "contradiction.ids", Score: .8, Clause: clauseNumber,
			Text: fmt.Sprintf("Its AI label gives it the content number %s of the producer %s, but %s, which looks like the same picture (PDQ distance %d of 256 bits%s), has the number %s of the producer %s. "+
				"One content has one number: at least one of the two labels is not the one the picture was made with.",
				quoted(is.id), quoted(is.producer), quoted(o.to.item.Path.String()), o.distance, o.turned(), quoted(was.id), quoted(was.producer))}, o.to, nil)
	}
	return out
}

// neighbour is the nearest of the pictures that a condition holds for; to is nil where there is none.
type neighbour struct {
	to       *picture
	distance int
	symmetry pdq.Symmetry
}

// turned says how the copy is turned, where it is.
func (n neighbour) turned() string {
	if n.symmetry == pdq.Identity {
		return ""
	}
	return ", " + n.symmetry.String()
}

// turnedUpTo is the number of labelled pictures up to which copies are also looked for turned and mirrored, which takes eight searches each.
const turnedUpTo = 10_000

// closest gives for each picture the nearest of some within pdq.MatchDistance that fits it, under any symmetry where there are not too many;
// the first by path where several are equally near.
func closest(all, among []*picture, fits func(p, other *picture) bool) []neighbour {
	out := make([]neighbour, len(all))
	hashes := make([]pdq.Hash, len(all))
	for i, p := range all {
		hashes[i] = p.hash
	}
	index := nearest.New(hashes)
	ways := symmetries
	if len(among) > turnedUpTo {
		ways = 1
	}
	for _, o := range among {
		probes := allTurned(o.hash)
		index.Within(probes[:ways], pdq.MatchDistance, func(s, id, d int) {
			p, best := all[id], &out[id]
			n := neighbour{o, d, pdq.Symmetry(s)}
			if (best.to == nil || n.before(best)) && p != o && fits(p, o) {
				*best = n
			}
		})
	}
	return out
}

func (n neighbour) before(o *neighbour) bool {
	return cmp.Or(cmp.Compare(n.distance, o.distance), cmp.Compare(n.symmetry, o.symmetry), cmp.Compare(n.to.item.Path, o.to.item.Path)) < 0
}

// quoted puts text out of a file into quotes, shortened to what a reader needs to recognise it.
func quoted(s string) string {
	const longest = 120
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return fmt.Sprintf("%q...", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
