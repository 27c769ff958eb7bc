package c2pa

import (
	"bytes"
	"cmp"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"unmask/media/isobmff"
)

// containers of boxes that exclusions reach into.
var containers = []string{"moov", "trak", "mdia", "minf", "stbl", "moof", "traf", "udta", "edts", "dinf", "mvex", "meta", "iprp", "ipco"}

const maxWalked = 100_000 // boxes of a file that exclusions are looked for among

// bmffHash checks a digest over a file of boxes but for those that it names (C2PA 2.2 section 18.7). From the second version on, the offset of
// each box of the top level is digested before it.
func (a *asset) bmffHash(v *verdict, b *assertion, h hash.Hash, marks bool) {
	if !a.boxed {
		v.fail(b.box, "assertion.bmffHash.malformed", "a file of the format %s has no such boxes", a.format)
		return
	}
	if b.value["merkle"] != nil {
		v.skip(b.box, "assertion.bmffHash", "the digests of its fragments (a Merkle tree) are not checked by this version")
		return
	}
	out, tops, err := a.excluded(list(b.value["exclusions"]))
	if err != nil {
		v.fail(b.box, "assertion.bmffHash.malformed", "%v", err)
		return
	}
	for _, top := range tops {
		inside := slices.DeleteFunc(slices.Clone(out), func(s span) bool { return s.to <= top.from || s.from >= top.to })
		if len(inside) > 0 && inside[0].from <= top.from && inside[0].to >= top.to {
			continue
		}
		if marks {
			h.Write(offsetMark(top.from))
		}
		at := top.from
		for _, s := range append(inside, span{top.to, top.to}) {
			if _, err := io.Copy(h, io.NewSectionReader(a.r, at, max(0, s.from-at))); err != nil {
				v.fail(b.box, "assertion.bmffHash.malformed", "the file cannot be read: %v", err)
				return
			}
			at = max(at, s.to)
		}
	}
	if !bytes.Equal(h.Sum(nil), octets(b.value["hash"])) {
		v.fail(b.box, "assertion.bmffHash.mismatch", "the file was changed after signing")
		return
	}
	v.pass("assertion.bmffHash.match", "digest of the file", b.box)
}

// excluded returns the ranges that the exclusions name, sorted and joined, and the boxes of the top level.
func (a *asset) excluded(exclusions []any) (out, tops []span, err error) {
	if len(exclusions) > 64 {
		return nil, nil, fmt.Errorf("%d exclusions, more than the 64 that are read", len(exclusions))
	}
	walked := 0
	var walk func(path string, from, to int64, depth int)
	walk = func(path string, from, to int64, depth int) {
		seen := map[string]int{}
		for b := range isobmff.Boxes(a.r, from, to) {
			if walked++; walked > maxWalked {
				err = fmt.Errorf("the file has more than %d boxes", maxWalked)
				return
			}
			seen[b.Kind]++
			p := path + "/" + b.Kind
			nth := fmt.Sprintf("%s[%d]", p, seen[b.Kind])
			for _, e := range exclusions {
				if o := object(e); names(text(o["xpath"]), p, nth) && a.fits(o, b) {
					out = append(out, subsets(o, b)...)
				}
			}
			if depth == 0 {
				tops = append(tops, span{b.Offset, b.End})
			}
			if depth < 8 && slices.Contains(containers, b.Kind) {
				start := b.Start
				if b.Kind == "meta" {
					start += 4
				}
				walk(p, start, b.End, depth+1)
			}
		}
	}
	walk("", 0, a.size, 0)
	slices.SortFunc(out, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	return out, tops, err
}

// names tells whether an XPath of the standard's subset names a box: its path, of which steps may have a number.
func names(xpath, path, nth string) bool {
	return xpath == path || xpath == nth || strings.ReplaceAll(xpath, "[1]", "") == path && strings.HasSuffix(nth, "[1]")
}

// fits tells whether a box is as an exclusion wants it: of a length, and with given bytes.
func (a *asset) fits(o map[string]any, b isobmff.Box) bool {
	if n, ok := number(o["length"]); ok && n != b.End-b.Offset {
		return false
	}
	for _, d := range list(o["data"]) {
		at, ok := number(object(d)["offset"])
		want := octets(object(d)["value"])
		got := make([]byte, len(want))
		if !ok || at > b.End-b.Offset-int64(len(want)) {
			return false
		}
		if _, err := a.r.ReadAt(got, b.Offset+at); err != nil || !bytes.Equal(got, want) {
			return false
		}
	}
	return true
}

// subsets are the parts of a box that an exclusion means: all of it, where it names none.
func subsets(o map[string]any, b isobmff.Box) (out []span) {
	parts := list(o["subset"])
	if len(parts) == 0 {
		return []span{{b.Offset, b.End}}
	}
	for _, s := range parts[:min(len(parts), 64)] {
		from, ok := number(object(s)["offset"])
		length, _ := number(object(s)["length"])
		if !ok || from > b.End-b.Offset {
			continue
		}
		to := b.End
		if length > 0 && length < b.End-b.Offset-from {
			to = b.Offset + from + length
		}
		out = append(out, span{b.Offset + from, to})
	}
	return out
}
