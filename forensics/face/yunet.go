package face

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/cv"
)

// yunet finds faces with YuNet (Wu, Peng, Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 2023).
type yunet struct{ net *cv.Net }

const (
	strides    = 3   // grids of cells of 8, 16 and 32 pixels
	align32    = 32  // the sides of what the net sees are multiples of it
	fewest     = 256 // and not less than this: landmarks move with the room around a small picture up to here
	lookSide   = 640 // longer side in pixels of the picture in the first look
	farSide    = 192 // and where that shows no face
	small      = 40  // pixels across a face in the first look from which on others may be too small for it
	worthwhile = 1.5 // reduction of the picture in the first look from which a larger one shows more
	sure       = .7  // score from which a place is a face
	suppress   = .3  // intersection over union from which two places are one face
)

// spotted is a face in pixels of the frame.
type spotted struct {
	x0, y0, x1, y1, score float64
	marks                 [5]forensics.Point // right eye, left eye, nose, right and left mouth corner, of the person shown
}

var markNames = [5]string{RightEye, LeftEye, Nose, RightMouth, LeftMouth}

// loadYunet reads the net and tries it on a blank picture, so that a file that does not keep to the contract is refused at once.
func loadYunet(onnx []byte) (*yunet, error) {
	net, err := cv.LoadNet(onnx)
	if err != nil {
		return nil, err
	}
	y := &yunet{net}
	_, err = y.look(&media.Frame{Width: 64, Height: 64, Pix: make([]byte, 3*64*64)}, 64, 0)
	return y, err
}

// find looks at a frame as a whole. Where it sees nothing it looks once more with the picture small and room around it, for a face cut off
// by the frame; where it sees small faces in a picture that was much reduced, once more at twice the size, for those that are smaller still.
func (y *yunet) find(f *media.Frame) ([]spotted, error) {
	found, err := y.look(f, lookSide, 0)
	if err != nil {
		return nil, err
	}
	reduced := float64(max(f.Width, f.Height)) / lookSide
	var more []spotted
	switch {
	case len(found) == 0:
		more, err = y.look(f, farSide, farSide/4)
	case reduced >= worthwhile && slices.ContainsFunc(found, func(s spotted) bool { return s.x1-s.x0 < small*reduced }):
		more, err = y.look(f, 2*lookSide, 0)
	}
	return distinct(append(found, more...)), err
}

// look runs the net on the frame, brought down to a longer side, with a border of zeros around it, and more at the right and bottom.
func (y *yunet) look(f *media.Frame, side, border int) ([]spotted, error) {
	w, h := f.Width, f.Height
	if long := max(w, h); long > side {
		w, h = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	}
	pix := f.Pix
	if w != f.Width || h != f.Height {
		var err error
		if pix, err = cv.Resize(f.Pix, f.Width, f.Height, w, h); err != nil {
			return nil, err
		}
	}
	cols, rows := canvas(w+2*border), canvas(h+2*border)
	blob := make([]float32, 3*cols*rows)
	for c := range 3 {
		for row := range h {
			out := blob[(c*rows+row+border)*cols+border:]
			in := pix[3*row*w+c:]
			for x := range w {
				out[x] = float32(in[3*x])
			}
		}
	}
	var outputs []cv.Output
	for s := range strides {
		cells := (cols >> (3 + s)) * (rows >> (3 + s))
		for _, o := range []cv.Output{{Name: "cls", Length: cells}, {Name: "obj", Length: cells}, {Name: "bbox", Length: 4 * cells}, {Name: "kps", Length: 10 * cells}} {
			outputs = append(outputs, cv.Output{Name: fmt.Sprintf("%s_%d", o.Name, 8<<s), Length: o.Length})
		}
	}
	out, err := y.net.Run(blob, [4]int{1, 3, rows, cols}, outputs)
	if err != nil {
		return nil, fmt.Errorf("face finder: %w", err)
	}
	var found []spotted
	for s := range strides {
		found = append(found, decode(out[4*s], out[4*s+1], out[4*s+2], out[4*s+3], cols>>(3+s), 8<<s)...)
	}
	across, down := float64(f.Width)/float64(w), float64(f.Height)/float64(h)
	for i := range found {
		found[i].place(across, down, float64(border))
	}
	return found, nil
}

// canvas is the side of what the net sees for so many pixels. OpenCV 4.6 computes with stray memory where the coarsest grid has one row.
func canvas(n int) int { return max(fewest, (n+align32-1)/align32*align32) }

// decode returns the places in one grid that score as faces, in pixels of what the net saw. Cells lie row by row, cols in each.
func decode(cls, obj, box, kps []float32, cols, stride int) (out []spotted) {
	s := float64(stride)
	for i := range cls {
		score := math.Sqrt(unit(cls[i]) * unit(obj[i]))
		if !(score >= sure) {
			continue
		}
		col, row := float64(i%cols), float64(i/cols)
		b := box[4*i : 4*i+4]
		x, y := (col+float64(b[0]))*s, (row+float64(b[1]))*s
		w, h := math.Exp(float64(b[2]))*s, math.Exp(float64(b[3]))*s
		f := spotted{x0: x - w/2, y0: y - h/2, x1: x + w/2, y1: y + h/2, score: score}
		for k := range f.marks {
			f.marks[k] = forensics.Point{(float64(kps[10*i+2*k]) + col) * s, (float64(kps[10*i+2*k+1]) + row) * s}
		}
		out = append(out, f)
	}
	return out
}

func unit(v float32) float64 { return min(max(float64(v), 0), 1) }

// place takes a face from pixels of what the net saw to pixels of the frame.
func (f *spotted) place(across, down, border float64) {
	f.x0, f.x1 = (f.x0-border)*across, (f.x1-border)*across
	f.y0, f.y1 = (f.y0-border)*down, (f.y1-border)*down
	for k, m := range f.marks {
		f.marks[k] = forensics.Point{(m[0] - border) * across, (m[1] - border) * down}
	}
}

// distinct keeps the surest of the places that overlap.
func distinct(found []spotted) (out []spotted) {
	slices.SortStableFunc(found, func(a, b spotted) int { return cmp.Compare(b.score, a.score) })
	for _, f := range found {
		if !slices.ContainsFunc(out, func(o spotted) bool { return f.overlap(&o) > suppress }) {
			out = append(out, f)
		}
	}
	return out[:min(len(out), most)]
}

// overlap returns intersection over union.
func (f *spotted) overlap(o *spotted) float64 {
	shared := max(0, min(f.x1, o.x1)-max(f.x0, o.x0)) * max(0, min(f.y1, o.y1)-max(f.y0, o.y0))
	return shared / ((f.x1-f.x0)*(f.y1-f.y0) + (o.x1-o.x0)*(o.y1-o.y0) - shared)
}

// faces returns the faces in a frame, the largest first, at most 64 of them.
func (y *yunet) faces(frame *media.Frame) ([]forensics.Face, error) {
	found, err := y.find(frame)
	if err != nil {
		return nil, err
	}
	bounds := image.Rect(0, 0, frame.Width, frame.Height)
	var out []forensics.Face
	for _, s := range found {
		r := image.Rect(int(s.x0), int(s.y0), int(math.Ceil(s.x1)), int(math.Ceil(s.y1))).Intersect(bounds)
		if r.Empty() {
			continue
		}
		f := forensics.Face{Frame: frame.Index, Box: [4]int{r.Min.X, r.Min.Y, r.Dx(), r.Dy()}, Score: hundredth(s.score), Detector: finderModel,
			Landmarks: map[string]forensics.Point{}}
		for k, m := range s.marks {
			f.Landmarks[markNames[k]] = forensics.Point{hundredth(m[0]), hundredth(m[1])}
		}
		f.Quality = quality(frame, s.marks)
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b forensics.Face) int { return cmp.Compare(b.Box[2]*b.Box[3], a.Box[2]*a.Box[3]) })
	return out, nil
}
