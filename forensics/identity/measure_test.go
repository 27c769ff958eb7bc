package identity

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/media/decode"

	"github.com/disintegration/imaging"
)

// handlings are what is done to a probe before it is looked at. References stay as found.
var handlings = []struct {
	name string
	of   func(image.Image) image.Image
}{
	{"found", func(m image.Image) image.Image { return m }},
	{"J", func(m image.Image) image.Image { return reencoded(m, 512, 75) }},
	{"L", func(m image.Image) image.Image { return reencoded(m, 256, 70) }},
	{"long side 128, q70", func(m image.Image) image.Image { return reencoded(m, 128, 70) }},
	{"blurred by 2 % of the shorter side", func(m image.Image) image.Image {
		return imaging.Blur(m, .02*float64(min(m.Bounds().Dx(), m.Bounds().Dy())))
	}},
}

func reencoded(m image.Image, side, quality int) image.Image {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, imaging.Fit(m, side, side, imaging.Lanczos), &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	m, err := jpeg.Decode(&b)
	if err != nil {
		panic(err)
	}
	return m
}

// shot is the largest face in a photograph of a person, as found and after each handling; no vector where none is usable.
type shot struct {
	path  string
	after []reference.Vector // by handling
	all   []reference.Vector // every usable face as found
}

// person is one identity of the corpus.
type person struct {
	name      string
	shots     []shot
	generated []shot // pictures generated after the person
}

// TestMeasure measures recognition on the photographs of identities. The threshold was chosen on every second identity (half A); half B was
// kept for the report. Each round enrols three photographs of every person of a half, drawn anew, and looks at up to six others of each.
func TestMeasure(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	people, noisy, mixed := corpus(t)
	var a, b []person
	for i, p := range people {
		if i%2 == 0 {
			a = append(a, p)
		} else {
			b = append(b, p)
		}
	}
	t.Logf("%d identities; half A %d, half B %d; named from %.2f", len(people), len(a), len(b), reference.Named)
	for h, handling := range handlings {
		figures(a, b, h).log(t, "half A enrolled, strangers from B, "+handling.name)
		figures(b, a, h).log(t, "half B enrolled, strangers from A, "+handling.name)
	}
	for _, group := range noisy {
		figures(group.people, people, 0).log(t, "reported apart: "+group.name+", strangers from the others")
	}
	generated(t, people)
	false_, comparisons, pictures := 0, 0, 0
	g := gallery(people, rand.New(rand.NewPCG(7, 7)))
	for _, s := range mixed {
		hit := false
		for _, v := range s.all {
			ranked := g.Rank(v)
			comparisons += g.Len()
			if ranked[0].Score >= reference.Named {
				t.Logf("mixed photograph %s: %s %.2f", s.path, ranked[0].Person.Identity, ranked[0].Score)
				false_++
				hit = true
			}
		}
		if hit {
			pictures++
		}
	}
	t.Logf("mixed photographs against all %d: %d of %d comparisons, %d of %d pictures", g.Len(), false_, comparisons, pictures, len(mixed))
}

const rounds = 25

// tally is what came of comparisons; scores of strangers and other people are kept to choose a threshold by.
type tally struct {
	probes, usable, named, wrong, close int
	strangers, taken                    int
	out, doubted                        int // probes below Doubtful, strangers from there on
	others                              []float64
	own                                 []float64
}

// gallery enrols three photographs of each person, those for which the random source draws.
func gallery(people []person, random *rand.Rand) *reference.Gallery {
	g, _ := enrolled(people, random)
	return g
}

func enrolled(people []person, random *rand.Rand) (*reference.Gallery, [][]shot) {
	var entries []reference.Entry
	rest := make([][]shot, len(people))
	for i, p := range people {
		n := 0
		for _, k := range random.Perm(len(p.shots)) {
			s := p.shots[k]
			if n < 3 && s.after[0] != nil && n < len(p.shots)-1 {
				n++
				entries = append(entries, reference.Entry{Identity: p.name, Name: s.path, SHA256: s.path, Faces: []reference.Face{{Embedding: reference.PackVector(s.after[0])}}})
			} else if len(rest[i]) < 6 {
				rest[i] = append(rest[i], s)
			}
		}
	}
	return reference.NewGallery(entries), rest
}

func figures(people, strangers []person, handling int) *tally {
	out := &tally{}
	random := rand.New(rand.NewPCG(1, 1))
	for range rounds {
		g, rest := enrolled(people, random)
		for i, p := range people {
			for _, s := range rest[i] {
				out.probe(g, s.after[handling], p.name)
			}
		}
		for _, p := range strangers {
			for _, k := range random.Perm(len(p.shots))[:min(6, len(p.shots))] {
				out.stranger(g, p.shots[k].after[handling])
			}
		}
	}
	slices.Sort(out.others)
	return out
}

func (c *tally) probe(g *reference.Gallery, v reference.Vector, name string) {
	c.probes++
	if v == nil {
		return
	}
	c.usable++
	ranked := g.Rank(v)
	for _, l := range ranked {
		if l.Person.Identity != name {
			c.others = append(c.others, l.Score)
		} else {
			c.own = append(c.own, l.Score)
			if l.Score < reference.Doubtful {
				c.out++
			}
		}
	}
	switch {
	case ranked[0].Score < reference.Named:
	case len(ranked) > 1 && ranked[0].Score-ranked[1].Score < reference.Apart:
		c.close++
	case ranked[0].Person.Identity == name:
		c.named++
	default:
		c.wrong++
	}
}

func (c *tally) stranger(g *reference.Gallery, v reference.Vector) {
	c.strangers++
	if v == nil {
		return
	}
	ranked := g.Rank(v)
	for _, l := range ranked {
		c.others = append(c.others, l.Score)
	}
	if ranked[0].Score >= reference.Doubtful {
		c.doubted++
	}
	if ranked[0].Score >= reference.Named && (len(ranked) < 2 || ranked[0].Score-ranked[1].Score >= reference.Apart) {
		c.taken++
	}
}

func (c *tally) log(t *testing.T, what string) {
	false_ := len(c.others) - lower(c.others, reference.Named)
	text := fmt.Sprintf("%-60s %5d probes, usable %.3f, named rightly %.4f, wrongly %.4f, too close %.4f; false matches %.5f of %d comparisons", what, c.probes,
		share(c.usable, c.probes), share(c.named, c.probes), share(c.wrong, c.probes), share(c.close, c.probes), share(false_, len(c.others)), len(c.others))
	if c.strangers > 0 {
		text += fmt.Sprintf("; strangers taken for one %.4f of %d, not ruled out %.4f; ruled out wrongly %.4f", share(c.taken, c.strangers), c.strangers,
			share(c.doubted, c.strangers), share(c.out, c.probes))
	}
	for _, rate := range []float64{.001, .0003, .0001} {
		at := c.others[int(float64(len(c.others))*(1-rate))]
		n := 0
		for _, s := range c.own {
			if s >= at {
				n++
			}
		}
		text += fmt.Sprintf("; %.2f %% at %.2f recall %.3f", 100*rate, at, share(n, c.probes))
	}
	t.Log(text)
}

// generated counts the pictures generated after a person that are recognised as that person, with the mean of three photographs enrolled.
func generated(t *testing.T, people []person) {
	random := rand.New(rand.NewPCG(2, 2))
	for _, p := range people {
		if p.generated == nil {
			continue
		}
		c := &tally{}
		for range rounds {
			g, _ := enrolled(people, random)
			for _, s := range p.generated {
				c.probe(g, s.after[0], p.name)
			}
		}
		slices.Sort(c.others)
		c.log(t, "generated after "+p.name)
	}
}

func lower(sorted []float64, v float64) int { i, _ := slices.BinarySearch(sorted, v); return i }

func share(n, of int) float64 { return float64(n) / float64(max(1, of)) }

type group struct {
	name   string
	people []person
}

// corpus returns the identities, those reported apart (tiny crops, folders with other people in them), and photographs of other people.
func corpus(t *testing.T) (people []person, noisy []group, mixed []shot) {
	env := forensics.Env{Models: detectortest.Models(t, face.Networks()...)}
	apart := map[string]int{"server-graduate": 0, "py": 1}
	noisy = []group{{name: "server-graduate"}, {name: "py"}}
	at := func(list *[]person, name string) *person {
		i := slices.IndexFunc(*list, func(p person) bool { return p.name == name })
		if i < 0 {
			i = len(*list)
			*list = append(*list, person{name: name})
		}
		return &(*list)[i]
	}
	for _, r := range detectortest.Rows(t) {
		source, _, _ := strings.Cut(r[3], ":")
		n, bad := apart[source]
		switch {
		case r[1] == "identity" && r[4] == "generated":
			p := at(&people, r[2])
			p.generated = append(p.generated, look(t, env, r[0], 1))
		case r[1] == "identity" && bad:
			p := at(&noisy[n].people, r[2])
			p.shots = append(p.shots, look(t, env, r[0], 1))
		case r[1] == "identity":
			p := at(&people, r[2])
			p.shots = append(p.shots, look(t, env, r[0], len(handlings)))
		case strings.HasPrefix(r[0], "faces_real/cognitive-"): // shows families that are among the identities
		case strings.HasPrefix(r[0], "faces_real/") && r[1] == "synthetic":
			mixed = append(mixed, look(t, env, r[0], 0))
		}
	}
	slices.SortFunc(people, func(a, b person) int { return strings.Compare(a.name, b.name) })
	return people, noisy, mixed
}

// look finds the faces of a picture, after the first so many handlings.
func look(t *testing.T, env forensics.Env, path string, times int) shot {
	s, err := decode.Open(media.Item{Path: media.Path(detectortest.Corpus(t, path))}, media.Plan{Bursts: 1, Length: 1, MaxPixels: 50e6, MaxBytes: 64 << 20})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	f := &s.Frames[0]
	img := f.Crop(image.Rect(0, 0, f.Width, f.Height))
	out := shot{path: path}
	for h := range max(1, times) {
		faces, err := face.InPicture(env, handlings[h].of(img))
		if err != nil {
			t.Fatal(err)
		}
		var first reference.Vector
		if len(faces) > 0 {
			first = faces[0].Vector
		}
		out.after = append(out.after, first)
		for _, f := range faces {
			if h == 0 && f.Vector != nil {
				out.all = append(out.all, f.Vector)
			}
		}
	}
	return out
}
