package difference

import (
	"cmp"
	"image"
	"slices"
)

// Region is a connected part of a protected picture that the frame shows altered.
type Region struct {
	Box   image.Rectangle // in pixels of the entry's picture
	Share float64         // of what is compared
	Peak  float64         // largest difference; 1 is the threshold
	Kind  Kind
}

// Kind says what an alteration looks like. It describes, it does not decide.
type Kind string

const (
	Covered    Kind = "covered"    // plain where the original is not: a bar, a box, text on one
	Smoothed   Kind = "smoothed"   // detail is lost, the tone stays
	Recoloured Kind = "recoloured" // the colour changed, the brightness did not
	Replaced   Kind = "replaced"   // other content
)

// In units of what noise.go tolerates.
const (
	seed = 2. // at which a region may start
	grow = .7 // down to which it extends

	bridge    = 3     // windows that a region may jump: letters of one text
	leastArea = 9     // windows
	leastPart = .0015 // of what is compared
)

// regionsOf returns the regions that hold a window of strength 1 or more, largest first; their boxes are in windows. Strength is in units
// of seed.
func regionsOf(windows []window, strength []float64, across, compared int) (out []Region) {
	seen := make([]bool, len(strength))
	down := len(strength) / max(across, 1)
	for i := range strength {
		if seen[i] || strength[i] < 1 {
			continue
		}
		members := []int{i}
		seen[i] = true
		for k := 0; k < len(members); k++ {
			x, y := members[k]%across, members[k]/across
			for v := max(0, y-bridge); v <= min(down-1, y+bridge); v++ {
				for u := max(0, x-bridge); u <= min(across-1, x+bridge); u++ {
					if j := v*across + u; !seen[j] && strength[j] >= grow/seed {
						seen[j] = true
						members = append(members, j)
					}
				}
			}
		}
		if len(members) >= leastArea && float64(len(members)) >= leastPart*float64(compared) {
			out = append(out, regionOf(windows, strength, members, across, compared))
		}
	}
	slices.SortStableFunc(out, func(a, b Region) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

func regionOf(windows []window, strength []float64, members []int, across, compared int) Region {
	r := Region{Share: float64(len(members)) / float64(compared), Kind: kindOf(windows, members)}
	for _, i := range members {
		x, y := i%across, i/across
		r.Box = r.Box.Union(image.Rect(x, y, x+1, y+1))
		r.Peak = max(r.Peak, strength[i])
	}
	return r
}

const (
	plainDeviation = 2.5 // grey levels: windows of less are plain
	plainPart      = .3  // of a region that is plain and of one grey
	dulled         = .5  // of the variance that was expected
	alike          = .4  // correlation with it
	coloured       = 4   // times the difference of luma
)

// kindOf looks at a region's windows. A covering has one grey in many of them.
func kindOf(windows []window, members []int) Kind {
	var greys [33]int
	var luma, chroma, probe, own, agree float64
	plainBefore := 0
	for _, i := range members {
		w := &windows[i]
		if w.probe < plainDeviation {
			greys[int(w.grey/8)]++
		}
		if w.own < plainDeviation {
			plainBefore++
		}
		luma, chroma = luma+sq(w.luma)+sq(w.detail), chroma+sq(w.chroma())
		probe, own, agree = probe+sq(w.probe), own+sq(w.own), agree+w.agree
	}
	n := float64(len(members))
	switch plain := slices.Max(greys[:]); {
	case float64(plain) > plainPart*n && plain > plainBefore:
		return Covered
	case chroma > coloured*luma:
		return Recoloured
	case probe < dulled*own && agree > alike*n:
		return Smoothed
	}
	return Replaced
}

// toEntry turns a box in windows into one in pixels of the entry's picture.
func (c *Comparison) toEntry(r image.Rectangle) image.Rectangle {
	at := func(v, size int) int { return v * cellSide * size / c.ref[0].w }
	return image.Rect(at(r.Min.X, c.width), at(r.Min.Y, c.width), at(r.Max.X+1, c.width), at(r.Max.Y+1, c.width))
}
