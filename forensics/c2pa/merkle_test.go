package c2pa

import (
	"bytes"
	"crypto/sha256"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media/cost"
)

// rows are those of a Merkle tree, the leaves first; a node without a peer goes up as it is.
func rows(leaves [][]byte) [][][]byte {
	out := [][][]byte{leaves}
	for row := leaves; len(row) > 1; out = append(out, row) {
		var up [][]byte
		for i := 0; i < len(row); i += 2 {
			node := row[i]
			if i+1 < len(row) {
				both := sha256.Sum256(append(slices.Clone(row[i]), row[i+1]...))
				node = both[:]
			}
			up = append(up, node)
		}
		row = up
	}
	return out
}

// peers lead from a leaf up to a row.
func peers(rows [][][]byte, at, depth int) (out []any) {
	for _, row := range rows[:depth] {
		if at^1 < len(row) {
			out = append(out, row[at^1])
		}
		at /= 2
	}
	return out
}

func verdictOn(t testing.TB, file []byte) (string, forensics.Check, []string) {
	t.Helper()
	got, claim := see(t, "a.mp4", file, nil)
	for _, c := range claim.Checks {
		if strings.HasPrefix(c.Code, bmffFamily) {
			return c.Code, c, got
		}
	}
	return "", check(claim, "integrity"), got
}

// Media data in pieces fit as they were signed, and each changed byte of them is found.
func TestMerkleTrees(t *testing.T) {
	s := testSigner(t)
	for name, f := range films() {
		file := f.signed(t, s)
		if code, c, got := verdictOn(t, file); code != bmffFamily+".match" || c.Result != forensics.Passed || slices.Contains(got, "c2pa.invalid") || len(got) != 2 {
			t.Errorf("%s: %+v %v", name, c, got)
			continue
		}
		for _, m := range f.media {
			for _, k := range []int{0, len(m) / 2, len(m) - 1} {
				changed := slices.Clone(file)
				changed[bytes.Index(file, m)+k] ^= 1
				if code, c, got := verdictOn(t, changed); code != bmffFamily+".mismatch" || !slices.Contains(got, "c2pa.invalid") {
					t.Errorf("%s, a changed byte: %+v %v", name, c, got)
				}
			}
		}
		changed := slices.Clone(file)
		changed[bytes.Index(file, []byte("moov"))+4] ^= 1
		if code, c, _ := verdictOn(t, changed); code != bmffFamily+".mismatch" {
			t.Errorf("%s, a changed moov: %+v", name, c)
		}
	}
}

// Writers that count the media data from byte 16 of the box on leave nothing out either: the digest of the file has what stands before.
func TestMediaFromByte16(t *testing.T) {
	s := testSigner(t)
	f := film{media: pieces(1), block: func(b []byte) [][]byte { return cut(64)(b[8:]) }, sizes: map[string]any{"fixedBlockSize": 64}}
	file := f.signed(t, s)
	if code, c, _ := verdictOn(t, file); code != bmffFamily+".match" {
		t.Errorf("%+v", c)
	}
	file[bytes.Index(file, f.media[0])+3] ^= 1
	if code, c, _ := verdictOn(t, file); code != bmffFamily+".mismatch" {
		t.Errorf("a changed byte among the first: %+v", c)
	}
}

// Whatever does not belong together has the code that the standard has for it.
func TestMerkleLies(t *testing.T) {
	s := testSigner(t)
	const match, different, wrong = bmffFamily + ".match", bmffFamily + ".mismatch", bmffFamily + ".malformed"
	all := films()
	set := func(key string, v any) func(int, map[string]any) {
		return func(k int, m map[string]any) { m[key] = v }
	}
	only := func(k, i int, change func(map[string]any)) func(int, int, map[string]any) any {
		return func(track, at int, p map[string]any) any {
			if track == k && at == i {
				if change == nil {
					return nil
				}
				change(p)
			}
			return p
		}
	}
	for name, c := range map[string]struct {
		of     string
		change func(*film)
		want   string
	}{
		"a leaf too few":              {"blocks of one size", func(f *film) { f.tree = set("count", 2) }, wrong},
		"no leaves":                   {"one mdat as it is", func(f *film) { f.tree = set("count", 0) }, wrong},
		"no row":                      {"one mdat as it is", func(f *film) { f.tree = set("hashes", []any{}) }, wrong},
		"blocks of no size":           {"blocks of one size", func(f *film) { f.tree = set("fixedBlockSize", 0) }, wrong},
		"blocks of another size":      {"blocks of one size", func(f *film) { f.tree = set("fixedBlockSize", 63) }, different},
		"blocks that overflow":        {"blocks of one size", func(f *film) { f.tree = set("fixedBlockSize", uint64(1)<<61) }, wrong},
		"both kinds of blocks":        {"blocks of several sizes", func(f *film) { f.tree = set("fixedBlockSize", 64) }, wrong},
		"blocks that are less":        {"blocks of several sizes", func(f *film) { f.tree = set("variableBlockSizes", []int{7, 0, 93, 499}) }, wrong},
		"a block below nothing":       {"blocks of several sizes", func(f *film) { f.tree = set("variableBlockSizes", []int{-1, 0, 101, 500}) }, wrong},
		"a block too few":             {"blocks of several sizes", func(f *film) { f.tree = set("variableBlockSizes", []int{7, 93, 500}) }, wrong},
		"another algorithm":           {"one mdat as it is", func(f *film) { f.tree = set("alg", "sha512") }, different},
		"an mdat too many":            {"two mdats as they are", func(f *film) { f.tree = set("localId", 0) }, wrong},
		"a tree of nothing":           {"two mdats as they are", func(f *film) { f.tree = func(k int, m map[string]any) { m["localId"] = 2 * k } }, different},
		"no trees":                    {"one mdat as it is", func(f *film) { f.assert = func(b map[string]any) { b["merkle"] = []any{} } }, wrong},
		"a proof missing":             {"several sizes, the root", func(f *film) { f.proof = only(0, 3, nil) }, wrong},
		"a proof missing in between":  {"several sizes, the root", func(f *film) { f.proof = only(0, 2, nil) }, different},
		"a proof of another tree":     {"several sizes, the root", func(f *film) { f.proof = only(0, 1, func(p map[string]any) { p["localId"] = 9 }) }, different},
		"a proof in another place":    {"several sizes, the root", func(f *film) { f.proof = only(0, 1, func(p map[string]any) { p["location"] = 2 }) }, different},
		"a proof too short":           {"several sizes, the root", func(f *film) { f.proof = only(0, 1, func(p map[string]any) { delete(p, "hashes") }) }, different},
		"a proof of something else":   {"several sizes, the root", func(f *film) { f.proof = only(0, 1, func(p map[string]any) { p["hashes"] = []any{"a", "b"} }) }, wrong},
		"a fragment without proof":    {"fragments of a track", func(f *film) { f.proof = only(0, 2, nil) }, wrong},
		"a fragment out of order":     {"fragments of a track", func(f *film) { f.proof = only(0, 2, func(p map[string]any) { p["location"] = 3 }) }, different},
		"a fragment of another track": {"fragments of three tracks", func(f *film) { f.proof = only(1, 2, func(p map[string]any) { p["localId"] = 3 }) }, different},
		"a fragment that is missing": {"fragments of a track", func(f *film) {
			f.tree = func(_ int, m map[string]any) { m["count"], m["hashes"] = 6, append(m["hashes"].([][]byte), []byte{1}) }
		}, different},
		"another start": {"fragments of a track", func(f *film) { f.tree = set("initHash", make([]byte, 32)) }, different},
		"no start":      {"fragments of a track", func(f *film) { f.tree = func(_ int, m map[string]any) { delete(m, "initHash") } }, wrong},
		"a track of another file": {"fragments of three tracks", func(f *film) {
			f.assert = func(b map[string]any) {
				b["merkle"] = append(b["merkle"].([]any), map[string]any{"uniqueId": 6, "localId": 1, "count": 1, "hashes": []any{make([]byte, 32)}, "initHash": make([]byte, 32)})
			}
		}, match},
		"a fragment that is added": {"fragments of a track", func(f *film) { f.trailing = boxOf("moof") }, wrong},
	} {
		f := all[c.of]
		c.change(&f)
		code, got, found := verdictOn(t, f.signed(t, s))
		if code != c.want || slices.Contains(found, "c2pa.invalid") != (c.want != match) || strings.Contains(got.Detail, "\n") {
			t.Errorf("%s: %+v %v", name, got, found)
		}
	}
}

// What is not checked is said: fragments in other files, and more pieces than are read.
func TestMerkleUnchecked(t *testing.T) {
	s := testSigner(t)
	many := film{media: [][]byte{bytes.Repeat([]byte("frames"), 10)}, block: whole}
	many.tree = func(_ int, m map[string]any) { m["count"] = maxLeaves + 1 }
	start := films()["fragments of a track"]
	file := start.signed(t, s)
	first := file[:bytes.Index(file, []byte("moof"))-4-proofSize-16-8-4-len("merkle\x00")]
	for want, file := range map[string][]byte{"more than the 8192 that": many.signed(t, s), "lie in other files": first} {
		_, claim := see(t, "a.mp4", file, nil)
		if c := check(claim, "integrity"); c.Result != forensics.NotChecked || !strings.Contains(c.Detail, want) {
			t.Errorf("%s: %+v", want, c)
		}
	}
}

// As many pieces as are checked, each with a proof, cost little.
func TestMerkleCost(t *testing.T) {
	s := testSigner(t)
	f := film{media: [][]byte{bytes.Repeat([]byte("frames"), maxLeaves)[:maxLeaves]}, block: cut(1), sizes: map[string]any{"fixedBlockSize": 1}, depth: 10}
	file := f.signed(t, s)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cost.Now()
	_, found := look(t, file)
	d := cost.Since(start)
	runtime.ReadMemStats(&after)
	mb := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%d pieces, %d kB: %v, %d MB", maxLeaves, len(file)>>10, d, mb)
	if d > cost.Most || mb > 64 || len(found) != 2 {
		t.Errorf("%v, %d MB, %+v", d, mb, found)
	}
}
