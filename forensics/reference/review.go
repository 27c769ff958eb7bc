package reference

import (
	"fmt"
	"slices"
)

const (
	duplicate  = 10 // PDQ bits within which two pictures are the same (the tolerance that Meta gives for other decoders)
	stranger   = .1 // mean cosine to the other faces of an identity below which a face is somebody else's
	agreement  = .3 // mean cosine among the other faces from which they can tell
	fewestSeen = 3  // faces of an identity from which one of them can be told to be another's
)

// Review looks over the entries of a pack before it is written. It takes away faces that cannot be those of the identity, and says what a
// person should look at: files without a face to recognise the person by, the same picture twice, identities that look alike.
func Review(entries []Entry) (remarks []string) {
	faces := map[[2]string]bool{} // files in which a face was found: a video needs one in some frame
	for i := range entries {
		e := &entries[i]
		file := [2]string{e.Identity, e.Name}
		faces[file] = faces[file] || len(e.Faces) > 0
	}
	for i := range entries {
		e := &entries[i]
		if file := [2]string{e.Identity, e.Name}; !faces[file] && e.NoFace != "" {
			faces[file] = true // named once
			remarks = append(remarks, fmt.Sprintf("no face enrolled: %s/%s: %s", e.Identity, e.Name, e.NoFace))
		}
	}
	remarks = append(remarks, dropStrangers(entries)...)
	remarks = append(remarks, duplicates(entries)...)
	return append(remarks, lookalikes(NewGallery(entries))...)
}

// dropStrangers takes away the one face that is least like the others of its identity, and again, while that face is somebody else's.
func dropStrangers(entries []Entry) (remarks []string) {
	for _, p := range NewGallery(entries).people {
		faces := slices.Clone(p.Templates)
		for len(faces) >= fewestSeen {
			alike := make([]float64, len(faces)) // mean cosine to the others
			total := 0.
			for i := range faces {
				for k := range faces {
					if i != k {
						alike[i] += faces[i].Vector.Dot(faces[k].Vector) / float64(len(faces)-1)
					}
				}
				total += alike[i]
			}
			worst := slices.Index(alike, slices.Min(alike))
			n := float64(len(faces))
			rest := (total*(n-1) - 2*(n-1)*alike[worst]) / ((n - 1) * (n - 2)) // mean cosine among the others
			if alike[worst] >= stranger || rest < agreement {
				break
			}
			e := faces[worst].Entry
			e.Faces = slices.DeleteFunc(e.Faces, func(f Face) bool { return f.Box == faces[worst].Face.Box })
			e.NoFace = "its face is unlike the other faces of the identity"
			remarks = append(remarks, fmt.Sprintf("face left out: %s/%s: it is unlike the other %d of %q (mean cosine %.2f, theirs %.2f): is it somebody else's?",
				e.Identity, e.Name, len(faces)-1, e.Identity, alike[worst], rest))
			faces = slices.Delete(faces, worst, worst+1)
		}
	}
	return remarks
}

// duplicates names pictures that stand in the pack twice. Frames of one video are not compared with each other.
func duplicates(entries []Entry) (remarks []string) {
	said := map[[2]string]bool{}
	for i := range entries {
		for k := range i {
			a, b := &entries[k], &entries[i]
			pair := [2]string{a.Identity + "/" + a.Name, b.Identity + "/" + b.Name}
			if pair[0] == pair[1] || said[pair] {
				continue
			}
			how := ""
			switch {
			case a.SHA256 == b.SHA256:
				how = "the same file"
			case len(a.Views) > 0 && len(b.Views) > 0 && a.Views[0].PDQ.Distance(b.Views[0].PDQ) <= duplicate:
				how = "the same picture"
			default:
				continue
			}
			said[pair] = true
			if a.Identity != b.Identity {
				how += " under two identities"
			}
			remarks = append(remarks, fmt.Sprintf("%s: %s and %s", how, pair[0], pair[1]))
		}
	}
	return remarks
}

// lookalikes names identities that the program would take for one another.
func lookalikes(g *Gallery) (remarks []string) {
	for i := range g.people {
		for _, l := range g.Rank(g.people[i].mean) {
			if l.Person.Identity > g.people[i].Identity && l.Score >= Named {
				remarks = append(remarks, fmt.Sprintf("alike: %q and %q (score %.1f, a person is named from %.1f): a face may be left unnamed because it fits both; are they one person?",
					g.people[i].Identity, l.Person.Identity, l.Score, Named))
			}
		}
	}
	return remarks
}
