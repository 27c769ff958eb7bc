package difference

import (
	"errors"
	"fmt"
	"image"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/models"
)

const (
	leastCovered = .4 // share of a face that a region must cover to have replaced it
	// samePerson is the cosine below which the face in a copy is no longer that of the original: other people's faces reached .35 among 930 pairs,
	// and 2 of 60 copies at half size and JPEG q30 fell below, see TestMeasureSwap.
	samePerson = .4
)

// swapped says, where a region lies over a face that is no longer the one of the original, what speaks for it; otherwise it is empty.
func (c *compared) swapped(p *forensics.Pass, region *[4]int) (string, error) {
	shown, err := face.Embed(p)
	if errors.Is(err, models.ErrMissing) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	over := image.Rect(region[0], region[1], region[0]+region[2], region[1]+region[3])
	for _, f := range shown {
		box := rectangle(f.Face.Box)
		covered := box.Intersect(over)
		if f.Refused != "" || f.Face.Frame != p.Frames[c.frame].Index || float64(covered.Dx()*covered.Dy()) < leastCovered*float64(box.Dx()*box.Dy()) {
			continue
		}
		original, err := pictureOf(c.entry)
		if err != nil {
			return "", err
		}
		genuine, err := face.InPicture(p.Env, original)
		if err != nil {
			return "", err
		}
		for _, g := range genuine {
			middle := rectangle(g.Face.Box)
			x, y := c.Place.Apply(float64(middle.Min.X+middle.Max.X)/2, float64(middle.Min.Y+middle.Max.Y)/2)
			if g.Refused != "" || !image.Pt(int(x), int(y)).In(box) {
				continue
			}
			if same := g.Vector.Dot(f.Vector); same < samePerson {
				return fmt.Sprintf("The face here is not the one of the original: their embeddings agree to %.2f, the same face in a copy to %.2f or more.", same, samePerson), nil
			}
		}
	}
	return "", nil
}

func rectangle(b [4]int) image.Rectangle { return image.Rect(b[0], b[1], b[0]+b[2], b[1]+b[3]) }
