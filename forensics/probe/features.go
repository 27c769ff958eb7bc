package probe

import (
	"image"
	"math"

	"unmask/forensics"
	"unmask/forensics/face"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// views are the parts of a face that are looked at, by their size against the template of face.Align and the point of it in their middle: the face
// from the eyebrows down, its inner part, and the mouth.
var views = [...]struct {
	scale  float64
	centre forensics.Point
}{{1.06, forensics.Point{56, 72}}, {1.6, forensics.Point{56, 72}}, {2.6, forensics.Point{56, 90}}}

const (
	layers   = 3
	cells    = face.InnerSide * face.InnerSide
	perView  = layers * 2 * face.InnerChannels // mean and standard deviation of each channel
	features = len(views) * perView
)

// described is a face in numbers.
type described struct {
	numbers []float64 // of each view its layers, of each layer the means of its channels and then their deviations
	chips   [len(views)]*image.NRGBA
	maps    [len(views)][][]float32 // the layers of each view, without those of its mirror image
}

// describe looks at a face: for every view the network runs over it and over its mirror image.
func describe(folder models.Folder, p face.Portrait) (d described, ok bool, err error) {
	for i, v := range views {
		if d.chips[i], ok = face.Cut(&p.Frame, p.Marks, face.AlignedSide, v.scale, v.centre); !ok {
			return d, false, nil
		}
		if d.maps[i], err = face.Inner(folder, d.chips[i]); err != nil {
			return d, false, err
		}
		mirrored, err := face.Inner(folder, imaging.FlipH(d.chips[i]))
		if err != nil {
			return d, false, err
		}
		a, b := pooled(d.maps[i]), pooled(mirrored)
		for k := range a {
			d.numbers = append(d.numbers, (a[k]+b[k])/2)
		}
	}
	return d, true, nil
}

// pooled returns the mean and the standard deviation of every channel over the view.
func pooled(maps [][]float32) (out []float64) {
	for _, layer := range maps {
		deviations := make([]float64, 0, face.InnerChannels)
		for c := range face.InnerChannels {
			mean, deviation := moments(layer[c*cells : (c+1)*cells])
			out, deviations = append(out, mean), append(deviations, deviation)
		}
		out = append(out, deviations...)
	}
	return out
}

func moments(v []float32) (mean, deviation float64) {
	var sum, squares float64
	for _, x := range v {
		sum += float64(x)
	}
	mean = sum / float64(len(v))
	for _, x := range v {
		squares += (float64(x) - mean) * (float64(x) - mean)
	}
	return mean, math.Sqrt(squares / float64(len(v)))
}
