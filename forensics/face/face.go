// Package face finds faces once per sample and shares them among the detectors.
//
// The finder is pigo (MIT), in pure Go: its cascade for faces (Markuš et al., "Object Detection with Pixel Intensity Comparisons
// Organized in Decision Trees", 2014) and its cascades for pupils, mouth corners and the nose. It finds upright, roughly frontal faces;
// profiles, heads tilted beyond some 20 degrees, masks and faces below 32 pixels in the reduced picture are missed.
//
// Measured on the labelled corpus, on which its settings were also chosen, against YuNet (score .8 and more, faces of at least 45 pixels at
// 640): 227 of 269 faces in mixed photographs, 396 of 451 in photographs of identities; no false face in 30 pictures without faces, 2 in
// 85 more in which YuNet sees none. Pupils, mouth corners and nose are 7 to 8 % of the distance of the pupils from YuNet's (median; 15 to
// 17 % at the 90th percentile). TestMeasure counts pictures, without YuNet.
package face

import (
	"cmp"
	"slices"

	"unmask/forensics"
)

// Names of landmarks. Right and left are those of the person shown: the right eye is at the left of the picture.
const (
	RightEye   = "right_eye"   // pupil
	LeftEye    = "left_eye"    // pupil
	Nose       = "nose"        // tip
	RightMouth = "right_mouth" // outer corner
	LeftMouth  = "left_mouth"  // outer corner
)

// Of returns the faces of a sample: those of a still picture, or of the first frame of each burst of a video. They come in the
// order of the frames, the largest first in each, and are at most 64 in all. They stand in p.Faces from then on. Face.Score is the
// sum of pigo's Q over the windows that make up the face. Face.Quality holds
//
//	inter_eye   distance of the pupils in pixels of the frame
//	roll        angle of the line through them in degrees, clockwise as shown
//	eye_spread  how far apart the search for a pupil ends from different starts, in per cent of its surroundings: low is sure
//	contrast    standard deviation of the grey values in the face, 0..127
//
// The error says that the cascades were not built in.
func Of(p *forensics.Pass) ([]forensics.Face, error) {
	return forensics.Shared(p, "faces", func() ([]forensics.Face, error) {
		finder, err := Load()
		if err != nil {
			return nil, err
		}
		var out []forensics.Face
		for i := range p.Frames {
			if i == 0 || p.Frames[i].Burst != p.Frames[i-1].Burst {
				out = append(out, finder.Find(&p.Frames[i])...)
			}
		}
		p.Faces = surest(out)
		return p.Faces, nil
	})
}

// surest drops the faces of lowest score beyond the bound and keeps the order of the others.
func surest(faces []forensics.Face) []forensics.Face {
	if len(faces) <= most {
		return faces
	}
	scores := make([]float64, len(faces))
	for i, f := range faces {
		scores[i] = f.Score
	}
	slices.SortFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) })
	faces = slices.DeleteFunc(faces, func(f forensics.Face) bool { return f.Score < scores[most-1] })
	return faces[:most]
}
