package validation

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// plot is a diagram in SVG units: its frame is plotWide by plotHigh, with the origin at the lower left.
type plot struct {
	Title, Alt string
	X, Y       string // what the axes are
	XTicks     []tick
	YTicks     []tick
	Lines      []trace
	Bars       []bar
}

type tick struct {
	At   float64
	Text string
}

// trace is a line: Class is positives, negatives or chance.
type trace struct{ Class, Points string }

type bar struct {
	Class      string
	X, Y, W, H float64
}

const (
	plotWide, plotHigh = 320., 240.
	histogramBins      = 20
)

// fraction is a share along an axis, in units with one decimal.
func fraction(v, length float64) float64 { return math.Round(v*length*10) / 10 }

// polyline joins points of the unit square. Points closer than a tenth of a unit fall together.
func polyline(points [][2]float64) string {
	var b strings.Builder
	last := ""
	for _, p := range points {
		text := strconv.FormatFloat(fraction(p[0], plotWide), 'f', -1, 64) + "," + strconv.FormatFloat(plotHigh-fraction(p[1], plotHigh), 'f', -1, 64)
		if text != last {
			b.WriteString(text + " ")
		}
		last = text
	}
	return strings.TrimSpace(b.String())
}

// shares are ticks of an axis from 0 to 1.
func shares(length float64, down bool) (out []tick) {
	for i := range 6 {
		at := fraction(float64(i)/5, length)
		if down {
			at = length - at
		}
		out = append(out, tick{at, short(fmt.Sprintf("%.1f", float64(i)/5))})
	}
	return out
}

// scale maps low..high to 0..1, with ticks at round values.
func scale(low, high float64) (to func(float64) float64, ticks []tick) {
	if high <= low {
		low, high = low-.5, high+.5
	}
	to = func(v float64) float64 { return max(0, min(1, (v-low)/(high-low))) }
	step := math.Pow(10, math.Floor(math.Log10((high-low)/2)))
	for _, times := range []float64{5, 2} {
		if (high-low)/(step*times) >= 3 {
			step *= times
			break
		}
	}
	for k := math.Ceil(low / step); k*step <= high && len(ticks) < 30; k++ {
		ticks = append(ticks, tick{fraction(to(k*step), plotWide), short(strconv.FormatFloat(k*step, 'g', 4, 64))})
	}
	return to, ticks
}

// Plots are the diagrams of a question, those that there are figures for.
func (q *Question) Plots() (out []plot) {
	if roc := curve(q.sorted, nil); roc != nil {
		out = append(out, rocPlot(roc, q.AUC.Value), histogram(q.sorted))
	}
	if len(q.ratioOf) > 0 && len(q.ratioOfNo) > 0 {
		out = append(out, tippett(q.ratioOf, q.ratioOfNo))
	}
	return out
}

func rocPlot(roc []point, area Number) plot {
	var points [][2]float64
	for _, p := range roc {
		points = append(points, [2]float64{p.FPR, p.TPR})
	}
	return plot{Title: "ROC curve", Alt: fmt.Sprintf("ROC curve with an area of %v; the broken diagonal is chance", area),
		X: "share of negatives above a threshold", Y: "share of positives above it", XTicks: shares(plotWide, false), YTicks: shares(plotHigh, true),
		Lines: []trace{{"chance", polyline([][2]float64{{0, 0}, {1, 1}})}, {"positives", polyline(points)}}}
}

// histogram shows which scores each class got, as shares of the class.
func histogram(sorted []scored) plot {
	low, high := sorted[len(sorted)-1].score, sorted[0].score
	to, ticks := scale(low, high)
	var counts [2][histogramBins]float64
	var total [2]float64
	for i, s := range sorted {
		_, class := share(sorted, nil, i)
		counts[class][min(histogramBins-1, int(to(s.score)*histogramBins))]++
		total[class]++
	}
	top := 0.
	for class := range counts {
		for i := range counts[class] {
			counts[class][i] /= total[class]
			top = max(top, counts[class][i])
		}
	}
	p := plot{Title: "Scores", Alt: "Histogram of the scores of both classes", X: "score", Y: "share of the class", XTicks: ticks}
	for _, part := range []float64{0, .5, 1} {
		p.YTicks = append(p.YTicks, tick{plotHigh - fraction(part, plotHigh), short(fmt.Sprintf("%.2f", part*top))})
	}
	width := plotWide / histogramBins
	for i := range histogramBins {
		for class, name := range []string{"negatives", "positives"} {
			h := fraction(counts[class][i]/top, plotHigh)
			p.Bars = append(p.Bars, bar{name, float64(i)*width + 1 + float64(class)*(width-2)/2, plotHigh - h, (width - 2) / 2, h})
		}
	}
	return p
}

// tippett shows, for every log10 likelihood ratio, which share of each class got more than it (Tippett et al. 1968, as Meuwly 2001 uses it).
func tippett(positives, negatives []float64) plot {
	all := slices.Concat(positives, negatives)
	low, high := max(-10, min(-1, slices.Min(all))), min(10, max(1, slices.Max(all)))
	to, ticks := scale(low, high)
	p := plot{Title: "Tippett plot", Alt: "Share of positives and of negatives with a likelihood ratio above each value",
		X: "log10 likelihood ratio", Y: "share of the class with more", XTicks: ticks, YTicks: shares(plotHigh, true),
		Lines: []trace{{"chance", polyline([][2]float64{{to(0), 0}, {to(0), 1}})}}}
	for _, c := range []struct {
		class string
		llr   []float64
	}{{"negatives", negatives}, {"positives", positives}} {
		sorted := slices.Sorted(slices.Values(c.llr))
		points := [][2]float64{{0, 1}}
		for i, l := range sorted {
			n := float64(len(sorted))
			points = append(points, [2]float64{to(l), 1 - float64(i)/n}, [2]float64{to(l), 1 - float64(i+1)/n})
		}
		p.Lines = append(p.Lines, trace{c.class, polyline(append(points, [2]float64{1, 0}))})
	}
	return p
}
