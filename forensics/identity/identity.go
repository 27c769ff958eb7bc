// Package identity recognises protected people by their faces, in pictures and in the frames of videos, and enrols them.
package identity

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"
)

//go:embed validation.json
var validation []byte

// Detector names the protected people that a picture or video shows.
var Detector = forensics.Detector{
	Name:    "identity",
	Version: 2,
	Doc: `Recognises protected people by their faces.
Faces are found by YuNet, aligned by eyes, nose and mouth corners, and turned into 128 numbers by MobileFaceNet (Chen et al. 2018), the mean of
the face and its mirror image. A face is compared with each person's reference faces: the mean of the cosines to their mean and to the nearest one, normalised
symmetrically (S-norm) against a cohort of generated faces, so that one threshold fits everybody. In videos the faces of the examined frames are
gathered into tracks by overlap and likeness, and the best views of a track decide together. A face that two people fit about equally is not named; one that is less like a person than it takes
to be named, and more than most strangers are, is shown beside that person and left open. Small,
blurred and turned faces are refused, with the reason. Twins, strong make-up, decades of age and low resolution defeat it; a face swap shows its donor's face and is meant
to be recognised. Without the model files, and from anything but embeddings, nobody is named.`,
	Accepts:    media.Image | media.Video,
	Triage:     true,
	Models:     face.Networks(),
	Validation: forensics.MustValidation(validation),
	New:        open,
}

// Parameters are what the faces in a pack depend on, and the threshold at which it was reviewed.
func Parameters() map[string]string {
	digests := make([]string, 0, 2)
	for _, name := range face.Networks() {
		m, err := models.Lookup(name)
		if err != nil {
			panic(err) // the manifest is built in
		}
		digests = append(digests, name+" "+m.SHA256[:16])
	}
	return map[string]string{
		"faces":    strings.Join(digests, ", ") + ", aligned to 112x112, mean with the mirror image, 128 signed bytes in 1/256",
		"identity": fmt.Sprintf("named from %g, %g above the next, at %g %% false matches", reference.Named, reference.Apart, 100*reference.FalseMatch),
	}
}

func open(env forensics.Env) (forensics.Run, error) {
	if env.References == nil {
		return refuse("no protected references were given (--refs)"), nil
	}
	people := env.References.People()
	err := face.Ready(env.Models)
	switch {
	case errors.Is(err, models.ErrMissing):
		return refuse("faces cannot be compared: " + strings.ReplaceAll(err.Error(), "\n", "; ")), nil
	case err != nil:
		return nil, err
	case people.Len() == 0:
		return refuse("the references hold no faces: enrol them again with the model files at hand (unmask models fetch, then unmask enroll)"), nil
	}
	return func(p *forensics.Pass) error { return run(p, people) }, nil
}

func refuse(reason string) forensics.Run {
	return func(*forensics.Pass) error { return forensics.NotApplicable("%s", reason) }
}

func run(p *forensics.Pass, people *reference.Gallery) error {
	faces, err := face.Embed(p)
	if err != nil {
		return err
	}
	p.Feature("faces", float64(len(faces)))
	if len(faces) == 0 {
		return forensics.NotApplicable("no face was found")
	}
	usable := slices.DeleteFunc(slices.Clone(faces), func(f face.Embedded) bool { return f.Vector == nil })
	p.Feature("usable", float64(len(usable)))
	var reasons []string
	refused := map[string]int{}
	for _, f := range faces {
		if f.Vector == nil {
			reasons = append(reasons, f.Refused)
			refused[f.Gate]++
		}
	}
	for gate, n := range refused {
		p.Feature("refused_"+gate, float64(n))
	}
	if len(usable) == 0 {
		return forensics.NotApplicable("no face is good enough to be compared: %s", summary(reasons))
	}
	return name(p, people, usable)
}

// summary lists the first distinct reasons.
func summary(reasons []string) string {
	var out []string
	for _, r := range reasons {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	const shown = 3
	if len(out) > shown {
		out = append(out[:shown], fmt.Sprintf("and %d more", len(out)-shown))
	}
	return strings.Join(out, "; ")
}

// sighting is what was seen of one person.
type sighting struct {
	like   reference.Likeness
	next   float64 // score of the next person
	vector reference.Vector
	tracks []track // the best first
}

// name ranks every track and reports one finding for each person.
func name(p *forensics.Pass, people *reference.Gallery, faces []face.Embedded) error {
	var seen []sighting
	ambiguous, best := 0, math.Inf(-1)
	for _, t := range tracks(faces) {
		v := t.vector()
		ranked := people.Rank(v)
		first, next := ranked[0], math.Inf(-1)
		if len(ranked) > 1 {
			next = ranked[1].Score
		}
		best = max(best, first.Score)
		if first.Score < reference.Doubtful {
			continue
		}
		if first.Score >= reference.Named && first.Score-next < reference.Apart {
			ambiguous++
			continue
		}
		i := slices.IndexFunc(seen, func(s sighting) bool { return s.like.Person == first.Person })
		switch {
		case i < 0:
			seen = append(seen, sighting{first, next, v, []track{t}})
		case first.Score > seen[i].like.Score:
			seen[i] = sighting{first, next, v, slices.Insert(seen[i].tracks, 0, t)}
		default:
			seen[i].tracks = append(seen[i].tracks, t)
		}
	}
	p.Feature("best", best)
	p.Feature("ambiguous", float64(ambiguous))
	for _, s := range seen {
		if err := s.report(p); err != nil {
			return err
		}
	}
	return nil
}

// score is .5 at the threshold and 1 far above it.
func (s *sighting) score() float64 { return 1 / (1 + math.Exp(reference.Named-s.like.Score)) }

func (s *sighting) report(p *forensics.Pass) error {
	view := s.tracks[0].best()
	panel, err := panel(p, view, s.like.Person.Nearest(s.vector, shownReferences))
	if err != nil {
		return err
	}
	code := "identity.match"
	if s.like.Score < reference.Named {
		code = "identity.resembles"
	}
	f := forensics.Finding{Code: code, Score: s.score(), Subject: s.like.Person.Identity, Evidence: []forensics.Ref{panel},
		Where: &forensics.Region{Box: &view.Face.Box}}
	where := ""
	if p.Info.Kind == media.Video {
		frames, from, to := 0, math.Inf(1), 0.
		for _, t := range s.tracks {
			for _, v := range t {
				at := frame(p, v.Face.Frame).Time.Seconds()
				frames, from, to = frames+1, min(from, at), max(to, at)
			}
		}
		f.Where.Frame, f.Range = &view.Face.Frame, &forensics.TimeRange{T0: from, T1: to}
		where = fmt.Sprintf(" in %d of the frames examined, between %.1f and %.1f s", frames, from, to)
	}
	next := "nobody else is enrolled"
	if !math.IsInf(s.next, -1) {
		next = fmt.Sprintf("the next person scores %.1f", s.next)
	}
	photos := "1 reference photograph"
	if n := s.like.Person.Photos(); n > 1 {
		photos = fmt.Sprintf("%d reference photographs", n)
	}
	if code == "identity.resembles" {
		f.Text = fmt.Sprintf("A face%s resembles %q from %s, but less than it takes to be named: cosine %.2f, normalised score %.1f (named from %.1f, ruled out below %.2f; "+
			"with 20 people enrolled about 5 in 100 pictures of strangers resemble one of them as much); %s.",
			where, f.Subject, photos, s.like.Cosine, s.like.Score, reference.Named, reference.Doubtful, next)
		p.Report(f)
		return nil
	}
	f.Text = fmt.Sprintf("A face%s is recognised as %q from %s: cosine %.2f, normalised score %.1f (named from %.1f, which %.2g %% of comparisons with other people reached when this was measured); %s.",
		where, f.Subject, photos, s.like.Cosine, s.like.Score, reference.Named, 100*reference.FalseMatch, next)
	p.Report(f)
	return nil
}

func frame(p *forensics.Pass, index int) *media.Frame {
	return &p.Frames[slices.IndexFunc(p.Frames, func(f media.Frame) bool { return f.Index == index })]
}
