package hashset

import (
	"fmt"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
	"unmask/forensics/pdq"
	"unmask/media"
)

// probe is a frame whose hash may be compared.
type probe struct {
	frame   int // position in Sample.Frames
	quality int
	hashes  [8]pdq.Hash
}

// frames returns the frames that have enough detail for their hashes to be compared.
func frames(p *forensics.Pass) []probe {
	var out []probe
	for i := range p.Frames {
		if pic := p.PDQ(i); pic.Comparable() {
			out = append(out, probe{i, pic.Quality, pic.All()})
		}
	}
	return out
}

// lookalike is the frame that comes nearest to an entry of a set.
type lookalike struct {
	probe *probe
	setfile.Near
}

// nearest compares every frame with every PDQ hash of a set. The first of equals counts.
func nearest(s *setfile.Set, probes []probe) (best lookalike, ok bool) {
	radius := pdq.MatchDistance
	for i := range probes {
		if n, found := s.Nearest(&probes[i].hashes, radius); found {
			best, ok = lookalike{&probes[i], n}, true
			if radius = n.Distance - 1; radius < 0 {
				break
			}
		}
	}
	return best, ok
}

func reportLookalike(p *forensics.Pass, s setfile.Given, l lookalike) {
	what, handling, meaning := "The picture", "", ""
	var where *forensics.Region
	if p.Info.Kind == media.Video {
		f := &p.Frames[l.probe.frame]
		what, where = fmt.Sprintf("The frame at %.1f s", f.Time.Seconds()), &forensics.Region{Frame: &f.Index}
	}
	if l.Symmetry != pdq.Identity {
		handling = ", " + l.Symmetry.Inverse().String()
	}
	if s.Kind == setfile.Known {
		meaning = " It may be an edited copy of that one."
	}
	p.Report(forensics.Finding{Code: code(s.Kind), Score: score(l.Distance), Subject: s.Name, Where: where,
		Text: fmt.Sprintf("%s looks like one in %s hash set%s: its PDQ hash differs in %d of 256 bits from a hash in %q (a match is %d or fewer; quality %d of 100). The set holds no pictures, so this is unverified.%s",
			what, kinds[s.Kind], handling, l.Distance, s.Name, pdq.MatchDistance, l.probe.quality, meaning)})
}

// score is .5 at distance 0 and .25 at the greatest distance, as for other matches that rest on a hash alone.
func score(distance int) float64 { return .5 - .25*float64(distance)/pdq.MatchDistance }
