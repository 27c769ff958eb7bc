package forensics

import "unmask/forensics/reference"

// Affine maps points: x' = a x + b y + c, y' = d x + e y + f, as [a b c d e f]. Pixel centres lie at half coordinates.
type Affine [6]float64

// Apply maps a point.
func (m Affine) Apply(x, y float64) (float64, float64) {
	return m[0]*x + m[1]*y + m[2], m[3]*x + m[4]*y + m[5]
}

// Placement says where a protected picture lies in a frame of the sample.
type Placement struct {
	Entry *reference.Entry
	Frame int    // position in Sample.Frames
	Map   Affine // from pixels of the entry's picture (Entry.Width x Entry.Height) to pixels of the frame
	Exact bool   // keypoints confirmed the position; otherwise it follows from the hash and is good to some per cent of a side
}
