package reference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// faceOf returns a direction drawn at random, the same for the same number.
func faceOf(n uint64) Vector {
	r := rand.New(rand.NewPCG(n, n))
	v := make(Vector, VectorLength)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v.Unit()
}

// like returns a vector whose cosine to v is about c.
func like(v Vector, c float64, n uint64) Vector {
	noise, out := faceOf(n), make(Vector, VectorLength)
	for i := range out {
		out[i] = float32(c*float64(v[i]) + math.Sqrt(1-c*c)*float64(noise[i]))
	}
	return out.Unit()
}

// photo is an entry with one face.
func photo(identity, name string, v Vector) Entry {
	return Entry{Identity: identity, Name: name, SHA256: name, Faces: []Face{{Box: [4]int{1, 2, 3, 4}, Embedding: PackVector(v)}}}
}

func TestPackedVectorsKeepTheirDirection(t *testing.T) {
	for n := range uint64(50) {
		v := faceOf(n)
		got := UnpackVector(PackVector(v))
		if math.Abs(got.Dot(got)-1) > 1e-6 || got.Dot(v) < .999 {
			t.Errorf("cosine %v, length %v", got.Dot(v), got.Dot(got))
		}
	}
	if UnpackVector(make([]byte, 5)) != nil {
		t.Error("five bytes are no vector")
	}
}

func TestCohortIsWhole(t *testing.T) {
	all := cohort()
	if len(cohortFile)%VectorLength != 0 || len(all) < 200 {
		t.Fatalf("%d bytes", len(cohortFile))
	}
	for i, v := range all {
		if math.Abs(v.Dot(v)-1) > 1e-5 {
			t.Errorf("vector %d has length %v", i, v.Dot(v))
		}
	}
}

func TestTheRightPersonComesFirst(t *testing.T) {
	var entries []Entry
	for who := range uint64(10) {
		for k := range uint64(3) {
			entries = append(entries, photo(fmt.Sprintf("person %d", who), fmt.Sprintf("%d-%d", who, k), like(faceOf(who), .8, 100+10*who+k)))
		}
	}
	g := NewGallery(entries)
	if g.Len() != 10 {
		t.Fatalf("%d people", g.Len())
	}
	for who := range uint64(10) {
		ranked := g.Rank(like(faceOf(who), .8, 500+who))
		if first := ranked[0]; first.Person.Identity != fmt.Sprintf("person %d", who) || first.Score < Named || first.Person.Photos() != 3 || len(ranked) != 10 {
			t.Errorf("%+v", ranked[0])
		}
		if ranked[1].Score >= Named {
			t.Errorf("the second scores %v", ranked[1].Score)
		}
	}
	if l := g.Rank(faceOf(999))[0]; l.Score >= Named {
		t.Errorf("a stranger is named %q with %v", l.Person.Identity, l.Score)
	}
}

// A cohort that is like everybody must not raise anybody's score: what the score counts is how far a likeness stands out.
func TestScoresStandOutFromTheCohort(t *testing.T) {
	c := cohort()
	g := NewGallery([]Entry{photo("cohort", "a", Mean(c)), photo("someone", "b", faceOf(1))})
	typical := like(c[0], .98, 3)
	for _, l := range g.Rank(typical) {
		if l.Person.Identity == "cohort" && l.Score >= Named {
			t.Errorf("a typical face is named after the mean of the cohort: cosine %.2f, score %.2f", l.Cosine, l.Score)
		}
	}
}

func TestNearestShowsEachFileOnce(t *testing.T) {
	v := faceOf(1)
	entries := []Entry{photo("x", "far", like(v, .5, 2)), photo("x", "near", like(v, .95, 3)), photo("x", "near", like(v, .9, 4)), photo("x", "middle", like(v, .7, 5))}
	got := NewGallery(entries).people[0].Nearest(v, 3)
	var names []string
	for _, n := range got {
		names = append(names, n.Entry.Name)
	}
	if strings.Join(names, " ") != "near middle far" {
		t.Error(names)
	}
}

func TestReview(t *testing.T) {
	hash := func(n uint64) []View { return []View{{PDQ: random(rand.New(rand.NewPCG(n, n)))}} }
	a, b := faceOf(1), faceOf(2)
	entries := []Entry{
		photo("a", "1", like(a, .8, 11)), photo("a", "2", like(a, .8, 12)), photo("a", "3", like(a, .8, 13)), photo("a", "other", faceOf(14)),
		photo("b", "1", like(b, .8, 21)), photo("b", "2", like(b, .8, 22)), photo("b again", "3", like(b, .8, 23)),
		{Identity: "c", Name: "crowd", SHA256: "c", NoFace: "5 faces"},
		{Identity: "c", Name: "v.mp4", SHA256: "v", Video: true, NoFace: "no face was found"},
		{Identity: "c", Name: "v.mp4", SHA256: "v", Video: true, Time: 1, Faces: []Face{{Embedding: PackVector(faceOf(9))}}},
	}
	for i := range entries {
		entries[i].SHA256, entries[i].Views = fmt.Sprint(i/9, i), hash(uint64(i))
	}
	entries[5].SHA256 = entries[0].SHA256
	entries[6].Views[0].PDQ = near(rand.New(rand.NewPCG(1, 1)), entries[4].Views[0].PDQ, 10)
	text := strings.Join(Review(entries), "\n")
	for _, want := range []string{
		"no face enrolled: c/crowd: 5 faces", "face left out: a/other: it is unlike the other 3",
		"the same file under two identities: a/1 and b/2", "the same picture under two identities: b/1 and b again/3", `alike: "b" and "b again"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\n") + 1; n != 5 {
		t.Errorf("%d remarks:\n%s", n, text)
	}
	if len(entries[3].Faces) > 0 || entries[3].NoFace == "" {
		t.Errorf("the stranger's face is still there: %+v", entries[3].Faces)
	}
}

func TestAgreeingFacesAreKept(t *testing.T) {
	for n := range uint64(20) {
		entries := []Entry{photo("a", "1", like(faceOf(n), .6, 100+n)), photo("a", "2", like(faceOf(n), .6, 200+n)), photo("a", "3", like(faceOf(n), .6, 300+n))}
		if remarks := Review(entries); remarks != nil {
			t.Error(remarks)
		}
	}
}
