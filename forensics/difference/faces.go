package difference

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/models"

	"github.com/disintegration/imaging"
)

const (
	leastCovered = .4 // share of a face that a region must cover to have to do with it
	// samePerson is the cosine below which the face in a copy is no longer that of the original: other people's faces reached .35 among 930 pairs,
	// and 2 of 60 copies at half size and JPEG q30 fell below, see TestMeasureSwap.
	samePerson = .4
	// movedGain is by how much the correlation with the original's face has to grow as the face is looked for nearby rather than where the original's
	// lay. 234 of 244 stills from another moment of a film had more, none of 168 faces replaced, and 5 of 1352 altered copies, see TestMeasureMoments.
	movedGain = .03
	faceReach = 5 // pixels of an aligned face, in which the eyes lie 35 apart
)

// pair is a face of the frame over which regions lie, and the face of the protected picture that is most like it or lay in its place.
type pair struct {
	box           image.Rectangle // in the frame
	same          float64         // cosine of the embeddings
	still, nearby float64         // correlation with the original's face of what lies in its place, and the best nearby or at the landmarks of the frame's face
}

// moved reports whether it is the same person, who moved: an altered face lies where it lay.
func (f *pair) moved() bool { return f.same >= samePerson && f.nearby > f.still+movedGain }

// pairFaces looks at the faces of the frame where regions differ. Without the networks there are none.
func (c *compared) pairFaces(p *forensics.Pass) error {
	if len(c.Regions) == 0 || !c.Convincing() {
		return nil
	}
	shown, err := face.Embed(p)
	if errors.Is(err, models.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	shown = slices.DeleteFunc(slices.Clone(shown), func(f face.Embedded) bool {
		return f.Refused != "" || f.Face.Frame != c.frame.Index || !c.over(rectangle(f.Face.Box))
	})
	if len(shown) == 0 {
		return nil
	}
	original, err := pictureOf(c.entry)
	if err != nil {
		return err
	}
	genuine, err := face.InPicture(p.Env, original)
	if err != nil {
		return err
	}
	for _, f := range shown {
		var best *pair
		for _, g := range genuine {
			found := pair{box: rectangle(f.Face.Box), same: g.Vector.Dot(f.Vector)}
			if g.Refused == "" && (found.same >= samePerson || c.put(centre(g.Face)).In(found.box)) && (best == nil || found.same > best.same) {
				found.still, found.nearby = c.likeness(original, g.Face, f.Face)
				best = &found
			}
		}
		if best != nil {
			c.faces = append(c.faces, *best)
		}
	}
	return nil
}

// likeness correlates the face g of the original with what lies in its place in the frame, and with what lies nearby or is the face f of the frame.
func (c *compared) likeness(original image.Image, g, f forensics.Face) (still, nearby float64) {
	marks := face.Points(g)
	was, _ := face.Align(face.FrameOf(original), marks)
	for i, m := range marks {
		marks[i][0], marks[i][1] = c.Place.Apply(m[0], m[1])
	}
	if c.mirrored() {
		marks = [5]forensics.Point{marks[1], marks[0], marks[2], marks[4], marks[3]}
		was = imaging.FlipH(was)
	}
	there, _ := face.Align(c.frame, marks)
	is, _ := face.Align(c.frame, face.Points(f))
	p := fromImage(was).luma()
	for i, q := range []plane{fromImage(there).luma(), fromImage(is).luma()} {
		for dy := -faceReach; dy <= faceReach; dy++ {
			for dx := -faceReach; dx <= faceReach; dx++ {
				v := correlation(p, q, dx, dy)
				nearby = max(nearby, v)
				if i == 0 && dx == 0 && dy == 0 {
					still = v
				}
			}
		}
	}
	return still, nearby
}

// correlation of the middle of one aligned face with what is shifted in another.
func correlation(p, q plane, dx, dy int) float64 {
	var n, sp, sq, pp, qq, pq float64
	for y := p.h / 6; y < p.h-faceReach; y++ {
		for x := p.w / 8; x < p.w*7/8; x++ {
			u, v := float64(p.v[y*p.w+x]), float64(q.v[(y+dy)*q.w+x+dx])
			n, sp, sq, pp, qq, pq = n+1, sp+u, sq+v, pp+u*u, qq+v*v, pq+u*v
		}
	}
	return (pq - sp*sq/n) / math.Sqrt((pp-sp*sp/n)*(qq-sq*sq/n)+1e-9)
}

// put is where a point of the protected picture lies in the frame.
func (c *compared) put(p image.Point) image.Point {
	x, y := c.Place.Apply(float64(p.X), float64(p.Y))
	return image.Pt(int(x), int(y))
}

func centre(f forensics.Face) image.Point {
	return image.Pt(f.Box[0]+f.Box[2]/2, f.Box[1]+f.Box[3]/2)
}

// over reports whether some region lies over a face.
func (c *compared) over(face image.Rectangle) bool {
	return slices.ContainsFunc(c.Regions, func(r Region) bool { return covers(rectangle(*c.inFrame(r.Box)), face) })
}

func covers(region, face image.Rectangle) bool {
	covered := face.Intersect(region)
	return float64(covered.Dx()*covered.Dy()) >= leastCovered*float64(face.Dx()*face.Dy())
}

// swapped says, where a region lies over a face that is no longer the one of the original, what speaks for it; otherwise it is empty.
func (c *compared) swapped(region *[4]int) string {
	for _, f := range c.faces {
		if f.same < samePerson && covers(rectangle(*region), f.box) {
			return fmt.Sprintf("The face here is not the one of the original: their embeddings agree to %.2f, the same face in a copy to %.2f or more.", f.same, samePerson)
		}
	}
	return ""
}

func rectangle(b [4]int) image.Rectangle { return image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3]) }
