package c2pa

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"unmask/media/isobmff"
)

// step is a box on the way to another: the n-th of its kind in what holds it, from 1.
type step struct {
	kind string
	n    int
}

// rule is what an assertion leaves out: the boxes that a subset of XPath names, as far as they are as it says (section 18.7.2).
type rule struct {
	steps []string
	value map[string]any
}

func rules(exclusions []any) (out []rule) {
	for _, e := range exclusions {
		o := object(e)
		out = append(out, rule{strings.Split(strings.TrimPrefix(text(o["xpath"]), "/"), "/"), o})
	}
	return out
}

func (r rule) leads(path []step) bool {
	if len(r.steps) != len(path) {
		return false
	}
	for i, want := range r.steps {
		kind, number, numbered := strings.Cut(want, "[")
		if kind != path[i].kind || numbered && number != fmt.Sprintf("%d]", path[i].n) {
			return false
		}
	}
	return true
}

// fits tells whether a box is as the rule wants it: of a length, with given bytes, of a version and with flags.
func (r rule) fits(f io.ReaderAt, b isobmff.Box) bool {
	if n, ok := number(r.value["length"]); ok && n != b.End-b.Offset {
		return false
	}
	if len(list(r.value["data"])) > 64 {
		return false
	}
	for _, d := range list(r.value["data"]) {
		at, ok := number(object(d)["offset"])
		if want := octets(object(d)["value"]); !ok || at > b.End-b.Offset-int64(len(want)) || !holds(f, b.Offset+at, want) {
			return false
		}
	}
	if n, ok := number(r.value["version"]); ok && !holds(f, b.Start, []byte{byte(n)}) {
		return false
	}
	want := octets(r.value["flags"])
	if len(want) != 3 {
		return want == nil
	}
	got := make([]byte, 3)
	if _, err := f.ReadAt(got, b.Start+1); err != nil {
		return false
	}
	if exact, given := r.value["exact"].(bool); exact || !given {
		return bytes.Equal(got, want)
	}
	return got[0]&want[0] == want[0] && got[1]&want[1] == want[1] && got[2]&want[2] == want[2]
}

func holds(f io.ReaderAt, at int64, want []byte) bool {
	got := make([]byte, len(want))
	_, err := f.ReadAt(got, at)
	return (err == nil || err == io.EOF) && bytes.Equal(got, want)
}

// subsets are the parts of a box that the rule means: all of it, where it names none.
func (r rule) subsets(b isobmff.Box) (out []span) {
	parts := list(r.value["subset"])
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
