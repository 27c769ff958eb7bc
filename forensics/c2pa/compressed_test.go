package c2pa

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media/cost"
	"unmask/media/jumbf"

	"github.com/andybalholm/brotli"
)

func packed(b []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// A compressed manifest is judged as any other: the active one, an ingredient, and what is changed or wrong in them.
func TestCompressed(t *testing.T) {
	ca := newAuthority(t, "CA")
	s := testSigner(t)
	p := actions(ai)
	p.pack = packed
	for ext := range carriers {
		file := s.bound(t, ext, p)
		got, claim := see(t, "a."+ext, file, nil)
		if !slices.Equal(got, []string{"c2pa.present", "c2pa.ai"}) || check(claim, "integrity").Result != forensics.Passed || claim.Origin != forensics.MadeByAI {
			t.Errorf("%s: %v %+v", ext, got, claim.Checks)
		}
		m := claim.Contains[0]
		if at := bytes.Index(file, []byte("c2cm")); m.Contains[0].Offset == nil || *m.Contains[0].Offset != *m.Offset || ext == "png" && int(*m.Offset) != at-16 {
			t.Errorf("%s: an assertion at %v of the manifest at %v, which is at %d", ext, m.Contains[0].Offset, *m.Offset, at-16)
		}
	}
	parent := parentOf(t, s, func(p *plan) { p.pack = packed })
	got, claim := see(t, "a.png", s.bound(t, "png", made(parent, opened, nil)), ca.pem())
	if check(claim, "integrity").Result != forensics.Passed || !slices.Contains(got, "c2pa.ingredient_ai") {
		t.Errorf("as an ingredient: %v %+v", got, claim.Checks)
	}
	other := made(parent, opened, nil)
	other.before = [][]byte{parentOf(t, s, func(p *plan) { p.pack = func(b []byte) []byte { return append(packed(b[:0]), packed(b)...) } })}
	for name, c := range map[string]struct {
		plan plan
		want string
	}{
		"another compression of the ingredient": {other, "ingredient.manifest.mismatch"},
		"an assertion changed before": {with(actions(ai), func(p *plan) {
			p.pack = func(b []byte) []byte { return packed(bytes.Replace(b, []byte("Paint 3"), []byte("Paint 4"), 1)) }
		}), "assertion.hashedURI.mismatch"},
		"cut off": {with(actions(ai), func(p *plan) { p.pack = func(b []byte) []byte { return packed(b)[:500] } }), "manifest.compressed.invalid"},
		"empty":   {with(actions(ai), func(p *plan) { p.pack = func([]byte) []byte { return nil } }), "manifest.compressed.invalid"},
		"noise":   {with(actions(ai), func(p *plan) { p.pack = func([]byte) []byte { return []byte("jumbcompressed") } }), "manifest.compressed.invalid"},
		"two":     {with(actions(ai), func(p *plan) { p.pack = func(b []byte) []byte { return packed(append(b, b...)) } }), "manifest.compressed.invalid"},
		"another name": {with(actions(ai), func(p *plan) {
			p.pack = func(b []byte) []byte { return packed(bytes.Replace(b, []byte("urn:uuid:1"), []byte("urn:uuid:2"), 1)) }
		}), "manifest.compressed.invalid"},
		"compressed twice": {with(actions(ai), func(p *plan) {
			p.pack = func(b []byte) []byte {
				return packed(super(jumbf.CompressedManifest, "urn:uuid:1", boxOf("brob", packed(b))))
			}
		}), "manifest.compressed.invalid"},
	} {
		if got, claim := see(t, "a.png", s.bound(t, "png", c.plan), nil); !slices.Contains(got, "c2pa."+c.want) || !slices.Contains(got, "c2pa.invalid") {
			t.Errorf("%s: %v %+v", name, got, claim.Checks)
		}
	}
}

func with(p plan, change func(*plan)) plan {
	change(&p)
	return p
}

// bits writes a stream of Brotli (RFC 7932), the lowest bit first.
type bits struct {
	out  []byte
	last uint64
	n    int
}

func (b *bits) put(v uint64, n int) {
	b.last |= v << b.n
	for b.n += n; b.n >= 8; b.n -= 8 {
		b.out, b.last = append(b.out, byte(b.last)), b.last>>8
	}
}

// trees is a stream that costs most for its length: each letter of it has 256 tables of codes of its own.
func trees(n int) []byte {
	var b bits
	code := func(symbol uint64, width int) { b.put(1, 2); b.put(0, 2); b.put(symbol, width) }
	b.put(0, 1) // a window of 64 KB
	for range n {
		b.put(0, 1+2+16+1+3+2+4+2) // one byte, not the last; one type of blocks each
		b.put(1|7<<1|127<<4, 11)   // 256 trees for letters
		b.put(0, 1)
		code(0, 8)
		b.put(0, 1+1)
		for range 256 {
			code('a', 8)
		}
		code(8, 10) // of one letter each
		code(0, 6)
	}
	b.put(3, 2)
	b.put(0, 8)
	return b.out
}

// Streams that unpack to more than is read are said not to be checked, and cost little.
func TestBombs(t *testing.T) {
	bomb := func(label string, stream []byte) []byte {
		return super(jumbf.CompressedManifest, label, boxOf("brob", stream))
	}
	zeros := packed(make([]byte, 16<<20))
	for name, c := range map[string]struct {
		store []byte
		want  string
	}{
		"zeros":              {bomb("a", zeros), "c2pa.not_checked"},
		"zeros, many times":  {bytes.Repeat(bomb("a", zeros), maxManifests), "c2pa.not_checked"},
		"a long stream":      {bomb("a", trees(1000)), "c2pa.not_checked"},
		"tables":             {bomb("a", trees(maxPacked/400)), "c2pa.invalid"},
		"tables, many times": {bytes.Repeat(bomb("a", trees(10)), maxManifests), "c2pa.not_checked"},
		"boxes":              {bytes.Repeat(bomb("a", packed(super(jumbf.Manifest, "a", bytes.Repeat(boxOf("free"), 8000)))), maxManifests), "c2pa.not_checked"},
	} {
		file, _, _ := carriers["png"](super(jumbf.Store, "c2pa", c.store))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := cost.Now()
		_, found := look(t, file)
		d := cost.Since(start)
		runtime.ReadMemStats(&after)
		mb := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%-20s %7d bytes %8v %3d MB", name, len(file), d, mb)
		if last := found[len(found)-1]; last.Code != c.want || strings.Contains(last.Text, "\n") || d > cost.Most || mb > 64 {
			t.Errorf("%s: %v, %d MB, %+v", name, d, mb, last)
		}
	}
}
