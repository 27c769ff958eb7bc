package match

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"strconv"

	"unmask/forensics"
	"unmask/forensics/pdq"
	"unmask/forensics/reference"

	"github.com/disintegration/imaging"
)

const (
	minVotes   = 5   // keypoints that look the same before a protected picture is looked at more closely
	minInliers = 12  // keypoints that must lie as in the original
	minAgree   = .47 // least share of the original's detail that is the same: copies keep more, other faces in the same pose reach .44, other shots of a scene less, see TestMeasure
	minShown   = .15 // least share of the original that is shown
	mostShown  = .5  // share from which on it counts as the picture; with less in view, both may be parts of a third
	likeBits   = 10  // of 64 bits: from here on a perceptual hash is a hint
	maxLooks   = 12  // protected pictures looked at more closely for one frame
)

// sighting is a protected picture that was found in a frame.
type sighting struct {
	entry   *reference.Entry
	hash    *hashed // nil where no hash is near
	inliers int     // keypoints that confirm the position; 0 where the hash alone gives it
	agree   float64 // share of the detail of the original that is the same, 0..1; 0 where the pack holds no picture
	shown   float64 // share of the original that is inside the frame
	place   forensics.Placement
}

// hashed is a hash of the frame, or of a content of it, near one of a protected picture.
type hashed struct {
	reference.Match
	content image.Rectangle // of the reduced frame
	quality int
}

// verified tells whether pixels confirm what the hash or the keypoints suggest.
func (s *sighting) verified() bool { return s.agree > 0 }

// look finds the protected pictures in a frame, surest first. Content, where it is not empty, is where the picture lies in every frame of
// a clip. Refuted counts hashes that are near while the pictures are not the same.
func look(p *forensics.Pass, frame int, refs *reference.Set, content image.Rectangle) (found []sighting, refuted int, err error) {
	small := p.Small(frame)
	grey := greyOf(small)
	near := nearHashes(p, frame, refs, grey, content)
	points, err := keypointsOf(grey)
	if err != nil {
		return nil, 0, err
	}
	v := view{grey, points, frame, float64(p.Frames[frame].Width) / float64(small.Rect.Dx())}
	seen := map[source]bool{}
	for i := range near[:min(len(near), maxLooks)] {
		h := &near[i]
		if seen[sourceOf(h.Entry)] {
			continue
		}
		s, ok, err := v.locate(reference.Candidate{Entry: h.Entry, Mirrored: h.Symmetry.Mirrors()})
		if err == nil && !ok {
			s, ok, err = v.trust(h)
		}
		if err != nil {
			return nil, 0, err
		}
		if s.hash = h; ok {
			found, seen[sourceOf(h.Entry)] = append(found, s), true
		} else {
			refuted++
		}
	}
	candidates := refs.Sharing(points, minVotes, maxLooks)
	if frame == 0 && p.Hashes != nil {
		perceptual, err := strconv.ParseUint(p.Hashes.Perceptual, 16, 64)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range refs.Like(perceptual, likeBits, maxLooks) {
			candidates = append(candidates, reference.Candidate{Entry: e})
		}
	}
	for _, c := range candidates {
		if seen[sourceOf(c.Entry)] {
			continue
		}
		s, ok, err := v.locate(c)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			found, seen[sourceOf(c.Entry)] = append(found, s), true
		}
	}
	slices.SortStableFunc(found, func(a, b sighting) int { return cmp.Compare(b.score(), a.score()) })
	return found, refuted, nil
}

// source names the file that an entry was made of.
type source struct{ identity, name string }

func sourceOf(e *reference.Entry) source { return source{e.Identity, e.Name} }

// nearHashes searches the hashes of the frame and of its contents, nearest first, each entry once.
func nearHashes(p *forensics.Pass, frame int, refs *reference.Set, grey *image.Gray, content image.Rectangle) (out []hashed) {
	rects := contents(grey)
	if !content.Empty() {
		rects = append(rects[:1], content)
	}
	scale := float64(p.Frames[frame].Width) / float64(grey.Rect.Dx())
	for _, r := range faceSquares(p, frame) {
		rects = append(rects, image.Rect(int(float64(r.Min.X)/scale), int(float64(r.Min.Y)/scale), int(float64(r.Max.X)/scale), int(float64(r.Max.Y)/scale)))
	}
	for i, r := range rects {
		probe := p.PDQ(frame)
		if i > 0 {
			probe = part(p.Small(frame), r)
		}
		if !probe.Comparable() {
			continue
		}
		all := probe.All()
		for _, m := range refs.Search(&all, pdq.MatchDistance) {
			h := hashed{m, r, probe.Quality}
			at := 0
			for at < len(out) && out[at].Entry != m.Entry {
				at++
			}
			if at == len(out) {
				out = append(out, h)
			} else if m.Distance < out[at].Distance {
				out[at] = h
			}
		}
	}
	slices.SortStableFunc(out, func(a, b hashed) int { return cmp.Compare(a.Distance, b.Distance) })
	return out
}

// part hashes a part of a reduced frame.
func part(small *image.NRGBA, r image.Rectangle) *pdq.Picture {
	pix := make([]byte, 0, 3*r.Dx()*r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := small.Pix[small.PixOffset(r.Min.X, y):]
		for x := range r.Dx() {
			pix = append(pix, row[4*x+2], row[4*x+1], row[4*x])
		}
	}
	return pdq.Of(pix, r.Dx(), r.Dy())
}

// view is a reduced frame with its keypoints.
type view struct {
	grey   *image.Gray
	points []reference.Keypoint
	frame  int
	scale  float64 // pixels of the frame to one of the reduced frame
}

// trust places an entry where a near hash has it. A pack that holds no pictures leaves it unverified.
func (v view) trust(h *hashed) (s sighting, ok bool, err error) {
	m := h.affine()
	s = sighting{entry: h.Entry, place: v.placement(h.Entry, m, false)}
	if len(h.Entry.Picture) == 0 {
		return s, true, nil
	}
	original, err := pictureOf(h.Entry)
	if err != nil {
		return s, false, err
	}
	s.agree, s.shown = agreement(v.grey, original, m)
	return s, s.agree >= minAgree, nil
}

// locate looks for a candidate by its keypoints.
func (v view) locate(c reference.Candidate) (s sighting, ok bool, err error) {
	e := c.Entry
	if len(e.Picture) == 0 {
		return s, false, nil
	}
	similar, in := align(pairs(v.points, e.Points(c.Mirrored)), tolerance/enlarged(v.grey))
	if len(in) < minInliers {
		return s, false, nil
	}
	original, err := pictureOf(e)
	if err != nil {
		return s, false, err
	}
	m := similar.affine()
	if c.Mirrored { // from the entry's mirror image to the entry
		m[2], m[5] = m[2]+m[0]*float64(e.Width), m[5]+m[3]*float64(e.Width)
		m[0], m[3] = -m[0], -m[3]
	}
	s = sighting{entry: e, inliers: len(in), place: v.placement(e, m, true)}
	s.agree, s.shown = agreement(v.grey, original, m)
	return s, s.agree >= minAgree && s.shown >= minShown, nil
}

// placement turns a map onto the reduced frame into one onto the frame.
func (v view) placement(e *reference.Entry, m forensics.Affine, exact bool) forensics.Placement {
	for i := range m {
		m[i] *= v.scale
	}
	return forensics.Placement{Entry: e, Frame: v.frame, Map: m, Exact: exact}
}

// affine is where the entry lies in the reduced frame, as the hash has it.
func (h *hashed) affine() forensics.Affine {
	w, ht, c := float64(h.Entry.Width), float64(h.Entry.Height), h.Cut
	// from the entry's pixels to the unit square of the view
	sx, sy := 1/(w*(1-c[0]-c[2])), 1/(ht*(1-c[1]-c[3]))
	ox, oy := -c[0]*w*sx, -c[1]*ht*sy
	unit := unitMap(h.Symmetry.Inverse()) // to the unit square of the content
	cw, ch := float64(h.content.Dx()), float64(h.content.Dy())
	return forensics.Affine{
		cw * unit[0] * sx, cw * unit[1] * sy, float64(h.content.Min.X) + cw*(unit[0]*ox+unit[1]*oy+unit[2]),
		ch * unit[3] * sx, ch * unit[4] * sy, float64(h.content.Min.Y) + ch*(unit[3]*ox+unit[4]*oy+unit[5]),
	}
}

// unitMap is what a symmetry does to the points of the unit square.
func unitMap(s pdq.Symmetry) forensics.Affine {
	return [8]forensics.Affine{
		pdq.Identity:         {1, 0, 0, 0, 1, 0},
		pdq.Rotate90:         {0, 1, 0, -1, 0, 1},
		pdq.Rotate180:        {-1, 0, 1, 0, -1, 1},
		pdq.Rotate270:        {0, -1, 1, 1, 0, 0},
		pdq.MirrorVertical:   {1, 0, 0, 0, -1, 1},
		pdq.MirrorHorizontal: {-1, 0, 1, 0, 1, 0},
		pdq.Transpose:        {0, 1, 0, 1, 0, 0},
		pdq.AntiTranspose:    {0, -1, 1, -1, 0, 1},
	}[s]
}

// pictureOf decodes the grey picture that a pack keeps of an entry.
func pictureOf(e *reference.Entry) (*image.Gray, error) {
	img, err := jpeg.Decode(bytes.NewReader(e.Picture))
	if err != nil || img.Bounds() != image.Rect(0, 0, e.Width, e.Height) {
		return nil, fmt.Errorf("picture of reference %s/%s: not the %dx%d JPEG that the pack promises", e.Identity, e.Name, e.Width, e.Height)
	}
	if c, ok := img.(*image.YCbCr); ok { // its luma is Rec. 601, as greyOf's
		return &image.Gray{Pix: c.Y, Stride: c.YStride, Rect: c.Rect}, nil
	}
	return greyOf(imaging.Clone(img)), nil
}
