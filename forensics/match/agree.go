package match

import (
	"image"
	"math"

	"unmask/forensics"
)

const (
	gridCells  = 48 // a side of the grid over which grey values are compared
	cellPoints = 3  // a side of the points in each cell
	tileCells  = 6  // a side of the tiles in each of which the cells are correlated
	tileAgree  = .9 // correlation from which a tile is the same
	tileTrace  = 2. // grey levels of standard deviation in either picture from which a tile has anything to correlate
)

// agreement compares grey values over a grid of cells of the original, each the mean of nine points, where they lie inside the
// probe. It returns the share of the tiles of cells in which both correlate, among those that are not plain in both, and the share of the cells that lie
// inside. Tiles leave alterations where they are: a caption or a pasted part costs its own tiles only.
func agreement(probe, original *image.Gray, m forensics.Affine) (agree, shown float64) {
	var x, y [gridCells][gridCells]float64
	var in [gridCells][gridCells]bool
	w, h := float64(original.Rect.Dx()), float64(original.Rect.Dy())
	cells := 0
	for r := range gridCells {
		for c := range gridCells {
			inside := 0
			for k := range cellPoints * cellPoints {
				fx := (float64(c) + (float64(k%cellPoints)+.5)/cellPoints) / gridCells
				fy := (float64(r) + (float64(k/cellPoints)+.5)/cellPoints) / gridCells
				u, v := m.Apply(fx*w, fy*h)
				if image.Pt(int(math.Floor(u)), int(math.Floor(v))).In(probe.Rect) {
					inside++
					x[r][c] += at(original, fx*w, fy*h) / (cellPoints * cellPoints)
					y[r][c] += at(probe, u, v) / (cellPoints * cellPoints)
				}
			}
			if in[r][c] = inside == cellPoints*cellPoints; in[r][c] {
				cells++
			}
		}
	}
	same, tiles := 0, 0
	for r := 0; r+tileCells <= gridCells; r += tileCells / 2 {
		for c := 0; c+tileCells <= gridCells; c += tileCells / 2 {
			var tx, ty []float64
			for k := range tileCells * tileCells {
				if i, j := r+k/tileCells, c+k%tileCells; in[i][j] {
					tx, ty = append(tx, x[i][j]), append(ty, y[i][j])
				}
			}
			if len(tx) < tileCells*tileCells {
				continue
			}
			correlation, deviation := correlate(tx, ty)
			if deviation < tileTrace {
				continue
			}
			if tiles++; correlation >= tileAgree {
				same++
			}
		}
	}
	return float64(same) / float64(max(tiles, minTiles)), float64(cells) / (gridCells * gridCells)
}

// at is the grey value at a place, whose pixels have their middles at halves, interpolated between the four around it.
func at(g *image.Gray, x, y float64) float64 {
	x, y = min(max(x-.5, 0), float64(g.Rect.Dx()-1)), min(max(y-.5, 0), float64(g.Rect.Dy()-1))
	i, j := int(x), int(y)
	right, below := min(i+1, g.Rect.Dx()-1), min(j+1, g.Rect.Dy()-1)
	x, y = x-float64(i), y-float64(j)
	row := func(j int) float64 {
		return (1-x)*float64(g.Pix[j*g.Stride+i]) + x*float64(g.Pix[j*g.Stride+right])
	}
	return (1-y)*row(j) + y*row(below)
}

const minTiles = 16 // with fewer tiles to compare, agreement counts less

// correlate returns the correlation of x and y, 0 where either does not vary, and the larger of their standard deviations.
func correlate(x, y []float64) (correlation, deviation float64) {
	var mx, my, sxx, syy, sxy float64
	n := float64(len(x))
	for i := range x {
		mx, my = mx+x[i]/n, my+y[i]/n
	}
	for i := range x {
		sxx, syy, sxy = sxx+(x[i]-mx)*(x[i]-mx), syy+(y[i]-my)*(y[i]-my), sxy+(x[i]-mx)*(y[i]-my)
	}
	if sxx > 0 && syy > 0 {
		correlation = sxy / math.Sqrt(sxx*syy)
	}
	return correlation, math.Sqrt(max(sxx, syy) / n)
}
