package probe

import (
	"image"
	"image/color"
	"math"

	"unmask/forensics/face"
	"unmask/forensics/linear"
)

const tile = 2 * face.AlignedSide // pixels of each picture in the panel

// panel shows the views of the face and, below each, what in it speaks for a generator (red) and against one (blue).
func panel(m *linear.Model, d described) *image.NRGBA {
	speaks, most := [len(views)][]float64{}, 1e-9
	for i := range views {
		speaks[i] = heat(m.Weights[i*perView:(i+1)*perView], d.maps[i])
		for _, v := range speaks[i] {
			most = max(most, math.Abs(v))
		}
	}
	out := image.NewNRGBA(image.Rect(0, 0, len(views)*tile, 2*tile))
	for i, chip := range d.chips {
		for y := range tile {
			for x := range tile {
				c := chip.NRGBAAt(x/2, y/2)
				out.SetNRGBA(i*tile+x, y, c)
				v := at(speaks[i], float64(x)/tile*face.InnerSide-.5, float64(y)/tile*face.InnerSide-.5) / most
				grey := .6*(.3*float64(c.R)+.59*float64(c.G)+.11*float64(c.B)) + 40
				out.SetNRGBA(i*tile+x, tile+y, color.NRGBA{tone(grey + 150*max(v, 0)), tone(grey - 40*math.Abs(v)), tone(grey + 150*max(-v, 0)), 255})
			}
		}
	}
	return out
}

// heat is what spread gives, less its mean.
func heat(weights []float32, maps [][]float32) []float64 {
	out, mean := spread(weights, maps), 0.
	for _, v := range out {
		mean += v / cells
	}
	for i := range out {
		out[i] -= mean
	}
	return out
}

// spread splits what a view adds to the score over its places, whose mean it is. A channel's mean is that of its values, and its standard
// deviation s is the mean of (value - mean)^2 / s, so that both fall to the places that they come from (class activation maps, Zhou et al. 2016).
func spread(weights []float32, maps [][]float32) []float64 {
	out := make([]float64, cells)
	for l, layer := range maps {
		w := weights[2*l*face.InnerChannels:]
		for c := range face.InnerChannels {
			values := layer[c*cells : (c+1)*cells]
			mean, deviation := moments(values)
			for i, v := range values {
				out[i] += float64(w[c]) * float64(v)
				if deviation > 0 {
					out[i] += float64(w[face.InnerChannels+c]) * (float64(v) - mean) * (float64(v) - mean) / deviation
				}
			}
		}
	}
	return out
}

// at is the value between the four places around (x, y).
func at(v []float64, x, y float64) float64 {
	const last = face.InnerSide - 1
	x, y = min(max(x, 0), last), min(max(y, 0), last)
	x0, y0 := min(int(x), last-1), min(int(y), last-1)
	fx, fy := x-float64(x0), y-float64(y0)
	i := y0*face.InnerSide + x0
	return (1-fy)*((1-fx)*v[i]+fx*v[i+1]) + fy*((1-fx)*v[i+face.InnerSide]+fx*v[i+face.InnerSide+1])
}

func tone(v float64) uint8 { return uint8(min(max(v, 0), 255)) }
