// Package face finds faces once per sample, shares them among the detectors, aligns them and turns them into vectors that can be compared.
//
// The finder is YuNet where its model file is at hand. Else it is pigo (MIT), in pure Go: its cascade for faces (Markuš et al., "Object
// Detection with Pixel Intensity Comparisons Organized in Decision Trees", 2014) and its cascades for pupils, mouth corners and the nose.
// Pigo finds upright, roughly frontal faces; profiles, heads tilted beyond some 20 degrees, masks and faces below 32 pixels in the reduced
// picture are missed. Faces are embedded by MobileFaceNet; without its model file nobody is recognised.
//
// YuNet, measured on the labelled corpus (TestMeasureYunet): a face in all 432 photographs of identities and all 157 generated portraits, in
// 176 of 177 other pictures of people, and in 1 of 27 pictures without people.
//
// Pigo, measured on the same corpus, on which its settings were also chosen, against YuNet (score .8 and more, faces of at least 45
// pixels at 640): 227 of 269 faces in mixed photographs, 396 of 451 in photographs of identities; no false face in 30 pictures without
// faces, 2 in 85 more in which YuNet sees none. Pupils, mouth corners and nose are 7 to 8 % of the distance of the pupils from YuNet's
// (median; 15 to 17 % at the 90th percentile).
package face

import (
	"cmp"
	"slices"

	"unmask/forensics"
	"unmask/media"
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
// order of the frames, the largest first in each, and are at most 64 in all. They stand in p.Faces from then on. Face.Detector names the
// finder: "yunet/640" where its model file is at hand, else "pigo". Face.Score is YuNet's, 0 to 1, or the sum of pigo's Q over the
// windows that make up the face. Face.Quality holds
//
//	inter_eye   distance of the eyes in pixels of the frame
//	roll        angle of the line through them in degrees, clockwise as shown
//
// and of a face found by YuNet
//
//	yaw         how far the nose lies off the middle between the eyes, in halves of their distance: 0 is frontal, beyond 1 is a profile
//	sharpness   standard deviation of the Laplacian of the grey values in the aligned face
//	contrast    standard deviation of those grey values, 0..127
//
// and of one found by pigo
//
//	eye_spread  how far apart the search for a pupil ends from different starts, in per cent of its surroundings: low is sure
//	contrast    standard deviation of the grey values in the face, 0..127
//
// The error says why a model file cannot be used, or that pigo's cascades were not built in.
func Of(p *forensics.Pass) ([]forensics.Face, error) {
	e, err := engineOf(p.Env.Models)
	if err != nil {
		return nil, err
	}
	if e.finder == nil {
		return pigos(p)
	}
	return forensics.Shared(p, "faces", func() ([]forensics.Face, error) {
		out, err := each(p, e.finder.faces)
		p.Faces = out
		return out, err
	})
}

func pigos(p *forensics.Pass) ([]forensics.Face, error) {
	return forensics.Shared(p, "faces by pigo", func() ([]forensics.Face, error) {
		finder, err := Load()
		if err != nil {
			return nil, err
		}
		out, err := each(p, func(f *media.Frame) ([]forensics.Face, error) { return finder.Find(f), nil })
		p.Faces = out
		return out, err
	})
}

// Refined returns the faces that Of finds with their landmarks where pigo's cascades put them, for what was measured with those: pupils and mouth
// corners come nearer to the truth than YuNet's. Faces whose pupils are not found are left out.
func Refined(p *forensics.Pass) ([]forensics.Face, error) {
	return forensics.Shared(p, "faces refined", func() ([]forensics.Face, error) {
		finder, err := Load()
		if err != nil {
			return nil, err
		}
		faces, err := Of(p)
		if err != nil {
			return nil, err
		}
		return finder.refined(faces, p.Frames), nil
	})
}

// each finds the faces in a picture or the first frame of each burst.
func each(p *forensics.Pass, find func(*media.Frame) ([]forensics.Face, error)) ([]forensics.Face, error) {
	var out []forensics.Face
	for i := range p.Frames {
		if i == 0 || p.Frames[i].Burst != p.Frames[i-1].Burst {
			faces, err := find(&p.Frames[i])
			if err != nil {
				return nil, err
			}
			out = append(out, faces...)
		}
	}
	return surest(out), nil
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
