package match

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"slices"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/corona10/goimagehash"
	"github.com/disintegration/imaging"
)

// sameFrame is the distance at which a frame adds nothing to the one before (vPDQ prunes at 2 bits).
const sameFrame = 2

const pictureQuality = 90 // JPEG quality of the picture kept with an entry

// distinctive is the number of keypoints by which a picture is found that is too plain for its hash.
const distinctive = 5 * minInliers

// Describe returns what a pack keeps of a sample: one entry for a picture, one for each distinct frame of a video. Pictures too
// plain to be found again are left out, so that the result may be empty.
func Describe(p *forensics.Pass, identity, name string) ([]reference.Entry, error) {
	var out []reference.Entry
	var before *pdq.Picture
	for _, t := range instants(p) {
		in, frame := t.in(p)
		whole := in.PDQ(frame)
		if before != nil && before.Hash().Distance(whole.Hash()) <= sameFrame {
			continue
		}
		e := reference.Entry{Identity: identity, Name: name, SHA256: p.Item.SHA256, Quality: whole.Quality,
			Video: p.Info.Kind == media.Video, Time: t.Time.Seconds()}
		small := in.Small(frame)
		for _, cut := range slices.Concat(cuts, borders(greyOf(small)), faceCuts(in, frame)) {
			view := whole
			if cut != (reference.Cut{}) {
				view = part(small, inside(small.Rect, cut))
			}
			if view.Comparable() {
				e.Views = append(e.Views, reference.View{Cut: cut, PDQ: view.Hash()})
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: pictureQuality}); err != nil {
			return nil, err
		}
		points, err := keypointsOf(greyOf(small))
		if err != nil {
			return nil, err
		}
		if !whole.Comparable() && len(points) < distinctive {
			continue
		}
		before = whole
		mirrored, err := keypointsOf(greyOf(imaging.FlipH(small)))
		if err != nil {
			return nil, err
		}
		e.Picture, e.Width, e.Height = b.Bytes(), small.Rect.Dx(), small.Rect.Dy()
		e.Keypoints, e.Mirrored = reference.PackKeypoints(points), reference.PackKeypoints(mirrored)
		perceptual, err := goimagehash.PerceptionHash(small)
		if err != nil {
			return nil, fmt.Errorf("64-bit hash: %w", err)
		}
		e.Perceptual = fmt.Sprintf("%016x", perceptual.GetHash())
		out = append(out, e)
	}
	return out, nil
}

// faceCuts are the cuts that leave the surroundings of each face that was found in a frame, so that a face used again in a collage is
// found by its hash.
func faceCuts(p *forensics.Pass, i int) (out []reference.Cut) {
	f := &p.Frames[i]
	w, h := float64(f.Width), float64(f.Height)
	for _, r := range faceSquares(p, i) {
		out = append(out, reference.Cut{float64(r.Min.X) / w, float64(r.Min.Y) / h, 1 - float64(r.Max.X)/w, 1 - float64(r.Max.Y)/h})
	}
	return out
}

// faceSquares are squares of 1.6 times the size of the faces that were found in a frame, those of at least 64 pixels.
func faceSquares(p *forensics.Pass, i int) (out []image.Rectangle) {
	f := &p.Frames[i]
	for _, face := range p.Faces {
		if face.Frame != f.Index {
			continue
		}
		x, y, half := face.Box[0]+face.Box[2]/2, face.Box[1]+face.Box[3]/2, max(face.Box[2], face.Box[3])*8/10
		r := image.Rect(x-half, y-half, x+half, y+half).Intersect(image.Rect(0, 0, f.Width, f.Height))
		if min(r.Dx(), r.Dy()) >= least {
			out = append(out, r)
		}
	}
	return out
}

// inside is what is left of r.
func inside(r image.Rectangle, c reference.Cut) image.Rectangle {
	w, h := float64(r.Dx()), float64(r.Dy())
	return image.Rect(int(c[0]*w), int(c[1]*h), int(w-c[2]*w), int(h-c[3]*h))
}

// borders are the cuts that leave the contents of a picture that has plain borders of its own.
func borders(g *image.Gray) (out []reference.Cut) {
	w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
	for _, r := range contents(g)[1:] {
		out = append(out, reference.Cut{float64(r.Min.X) / w, float64(r.Min.Y) / h, 1 - float64(r.Max.X)/w, 1 - float64(r.Max.Y)/h})
	}
	return out
}
