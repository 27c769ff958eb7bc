package reference

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
)

// Face is the face of the protected person in the picture of an entry.
type Face struct {
	Box       [4]int        `json:"box"`       // x, y, width, height in pixels of the picture
	Landmarks [5][2]float64 `json:"landmarks"` // right eye, left eye, nose, right and left mouth corner of the person shown, in pixels of the picture
	InterEye  float64       `json:"inter_eye"` // pixels between the eyes in the file that was enrolled
	Embedding []byte        `json:"embedding"` // in the form of PackVector
}

// Template is one face of a person.
type Template struct {
	Entry  *Entry
	Face   *Face
	Vector Vector
}

// Person is a protected identity with all faces enrolled for it.
type Person struct {
	Identity  string
	Templates []Template
	mean      Vector
	cohort    spread // of the person's likeness to the cohort
}

// Photos is the number of files that the person's faces come from.
func (p *Person) Photos() int {
	files := map[string]bool{}
	for _, t := range p.Templates {
		files[t.Entry.SHA256] = true
	}
	return len(files)
}

// Nearest returns up to n of the person's faces, those most like a face first, no two from one file.
func (p *Person) Nearest(v Vector, n int) []Template {
	all := slices.Clone(p.Templates)
	slices.SortStableFunc(all, func(a, b Template) int { return cmp.Compare(b.Vector.Dot(v), a.Vector.Dot(v)) })
	var out []Template
	for _, t := range all {
		if len(out) < n && !slices.ContainsFunc(out, func(o Template) bool { return o.Entry.SHA256 == t.Entry.SHA256 }) {
			out = append(out, t)
		}
	}
	return out
}

// cosine is the likeness of a face to the person: half of it to the mean of the person's faces, half to the nearest.
func (p *Person) cosine(v Vector) float64 {
	nearest := -1.
	for _, t := range p.Templates {
		nearest = max(nearest, t.Vector.Dot(v))
	}
	return (p.mean.Dot(v) + nearest) / 2
}

// What a Likeness means. Named is where .01 % of the comparisons with other people in one half of the corpus' identities end; FalseMatch is the
// share in both halves together. Below Doubtful are 1.7 % of the photographs of an enrolled person and 95 % of those of others, with 20 people enrolled.
// See forensics/identity/validation.json.
const (
	Named      = 4.4   // score from which a face is named
	Doubtful   = 3.75  // score from which it is not ruled out
	Apart      = 1.    // by which the score must lie above that of the next person
	FalseMatch = .0003 // share of comparisons with somebody else that reach Named
)

// Likeness says how much a face looks like a person.
type Likeness struct {
	Person *Person
	Cosine float64 // -1..1
	Score  float64 // standard deviations above the likeness of strangers, of the face to a cohort and of the cohort to the person
}

// Gallery is all protected people of a run. It is read-only once made.
type Gallery struct {
	people []Person
	cohort []Vector
}

// People returns the persons whose faces the entries hold.
func (s *Set) People() *Gallery { return NewGallery(s.entries) }

// NewGallery gathers the faces of entries by identity. Entries whose embedding has another length are passed over.
func NewGallery(entries []Entry) *Gallery {
	g := &Gallery{cohort: cohort()}
	at := map[string]int{}
	for i := range entries {
		e := &entries[i]
		for k := range e.Faces {
			v := UnpackVector(e.Faces[k].Embedding)
			if v == nil {
				continue
			}
			n, ok := at[e.Identity]
			if !ok {
				n = len(g.people)
				at[e.Identity] = n
				g.people = append(g.people, Person{Identity: e.Identity})
			}
			g.people[n].Templates = append(g.people[n].Templates, Template{e, &e.Faces[k], v})
		}
	}
	slices.SortFunc(g.people, func(a, b Person) int { return cmp.Compare(a.Identity, b.Identity) })
	for i := range g.people {
		p := &g.people[i]
		vs := make([]Vector, len(p.Templates))
		for k, t := range p.Templates {
			vs[k] = t.Vector
		}
		p.mean = Mean(vs)
		p.cohort = spreadOf(g.cohort, p.cosine)
	}
	return g
}

// Len is the number of persons with a face.
func (g *Gallery) Len() int { return len(g.people) }

// Rank compares a face with every person, the likest first. Its scores are symmetrically normalised (Kenny, "Bayesian speaker
// verification with heavy-tailed priors", Odyssey 2010): the same score means the same for every person and for sharp and poor
// pictures. The cohort is of generated faces, so that no real person's features are part of the program.
func (g *Gallery) Rank(v Vector) []Likeness {
	probe := spreadOf(g.cohort, v.Dot)
	out := make([]Likeness, len(g.people))
	for i := range g.people {
		p := &g.people[i]
		c := p.cosine(v)
		out[i] = Likeness{p, c, math.Round(50*(probe.above(c)+p.cohort.above(c))) / 100} // finer would differ between processors
	}
	slices.SortStableFunc(out, func(a, b Likeness) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// spread is the distribution of likenesses to the cohort.
type spread struct{ mean, deviation float64 }

func spreadOf(cohort []Vector, cosine func(Vector) float64) spread {
	var sum, squares float64
	for _, c := range cohort {
		v := cosine(c)
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(cohort))
	return spread{sum / n, math.Sqrt(max(1e-6, squares/n-(sum/n)*(sum/n)))}
}

func (s spread) above(v float64) float64 { return (v - s.mean) / s.deviation }

// cohortFile holds embeddings in the form of PackVector, one after the other; TestCohort in forensics/face makes it.
//
//go:embed cohort.bin
var cohortFile []byte

func cohort() []Vector {
	out := make([]Vector, 0, len(cohortFile)/VectorLength)
	for c := range slices.Chunk(cohortFile, VectorLength) {
		out = append(out, UnpackVector(c))
	}
	return out
}
