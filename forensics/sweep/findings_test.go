package sweep

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"unmask/forensics"
	"unmask/forensics/pdq"
)

// labelled gives a record an AI label with a content number.
func labelled(r *forensics.Record, id string) *forensics.Record {
	r.Claims = append(r.Claims, forensics.Claim{Kind: "aigc", Place: "an XMP packet", Origin: forensics.MadeByAI, Says: "AI label",
		Fields: []forensics.Field{{Name: "Label", Value: "1"}, {Name: "ContentProducer", Value: "Doubao"}, {Name: "ProduceID", Value: id}}})
	return r
}

func claiming(r *forensics.Record, kind string, o forensics.Origin) *forensics.Record {
	r.Claims = append(r.Claims, forensics.Claim{Kind: kind, Place: "a place", Says: "something", Origin: o})
	return r
}

// findings of a case, one "path code" each.
func findings(t *testing.T, all ...*forensics.Record) (out []string, texts map[string]forensics.Finding) {
	t.Helper()
	c, err := Read(of(all...))
	if err != nil {
		t.Fatal(err)
	}
	texts = map[string]forensics.Finding{}
	for _, f := range c.Findings() {
		key := fmt.Sprintf("%s %s", f.Path, f.Finding.Code)
		out, texts[key] = append(out, key), f.Finding
	}
	return out, texts
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, not %q", got, want)
	}
}

func random() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }

// farFrom is the hash of a picture that no turning makes like h.
func farFrom(r *rand.Rand, h pdq.Hash) pdq.Hash {
	all := allTurned(h)
	for {
		if o := balanced(r); apart(&all, o) >= different {
			return o
		}
	}
}

func TestOneNumberOnDifferentPicturesIsATransplant(t *testing.T) {
	r := random()
	h := balanced(r)
	other := farFrom(r, h)
	got, texts := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), labelled(record("b.jpg", "2", moved(h, 5), 100, 200), "P1"),
		labelled(record("c.jpg", "3", other, 100, 300), "P1"), labelled(record("d.jpg", "4", farFrom(r, other), 100, 200), "P2"))
	expect(t, got, "a.jpg label.aigc.reused", "b.jpg label.aigc.reused", "c.jpg label.aigc.reused")
	f := texts["a.jpg label.aigc.reused"]
	if f.Subject != "c.jpg" || f.Clause == "" || !strings.Contains(f.Text, `"P1"`) || !strings.Contains(f.Text, "3 files") || !strings.Contains(f.Text, "2 different pictures") || f.Score != .6 {
		t.Errorf("%+v", f)
	}
}

func TestCopiesMayShareANumber(t *testing.T) {
	h := balanced(random())
	got, _ := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), labelled(record("b.jpg", "2", moved(h, 5), 100, 400), "P1"),
		labelled(record("mirrored.jpg", "3", turned(h, pdq.MirrorHorizontal), 100, 400), "P1"))
	expect(t, got)
}

func TestAPlainPictureIsHeldAgainstNothing(t *testing.T) {
	r := random()
	h := balanced(r)
	got, _ := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), labelled(record("b.jpg", "2", farFrom(r, h), 49, 200), "P1"))
	expect(t, got)
}

func TestCopiesWithTwoNumbersContradictEachOther(t *testing.T) {
	h := balanced(random())
	got, texts := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), labelled(record("b.jpg", "2", moved(h, 5), 100, 200), "P2"))
	expect(t, got, "a.jpg contradiction.ids", "b.jpg contradiction.ids")
	if f := texts["b.jpg contradiction.ids"]; !strings.Contains(f.Text, `"P1"`) || !strings.Contains(f.Text, "distance 10 of 256") || f.Subject != "a.jpg" {
		t.Errorf("%+v", f)
	}
}

func TestALabelThatACopyLostIsMissed(t *testing.T) {
	r := random()
	h := balanced(r)
	got, texts := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), record("b.jpg", "2", moved(h, 5), 100, 200), record("c.jpg", "3", turned(h, pdq.Transpose), 100, 200),
		record("other.jpg", "4", farFrom(r, h), 100, 200))
	expect(t, got, "a.jpg label.copy_without", "b.jpg contradiction.label_stripped", "c.jpg contradiction.label_stripped")
	near, mirrored := texts["b.jpg contradiction.label_stripped"], texts["c.jpg contradiction.label_stripped"]
	if near.Score != LooksAlike || mirrored.Score != LooksAlike || !strings.Contains(mirrored.Text, "mirrored") || !strings.Contains(near.Text, "AI label") {
		t.Errorf("%+v\n%+v", near, mirrored)
	}
	if f := texts["a.jpg label.copy_without"]; !strings.Contains(f.Text, "2 files") {
		t.Errorf("%+v", f)
	}
}

func TestWhatADeclarationIs(t *testing.T) {
	for name, c := range map[string]struct {
		with, without func(*forensics.Record) *forensics.Record
		want          bool
	}{
		"a manifest of a camera":            {claims("c2pa", forensics.Captured), claims(), true},
		"an editor's IPTC":                  {claims("iptc", forensics.MadeByHand), claims(), false},
		"IPTC of AI":                        {claims("iptc", forensics.MadeByAI), claims(), true},
		"a camera's EXIF":                   {claims("exif", forensics.Captured), claims(), false},
		"an older label beside a generator": {claims("aigc", forensics.MadeByAI), claims("aigc", forensics.MadeByAI, "generator", forensics.MadeByAI), false},
		"a label gone, a generator left":    {claims("aigc", forensics.MadeByAI, "generator", forensics.MadeByAI), claims("generator", forensics.MadeByAI), true},
	} {
		h := balanced(random())
		got, _ := findings(t, c.with(record("with.jpg", "1", h, 100, 200)), c.without(record("without.jpg", "2", moved(h, 2), 100, 200)))
		if (len(got) == 2 && got[1] == "without.jpg contradiction.label_stripped") != c.want || len(got) > 0 != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// claims gives a record claims of pairs of kind and origin.
func claims(pairs ...any) func(*forensics.Record) *forensics.Record {
	return func(r *forensics.Record) *forensics.Record {
		for i := 0; i < len(pairs); i += 2 {
			claiming(r, pairs[i].(string), pairs[i+1].(forensics.Origin))
		}
		return r
	}
}

func TestEveryPathOfTheSameBytesIsNamed(t *testing.T) {
	h := balanced(random())
	got, _ := findings(t, labelled(record("a.jpg", "1", h, 100, 200), "P1"), record("b.jpg", "2", h, 100, 200), record("c.jpg", "2", h, 100, 200))
	expect(t, got, "a.jpg label.copy_without", "b.jpg contradiction.label_stripped", "c.jpg contradiction.label_stripped")
}

func TestTurnedHashesAreNear(t *testing.T) {
	h := balanced(random())
	for s := range pdq.Symmetry(symmetries) {
		if d := turned(turned(h, s), s.Inverse()).Distance(h); d != 0 {
			t.Errorf("%v and back: %d", s, d)
		}
	}
}

// A hundred thousand pictures, half of them labelled, a tenth of these copies: what the end of a scan costs without reading the journal.
func TestMeasureManyPictures(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 pictures")
	}
	r := random()
	var all []*forensics.Record
	for i := range 100_000 {
		h := balanced(r)
		if i%10 == 9 {
			if err := h.UnmarshalText([]byte(all[i-5].Hashes.PDQ.Hash)); err != nil {
				t.Fatal(err)
			}
		}
		rec := record(fmt.Sprintf("%06d.jpg", i), fmt.Sprint(i), h, 100, 200)
		if i%2 == 0 {
			labelled(rec, fmt.Sprint("P", i%1000))
		}
		all = append(all, rec)
	}
	start := time.Now()
	c, err := Read(of(all...))
	if err != nil {
		t.Fatal(err)
	}
	read := time.Since(start)
	got := c.Findings()
	t.Logf("%d records: read in %v, %d findings in %v", len(all), read.Round(time.Millisecond), len(got), (time.Since(start) - read).Round(time.Millisecond))
	if len(got) == 0 || !strings.HasPrefix(string(got[0].Path), "0") {
		t.Errorf("%d findings", len(got))
	}
}
