package identity

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"math"
	"slices"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"
)

const (
	dominant       = 1.5 // times as far apart as those of any other face the eyes of the one face must be
	pictureQuality = 90  // JPEG quality of the picture kept with an entry
)

// Enroll adds the face of the protected person to the entries that match.Describe made of a sample; where there is none, the entry says
// why. A photograph too plain for its hash still becomes an entry where it has a face. Without the model files the entries stay as they are.
func Enroll(p *forensics.Pass, identity, name string, entries []reference.Entry) ([]reference.Entry, error) {
	faces, err := face.Embed(p)
	if errors.Is(err, models.ErrMissing) {
		return entries, nil
	}
	if err != nil {
		return nil, err
	}
	if p.Info.Kind != media.Video && len(entries) == 0 {
		e, err := plain(p, identity, name)
		if err != nil {
			return nil, err
		}
		if add(&e, p.Frames[0], faces); len(e.Faces) > 0 {
			entries = append(entries, e)
		}
		return entries, nil
	}
	for i := range entries {
		e := &entries[i]
		k := slices.IndexFunc(p.Frames, func(f media.Frame) bool { return f.Time.Seconds() == e.Time })
		add(e, p.Frames[k], slices.DeleteFunc(slices.Clone(faces), func(f face.Embedded) bool { return f.Face.Frame != p.Frames[k].Index }))
	}
	return entries, nil
}

// plain is the entry of a picture that has no hash.
func plain(p *forensics.Pass, identity, name string) (reference.Entry, error) {
	small := p.Small(0)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: pictureQuality}); err != nil {
		return reference.Entry{}, err
	}
	return reference.Entry{Identity: identity, Name: name, SHA256: p.Item.SHA256, Quality: p.PDQ(0).Quality, Views: []reference.View{},
		Picture: b.Bytes(), Width: small.Rect.Dx(), Height: small.Rect.Dy()}, nil
}

// add puts the face of the protected person into the entry, or the reason why none.
func add(e *reference.Entry, frame media.Frame, faces []face.Embedded) {
	f, why := portrait(faces)
	if why != "" {
		e.NoFace = why
		return
	}
	x, y := float64(e.Width)/float64(frame.Width), float64(e.Height)/float64(frame.Height)
	b := f.Face.Box
	out := reference.Face{InterEye: f.Face.Quality["inter_eye"], Embedding: reference.PackVector(f.Vector),
		Box: [4]int{int(float64(b[0]) * x), int(float64(b[1]) * y), int(float64(b[2]) * x), int(float64(b[3]) * y)}}
	for k, m := range face.Points(f.Face) {
		out.Landmarks[k] = [2]float64{hundredth(m[0] * x), hundredth(m[1] * y)}
	}
	e.Faces = []reference.Face{out}
}

func hundredth(v float64) float64 { return math.Round(100*v) / 100 }

// portrait returns the one face that a picture is about, or why it is about none.
func portrait(faces []face.Embedded) (first face.Embedded, why string) {
	if len(faces) == 0 {
		return first, "no face was found"
	}
	eyes := func(f face.Embedded) float64 { return f.Face.Quality["inter_eye"] }
	at := 0
	for i := range faces {
		if eyes(faces[i]) > eyes(faces[at]) {
			at = i
		}
	}
	first = faces[at]
	for i, f := range faces {
		if i != at && eyes(first) < dominant*eyes(f) {
			return first, fmt.Sprintf("%d faces and none clearly the largest, so whose are they? Enrol a part of the picture with one of them", len(faces))
		}
	}
	return first, first.Refused
}
