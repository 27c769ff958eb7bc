// Package surround holds faces against their surroundings, and the parts of a face against each other: what a face swap leaves behind in a still.
package surround

import (
	_ "embed"
	"fmt"
	"image"
	"math"
	"strings"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector measures how a face differs from what is around it.
var Detector = forensics.Detector{
	Name:    "surround",
	Version: 2,
	Doc: `Tests whether a face fits what is around it: a face that was put in has other noise, sharpness, colour or compression.
Noise, fine detail, colour, likeness of neighbouring pixels and the grid of JPEG are compared between the oval from brows to chin, the ring around it
and the parts of the face; the face is unwrapped about its centre to look for a line of blending. A logistic regression over how unusual these
differences are gives the log-odds of the worst face; sharpness, noise and size of the face as such have no vote. It was trained on pictures made from
genuine ones: faces blended back onto themselves with another history, faces and parts of other people, faces of generated portraits. Faces below 64
pixels are refused. Good swaps are told from genuine faces little better than by chance, and make-up, portrait mode, flash and retouching
look like swaps, so this supports other evidence and proves nothing alone. Sources: Shiohara, Yamasaki, "Detecting Deepfakes with Self-Blended Images"
(CVPR 2022); Li et al., "Face X-ray" (CVPR 2020).`,
	Accepts:    media.Image,
	Models:     append(face.Models(), face.Networks()[0]),
	Validation: forensics.MustValidation(validation),
	New: func(forensics.Env) (forensics.Run, error) {
		m, err := loadModel()
		if err != nil {
			return nil, err
		}
		return m.run, nil
	},
}

const (
	smallest = 64 // pixels, longer side of the box of a face that is looked at
	mostSeen = 8  // faces of a picture, the largest
)

// looked is a face with its figures.
type looked struct {
	face  forensics.Face
	patch *patch
	measured
	score float64
	cues  map[string]float64
}

func (m *model) run(p *forensics.Pass) error {
	faces, err := face.Of(p)
	if err != nil {
		return err
	}
	worst, seen, err := m.worst(&p.Frames[0], faces)
	if err != nil {
		return err
	}
	p.Feature("faces", float64(seen))
	p.Feature("score", worst.score)
	for cue, part := range worst.cues {
		p.Feature("part_"+cue, part)
	}
	for _, f := range worst.vector {
		p.Feature(f.name, f.value)
	}
	if worst.score < m.Threshold {
		return nil
	}
	return m.report(p, worst)
}

// worst returns the face that fits its surroundings least, and how many were looked at. The error says why none was.
func (m *model) worst(f *media.Frame, faces []forensics.Face) (*looked, int, error) {
	var worst *looked
	var refused []string
	seen := 0
	for i, found := range faces {
		size := max(found.Box[2], found.Box[3])
		if size < smallest {
			refused = append(refused, fmt.Sprintf("face %d has %d pixels, %d are needed", i+1, size, smallest))
			continue
		}
		h, ok := of(found)
		if !ok {
			refused = append(refused, fmt.Sprintf("eyes and mouth of face %d were not told apart", i+1))
			continue
		}
		if seen == mostSeen {
			break
		}
		patch, err := cut(f, h)
		if err != nil {
			refused = append(refused, fmt.Sprintf("face %d: %v", i+1, err))
			continue
		}
		l := &looked{face: found, patch: patch}
		if l.measured, err = measure(patch); err != nil {
			return nil, 0, err
		}
		if l.score, l.cues, err = m.score(l.vector); err != nil {
			return nil, 0, err
		}
		seen++
		if worst == nil || l.score > worst.score {
			worst = l
		}
	}
	if worst == nil && len(refused) == 0 {
		return nil, 0, forensics.NotApplicable("no face found")
	}
	if worst == nil {
		return nil, 0, forensics.NotApplicable("%s", strings.Join(refused[:min(len(refused), mostSeen)], "; "))
	}
	return worst, seen, nil
}

// report records the finding on a face above the threshold.
func (m *model) report(p *forensics.Pass, l *looked) error {
	picture, err := p.Picture(m.figure(l))
	if err != nil {
		return err
	}
	where, marked, err := p.Marked(0, ovalMask(p, l.face))
	if err != nil {
		return err
	}
	where.Box = &l.face.Box
	frame := &p.Frames[0]
	share := float64(l.face.Box[2]*l.face.Box[3]) / float64(frame.Width*frame.Height)
	p.Report(forensics.Finding{
		Code: "swap.surround", Score: 1 / (1 + math.Exp(-l.score)), Where: where, Evidence: []forensics.Ref{picture, marked},
		Text: fmt.Sprintf("A face that takes up %.0f %% of the picture does not fit its surroundings in %s, more than 99 of 100 genuine faces on which this was tried. "+
			"A face or a part of it may have been put in or retouched; make-up, beauty filters, flash and blurred backgrounds can do the same, "+
			"so this alone does not show a swap. "+
			"The evidence picture shows the oval that was compared, the fine detail, its course from the middle outwards beside that of genuine faces, and the figures; the mask has the oval in white.",
			100*share, strings.Join(l.strongest(2), " and ")),
	})
	return nil
}

// ovalMask is the mask of what a swap of the face would replace.
func ovalMask(p *forensics.Pass, f forensics.Face) *image.Gray {
	mask := p.NewMask(0)
	h, ok := of(f)
	if !ok {
		return mask
	}
	w := mask.Rect.Dx()
	scale := float64(p.Frames[0].Width) / float64(w)
	for i := range mask.Pix {
		if r, _ := h.radius((float64(i%w)+.5)*scale, (float64(i/w)+.5)*scale); r < 1 {
			mask.Pix[i] = 255
		}
	}
	return mask
}
