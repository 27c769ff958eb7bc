package difference

import "math"

// A difference of one unit is more than what re-encoding, resizing, sharpening and small misalignment leave of honest copies: so many
// grey levels in plain areas, and more where the picture is lively. The figures were chosen on one half of the corpus.
const (
	lumaBase, lumaSlope     = 5, .12
	chromaBase, chromaSlope = 7, .1
	detailBase, detailSlope = 2.2, .14
	toneSlope               = .28 // of luma and chroma, for each level by which the tone of the whole copy was changed: a fitted tone is not exact

	margin = 4 // standard deviations of this copy's own differences that are tolerated in any case
)

// line is a standard deviation that grows with the activity of the picture.
type line struct{ base, slope float64 }

func (l line) at(activity float64) float64 { return math.Hypot(l.base, l.slope*activity) }

// spreadOf measures how far windows differ throughout a copy: its base where the picture is quieter than the median, its slope
// elsewhere. Neither exceeds most, so that a copy that is altered all over is not taken for a noisy one.
func spreadOf(windows []window, of func(*window) float64, most line) line {
	var activities, low, high, lively []float64
	thin := 1 + len(windows)/4096
	for i := 0; i < len(windows); i += thin {
		if windows[i].ok {
			activities = append(activities, windows[i].activity)
		}
	}
	middle := median(activities)
	for i := 0; i < len(windows); i += thin {
		if w := &windows[i]; w.ok && w.activity <= middle {
			low = append(low, sq(of(w)))
		} else if w.ok {
			high, lively = append(high, sq(of(w))), append(lively, sq(w.activity))
		}
	}
	l := line{base: min(math.Sqrt(median(low)), most.base)}
	l.slope = min(math.Sqrt(max(0, median(high)-sq(l.base))/(median(lively)+1)), most.slope)
	return l
}

// significance is by how much every window differs, averaged over 3 x 3 windows, so that what differs in one window alone hardly
// counts; 1 starts a region. Windows that are not compared have 0.
func significance(windows []window, across, down int) []float64 {
	luma := spreadOf(windows, func(w *window) float64 { return w.luma }, line{2, .1})
	chroma := spreadOf(windows, (*window).chroma, line{3, .1})
	detail := spreadOf(windows, func(w *window) float64 { return w.detail }, line{2, .15})
	alone, out := make([]float64, len(windows)), make([]float64, len(windows))
	for i := range windows {
		w := &windows[i]
		a := w.activity
		alone[i] = math.Sqrt(sq(w.luma/math.Hypot(lumaBase+lumaSlope*a+toneSlope*w.moved, margin*luma.at(a))) +
			sq(w.chroma()/math.Hypot(chromaBase+chromaSlope*a+toneSlope*w.moved, margin*chroma.at(a))) +
			sq(w.detail/math.Hypot(detailBase+detailSlope*a, margin*detail.at(a))))
	}
	for y := range down {
		for x := range across {
			if !windows[y*across+x].ok {
				continue
			}
			sum, n := 0., 0.
			for v := max(0, y-1); v <= min(down-1, y+1); v++ {
				for u := max(0, x-1); u <= min(across-1, x+1); u++ {
					if windows[v*across+u].ok {
						sum, n = sum+alone[v*across+u], n+1
					}
				}
			}
			out[y*across+x] = sum / n / seed
		}
	}
	return out
}
