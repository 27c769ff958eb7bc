package difference

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// Comparison is what came of comparing a frame with the protected picture that it shows.
type Comparison struct {
	Place     forensics.Affine // refined: from pixels of the entry's picture to pixels of the frame
	Shown     float64          // share of the protected picture that the frame shows outside plain borders
	Agreement float64          // correlation of detail, median over the windows that have any: 1 for copies, about 0 for other pictures
	Residual  float64          // median difference of luma in grey levels of 256
	Peak      float64          // largest difference anywhere; 1 is the threshold
	Changed   float64          // share of what is compared that lies in regions
	Shift     float64          // pixels of the grid by which detail apart from what differs lies elsewhere, see shiftOf
	Left      float64          // share of what differs that no motion explains, see leftOf; looked for where the rest lies elsewhere, otherwise 1
	Regions   []Region         // altered, largest first

	expected   plane     // luma of the protected picture under the tone of the frame
	ref, probe picture   // on the grid of the comparison: the protected picture, and the frame brought onto it
	inside     []bool    // pixels of the grid that are compared
	strength   []float64 // of the differences of windows, 1 being the threshold
	across     int       // windows in a row
	width      int       // of the entry's picture in pixels
}

// Limits of what is compared.
const (
	leastSide      = 48   // pixels of the shorter side of the comparison
	leastShown     = .10  // of the protected picture
	leastAgreement = .60  // median correlation below which both do not show the same, or the position is wrong
	mostChanged    = .75  // share above which it is another picture rather than an altered one
	textured       = 3    // grey levels of standard deviation from which a window has detail to correlate
	leastTextured  = .005 // share of windows
	leastZoom      = .05  // of the entry's pixels in the frame
	mostZoom       = 64
	blockSide      = 8   // of JPEG in pixels of the frame: as far as a border's edge reaches
	coarseSide     = 280 // pixels of the longer side at or above which alignment works at half size
	realignments   = 3   // around what differs, at most
	closeShift     = .12 // of which nothing is to be gained any more
	mostShift      = .3  // from which on it may be another shot
	leastLeft      = .25 // of the difference below which it is then one: half of other shots had less, no such altered copy
	farShift       = .5  // from which on it is one in any case: 53 of 54 other shots had .49 or more, 2 of 71 copies with a large face replaced or retouched had more
	oversampled    = 1.2 // source pixels under one of the grid from which several are averaged
)

// Convincing reports whether both were brought together so well that differences mean something. In another shot of the same scene something moved
// everywhere, if only by a part of a pixel, and what differs is found again nearby; what was altered leaves the rest where it was.
func (c *Comparison) Convincing() bool {
	moved := len(c.Regions) > 0 && (c.Shift > farShift || c.Shift > mostShift && c.Left < leastLeft)
	return c.Agreement >= leastAgreement && c.Changed <= mostChanged && c.Shown >= leastShown && !moved
}

// Compare looks for regions of a frame that differ from the entry's picture by more than re-encoding, resizing, cropping and changes of
// tone and sharpness explain. The map m puts pixels of the entry's picture into the frame: to within a few of its pixels where exact,
// otherwise to within some per cent of a side. It returns an error where the entry has no readable picture or too little of it is shown.
func Compare(frame *media.Frame, e *reference.Entry, m forensics.Affine, exact bool) (Comparison, error) {
	original, err := pictureOf(e)
	if err != nil {
		return Comparison{}, err
	}
	z := zoom(m)
	if !(z >= leastZoom && z <= mostZoom) {
		return Comparison{}, fmt.Errorf("the protected picture is shown at %.3g times its size; from %g to %d times can be compared", z, leastZoom, mostZoom)
	}
	w, h := int(math.Round(min(1, z)*float64(e.Width))), int(math.Round(min(1, z)*float64(e.Height)))
	if min(w, h) < leastSide {
		return Comparison{}, fmt.Errorf("shown too small to compare: %d x %d pixels, at least %d needed", w, h, leastSide)
	}
	small := imaging.Clone(original)
	if w != e.Width || h != e.Height {
		small = imaging.Resize(original, w, h, imaging.Linear)
	}
	c := Comparison{ref: fromImage(small), width: e.Width}
	toEntry := scaling(float64(e.Width)/float64(w), float64(e.Height)/float64(h))
	n := int(max(1, z))
	source := reduced(frame, n)
	bounds := source.content(1 + blockSide/n)
	place := c.bring(source, bounds, after(scaling(1/float64(n), 1/float64(n)), after(m, toEntry)), exact)
	if c.Shown < leastShown {
		return c, fmt.Errorf("the frame shows only %.0f %% of the protected picture; at least %.0f %% are needed", 100*c.Shown, 100*leastShown)
	}
	if err := c.differ(); err != nil {
		return c, err
	}
	for range realignments {
		if len(c.Regions) == 0 || c.Shift <= closeShift {
			break
		}
		again := Comparison{ref: c.ref, width: c.width}
		moved := again.sampled(source, bounds, after(place, align(c.ref.luma(), c.probe.luma(), c.unaltered(), false)))
		if again.Shown < leastShown || again.differ() != nil || again.Shift >= c.Shift {
			break
		}
		c, place = again, moved
	}
	if c.Left = 1; len(c.Regions) > 0 && c.Shift > mostShift {
		c.Left = leftOf(c.expected, c.probe.luma(), c.inside, c.strength, c.across)
	}
	c.Place = after(scaling(float64(n), float64(n)), after(place, inverse(toEntry)))
	return c, nil
}

// unaltered marks the pixels that are compared and lie outside the windows that differ: a large alteration draws the alignment to itself.
func (c *Comparison) unaltered() []bool {
	out := slices.Clone(c.inside)
	for i, s := range c.strength {
		if s < grow/seed {
			continue
		}
		x, y := i%c.across*cellSide, i/c.across*cellSide
		for v := y; v < y+2*cellSide; v++ {
			for u := x; u < x+2*cellSide; u++ {
				out[v*c.ref[0].w+u] = false
			}
		}
	}
	return out
}

// pictureOf decodes the picture kept with an entry.
func pictureOf(e *reference.Entry) (image.Image, error) {
	if len(e.Picture) == 0 {
		return nil, errors.New("the pack holds no pictures to compare with; enroll without --hash-only")
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(e.Picture))
	if err == nil && (size.Width != e.Width || size.Height != e.Height || max(size.Width, size.Height) > reference.PictureSide) {
		err = fmt.Errorf("it is %d x %d pixels, not %d x %d", size.Width, size.Height, e.Width, e.Height)
	}
	var img image.Image
	if err == nil {
		img, err = jpeg.Decode(bytes.NewReader(e.Picture))
	}
	if err != nil {
		return nil, fmt.Errorf("the pack's picture of %s/%s cannot be read: %w; enroll again", e.Identity, e.Name, err)
	}
	return img, nil
}

// bring aligns the source, a reduced frame, with the grid of the comparison and samples it there. It returns the refined map.
func (c *Comparison) bring(source picture, bounds image.Rectangle, place forensics.Affine, exact bool) forensics.Affine {
	coarse, k := c.ref.luma(), 1.
	if max(coarse.w, coarse.h) >= coarseSide && min(coarse.w, coarse.h) >= 2*leastSide {
		coarse, k = coarse.half(), 2
	}
	start := after(place, scaling(k, k))
	probe, inside := warp([]plane{source.luma()}, bounds, start, coarse.w, coarse.h, taps(start))
	fine := align(coarse, probe[0], inside, !exact)
	place = after(after(start, fine), scaling(1/k, 1/k))
	return c.sampled(source, bounds, place)
}

// sampled samples the source on the grid of the comparison where the map, which it returns, puts it.
func (c *Comparison) sampled(source picture, bounds image.Rectangle, place forensics.Affine) forensics.Affine {
	planes, inside := warp(source[:], bounds, place, c.ref[0].w, c.ref[0].h, taps(place))
	c.probe, c.inside = picture(planes), inside
	for _, in := range c.inside {
		if in {
			c.Shown += 1 / float64(len(c.inside))
		}
	}
	return place
}

// taps is how many samples a side warp must average under m.
func taps(m forensics.Affine) int {
	return int(math.Ceil(zoom(m) / oversampled))
}

// differ measures the differences and finds the regions.
func (c *Comparison) differ() error {
	t, ok := toneOf(c.ref, c.probe, c.inside)
	if !ok {
		return errors.New("too little of the protected picture is shown to match its colours")
	}
	expected := t.apply(c.ref)
	c.expected = expected.luma()
	known := newPicture(c.ref[0].w, c.ref[0].h) // the probe, and what is expected where it shows nothing
	for ch := range known {
		for i, in := range c.inside {
			known[ch].v[i] = expected[ch].v[i]
			if in {
				known[ch].v[i] = c.probe[ch].v[i]
			}
		}
	}
	windows, across, down := windowsOf(c.ref, expected, known, c.inside)
	c.across, c.strength = across, significance(windows, across, down)
	var agree, residual []float64
	compared := 0
	for i := range windows {
		w := &windows[i]
		if !w.ok {
			continue
		}
		compared++
		c.Peak = max(c.Peak, c.strength[i])
		residual = append(residual, math.Abs(w.luma))
		if w.own >= textured {
			agree = append(agree, w.agree)
		}
	}
	c.Residual = median(residual)
	c.Shift = shiftOf(windows, c.strength, across)
	if float64(len(agree)) >= leastTextured*float64(len(windows)) {
		c.Agreement = median(agree)
	}
	c.Regions = regionsOf(windows, c.strength, across, compared)
	for i := range c.Regions {
		r := &c.Regions[i]
		c.Changed += r.Share
		r.Box = c.toEntry(r.Box)
	}
	return nil
}
