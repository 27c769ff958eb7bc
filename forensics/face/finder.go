package face

import (
	"cmp"
	"embed"
	"fmt"
	"math"
	"path"
	"slices"
	"sync"

	"unmask/forensics"
	"unmask/media"
	"unmask/models"

	pigo "github.com/esimov/pigo/core"
)

//go:embed all:cascade
var cascades embed.FS

// Finder finds faces with pigo's cascades. It is read only: any number of goroutines may use one.
type Finder struct {
	faces              *pigo.Pigo
	pupil, mouth, nose *regressor
}

// Models names the cascades in models/manifest.json.
func Models() []string {
	return []string{"pigo/facefinder", "pigo/puploc", "pigo/lp84", "pigo/lp93"}
}

// load unpacks the cascades once for the process.
var load = sync.OnceValues(func() (*Finder, error) {
	packed := map[string][]byte{}
	for _, model := range Models() {
		name := path.Base(model)
		data, err := cascades.ReadFile("cascade/" + name)
		if err != nil {
			return nil, fmt.Errorf("the face cascades were not built in: run `make build`, which copies them to forensics/face/cascade (%w)", err)
		}
		if err := models.Check(model, data); err != nil {
			return nil, err
		}
		packed[name] = data
	}
	var f Finder
	var err error
	if f.faces, err = pigo.NewPigo().Unpack(packed["facefinder"]); err != nil {
		return nil, fmt.Errorf("face cascade: %w", err)
	}
	for _, c := range []struct {
		name string
		to   **regressor
	}{{"puploc", &f.pupil}, {"lp84", &f.mouth}, {"lp93", &f.nose}} {
		if *c.to, err = parseRegressor(packed[c.name]); err != nil {
			return nil, fmt.Errorf("face cascade %s: %w", c.name, err)
		}
	}
	return &f, nil
})

// Load returns the finder of this process. Its error says that the cascades were not built in.
func Load() (*Finder, error) { return load() }

// How the picture is searched. Measured on the labelled corpus: see TestMeasure.
const (
	side      = 640 // longer side in pixels of the picture that is searched
	smallest  = 32  // side of the smallest face looked for, in pixels of that picture
	shift     = .1  // step of the window, as a share of its side
	growth    = 1.1 // of the window from one size to the next
	margin    = .3  // of the shorter side, repeated border around the picture when large faces are looked for: tight crops
	large     = .25 // of the shorter side: from here on a face is large
	overlap   = .2  // intersection over union from which two windows show one face
	threshold = 8   // sum of pigo's Q over the windows of one face
	most      = 64  // faces kept of a frame
)

// window is a place where the cascade sees a face: centre and side in pixels, and pigo's Q.
type window struct{ x, y, side, q float64 }

// Find returns the faces in a frame, the largest first, at most 64 of them.
func (f *Finder) Find(frame *media.Frame) []forensics.Face {
	g, scale := reduced(frame)
	var out []forensics.Face
	for _, w := range f.windows(&g) {
		if face, ok := f.describe(&g, w, scale); ok {
			face.Frame = frame.Index
			out = append(out, face)
		}
	}
	slices.SortStableFunc(out, func(a, b forensics.Face) int { return cmp.Compare(b.Box[2]*b.Box[3], a.Box[2]*a.Box[3]) })
	return out
}

// refined returns faces with the landmarks that the cascades find from where the eyes are said to be.
func (f *Finder) refined(faces []forensics.Face, frames []media.Frame) (out []forensics.Face) {
	var g grey
	var scale forensics.Point
	of := -1 // frame that g shows
	for _, face := range faces {
		if face.Detector == "pigo" {
			out = append(out, face)
			continue
		}
		if face.Frame != of {
			i := slices.IndexFunc(frames, func(m media.Frame) bool { return m.Index == face.Frame })
			g, scale = reduced(&frames[i])
			of = face.Frame
		}
		right, left := face.Landmarks[RightEye], face.Landmarks[LeftEye]
		dx, dy := (left[0]-right[0])/scale[0], (left[1]-right[1])/scale[1]
		w := window{(left[0] + right[0]) / 2 / scale[0], (left[1] + right[1]) / 2 / scale[1], math.Hypot(dx, dy) / (2 * pupilAcross), 0}
		w.x, w.y = w.x-dy*pupilUp/(2*pupilAcross), w.y+dx*pupilUp/(2*pupilAcross)
		if fine, ok := f.describe(&g, w, scale); ok {
			fine.Box, fine.Score, fine.Frame, fine.Detector = face.Box, face.Score, face.Frame, face.Detector+", pigo"
			out = append(out, fine)
		}
	}
	return out
}

// windows returns the faces that the cascade sees, the surest first.
func (f *Finder) windows(g *grey) []window {
	short := min(g.cols, g.rows)
	from := max(smallest, int(large*float64(short)))
	found := f.search(g, 0, smallest, min(from-1, short))
	border := int(margin * float64(short))
	wide := g.padded(border)
	found = append(found, f.search(&wide, border, from, short+2*border)...)
	return merge(found)
}

// search runs the cascade with windows of the given sides over a picture that has a border.
func (f *Finder) search(g *grey, border, from, to int) []window {
	hits := f.faces.RunCascade(pigo.CascadeParams{MinSize: from, MaxSize: to, ShiftFactor: shift, ScaleFactor: growth,
		ImageParams: pigo.ImageParams{Pixels: g.pix, Rows: g.rows, Cols: g.cols, Dim: g.cols}}, 0)
	out := make([]window, len(hits))
	for i, h := range hits {
		out[i] = window{float64(h.Col - border), float64(h.Row - border), float64(h.Scale), float64(h.Q)}
	}
	return out
}

// merge joins the windows that overlap the surest one into their mean, weighted by Q, then those that overlap the surest of the
// rest, and so on. It returns the faces above the threshold, the surest first.
func merge(found []window) []window {
	slices.SortStableFunc(found, func(a, b window) int { return cmp.Compare(b.q, a.q) })
	var out []window
	for len(found) > 0 {
		first := found[0]
		var sum window
		rest := found[:0]
		for _, w := range found {
			if first.overlap(w) <= overlap {
				rest = append(rest, w)
				continue
			}
			sum = window{sum.x + w.q*w.x, sum.y + w.q*w.y, sum.side + w.q*w.side, sum.q + w.q}
		}
		found = rest
		if sum.q >= threshold {
			out = append(out, window{sum.x / sum.q, sum.y / sum.q, sum.side / sum.q, sum.q})
		}
	}
	slices.SortStableFunc(out, func(a, b window) int { return cmp.Compare(b.q, a.q) })
	return out[:min(len(out), most)]
}

// overlap returns intersection over union.
func (w window) overlap(o window) float64 {
	common := func(a, b float64) float64 {
		return max(0, min(a+w.side/2, b+o.side/2)-max(a-w.side/2, b-o.side/2))
	}
	shared := common(w.x, o.x) * common(w.y, o.y)
	return shared / (w.side*w.side + o.side*o.side - shared)
}

// Where pupils lie in pigo's window, as shares of its side from the centre: median over 847 faces on which YuNet agrees.
const (
	pupilAcross = .177
	pupilUp     = .08
	pupilScale  = .35 // of the surroundings looked at
	pupilsApart = .2  // at least, or it is no face
)

// describe measures one face and returns it in pixels of the frame, where a pixel of the searched picture stands for scale[0]
// across and scale[1] down. It is false where the pupils cannot be those of a face.
func (f *Finder) describe(g *grey, w window, scale forensics.Point) (forensics.Face, bool) {
	right, spreadR := f.pupil.locate(g, spot{w.x - pupilAcross*w.side, w.y - pupilUp*w.side, pupilScale * w.side}, upright)
	left, spreadL := f.pupil.locate(g, spot{w.x + pupilAcross*w.side, w.y - pupilUp*w.side, pupilScale * w.side}, upright)
	dx, dy := left[0]-right[0], left[1]-right[1]
	apart := math.Hypot(dx, dy)
	if dx <= 0 || apart < pupilsApart*w.side {
		return forensics.Face{}, false
	}
	in, mirrored := pose{dx / apart, dy / apart, 1}, pose{dx / apart, dy / apart, -1}
	// The landmark cascades were trained to start a quarter of the distance below the eyes, with surroundings of three times that distance.
	start := spot{(right[0]+left[0])/2 - .25*dy, (right[1]+left[1])/2 + .25*dx, 3 * apart}
	mouthR, _ := f.mouth.locate(g, start, in)
	mouthL, _ := f.mouth.locate(g, start, mirrored)
	noseR, _ := f.nose.locate(g, start, in)
	noseL, _ := f.nose.locate(g, start, mirrored)
	at := func(p forensics.Point) forensics.Point {
		return forensics.Point{hundredth(p[0] * scale[0]), hundredth(p[1] * scale[1])}
	}
	x0, y0 := max(0, w.x-w.side/2), max(0, w.y-w.side/2)
	x1, y1 := min(float64(g.cols), w.x+w.side/2), min(float64(g.rows), w.y+w.side/2)
	box := [4]int{int(x0 * scale[0]), int(y0 * scale[1]), int((x1 - x0) * scale[0]), int((y1 - y0) * scale[1])}
	return forensics.Face{Box: box, Score: hundredth(w.q), Detector: "pigo",
		Landmarks: map[string]forensics.Point{RightEye: at(right), LeftEye: at(left), RightMouth: at(mouthR), LeftMouth: at(mouthL),
			Nose: at(forensics.Point{(noseR[0] + noseL[0]) / 2, (noseR[1] + noseL[1]) / 2})},
		Quality: map[string]float64{
			"inter_eye":  hundredth(apart * scale[0]),
			"roll":       hundredth(math.Atan2(dy, dx) * 180 / math.Pi),
			"eye_spread": hundredth(100 * max(spreadR, spreadL)),
			"contrast":   hundredth(g.contrast(w.x, w.y, w.side)),
		}}, true
}

// hundredth rounds: more would differ between processors.
func hundredth(v float64) float64 { return math.Round(100*v) / 100 }
