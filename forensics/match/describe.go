package match

import (
	"bytes"
	"image"
	"image/jpeg"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"
	"unmask/media"
)

// sameFrame is the distance at which a frame adds nothing to the one before (vPDQ prunes at 2 bits).
const sameFrame = 2

const pictureQuality = 90 // JPEG quality of the picture kept with an entry

// Describe returns what a pack keeps of a sample: one entry for a picture, one for each distinct frame of a video. Entries of
// pictures too plain to be compared are left out, so that the result may be empty.
func Describe(p *forensics.Pass, identity, name string) ([]reference.Entry, error) {
	var out []reference.Entry
	var before *pdq.Picture
	for i := range p.Frames {
		f, whole := &p.Frames[i], p.PDQ(i)
		if !whole.Comparable() || before != nil && before.Hash().Distance(whole.Hash()) <= sameFrame {
			continue
		}
		before = whole
		e := reference.Entry{Identity: identity, Name: name, SHA256: p.Item.SHA256, Quality: whole.Quality,
			Video: p.Info.Kind == media.Video, Time: f.Time.Seconds()}
		for _, share := range crops {
			view := whole
			if share > 0 {
				view = cropped(f, share)
			}
			if view.Comparable() {
				e.Views = append(e.Views, reference.View{Crop: share, PDQ: view.Hash()})
			}
		}
		small := p.Small(i)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: pictureQuality}); err != nil {
			return nil, err
		}
		points, err := keypointsOf(greyOf(small))
		if err != nil {
			return nil, err
		}
		e.Picture, e.Width, e.Height, e.Keypoints = b.Bytes(), small.Rect.Dx(), small.Rect.Dy(), reference.PackKeypoints(points)
		out = append(out, e)
	}
	return out, nil
}

// cropped hashes a frame without the given share at each side.
func cropped(f *media.Frame, share float64) *pdq.Picture {
	dx, dy := int(share*float64(f.Width)), int(share*float64(f.Height))
	r := image.Rect(dx, dy, f.Width-dx, f.Height-dy)
	pix := make([]byte, 0, 3*r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		pix = append(pix, f.Pix[3*(y*f.Width+r.Min.X):3*(y*f.Width+r.Max.X)]...)
	}
	return pdq.Of(pix, r.Dx(), r.Dy())
}
