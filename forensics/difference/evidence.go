package difference

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/disintegration/imaging"
)

const (
	panelSide = 256 // pixels of each part of an evidence picture
	panelGap  = 8
)

// image turns planes into a picture.
func (p picture) image() *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, p[0].w, p[0].h))
	for i := range p[0].v {
		out.Pix[4*i], out.Pix[4*i+1], out.Pix[4*i+2], out.Pix[4*i+3] = uint8(p[0].v[i]+.5), uint8(p[1].v[i]+.5), uint8(p[2].v[i]+.5), 255
	}
	return out
}

// sideBySide shows the protected picture at the left and the copy, brought onto it, at the right, with region i outlined in red and the others
// in yellow. Below, the region is enlarged.
func (c *Comparison) sideBySide(i int) image.Image {
	side := 2*panelSide + panelGap
	panel := imaging.New(side, side, color.NRGBA{245, 245, 245, 255})
	toGrid := float64(c.ref[0].w) / float64(c.width)
	box := scaledBox(c.Regions[i].Box, toGrid)
	near := box.Inset(-max(box.Dx(), box.Dy()) / 4).Intersect(image.Rect(0, 0, c.ref[0].w, c.ref[0].h))
	for k, img := range []*image.NRGBA{c.ref.image(), c.probe.image()} {
		whole, scale := fitted(img)
		for j := len(c.Regions) - 1; j >= 0; j-- {
			if j != i {
				outline(whole, scaledBox(c.Regions[j].Box, toGrid*scale), color.NRGBA{255, 210, 0, 255})
			}
		}
		outline(whole, scaledBox(box, scale), color.NRGBA{220, 40, 40, 255})
		part, scale := fitted(imaging.Crop(img, near))
		outline(part, scaledBox(box.Sub(near.Min), scale), color.NRGBA{220, 40, 40, 255})
		panel = imaging.Paste(panel, whole, centred(whole, k, 0))
		panel = imaging.Paste(panel, part, centred(part, k, 1))
	}
	return panel
}

// mask shows the copy in grey, what differs in red and what was not compared in black.
func (c *Comparison) mask() image.Image {
	luma := c.probe.luma()
	img := image.NewNRGBA(image.Rect(0, 0, luma.w, luma.h))
	down := len(c.strength) / max(c.across, 1)
	for y := range luma.h {
		for x := range luma.w {
			i := y*luma.w + x
			if !c.inside[i] {
				img.SetNRGBA(x, y, color.NRGBA{0, 0, 0, 255})
				continue
			}
			u, v := min(max(x-cellSide/2, 0)/cellSide, c.across-1), min(max(y-cellSide/2, 0)/cellSide, down-1)
			red := float32(0)
			if s := c.strength[v*c.across+u]; s >= grow/seed {
				red = float32(min(s, 1))
			}
			grey := .35*luma.v[i] + 130
			img.SetNRGBA(x, y, color.NRGBA{uint8(grey + red*(220-grey)), uint8(grey * (1 - .85*red)), uint8(grey * (1 - .85*red)), 255})
		}
	}
	out, _ := fitted(img)
	return out
}

// fitted scales a picture so that its longer side is panelSide, and says by how much.
func fitted(img image.Image) (*image.NRGBA, float64) {
	b := img.Bounds()
	scale := panelSide / float64(max(b.Dx(), b.Dy()))
	at := func(v int) int { return max(1, int(float64(v)*scale+.5)) }
	return imaging.Resize(img, at(b.Dx()), at(b.Dy()), imaging.Linear), scale
}

func scaledBox(r image.Rectangle, k float64) image.Rectangle {
	at := func(v int) int { return int(float64(v)*k + .5) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X), at(r.Max.Y))
}

// centred is where a picture goes in column x and row y of a panel.
func centred(img *image.NRGBA, x, y int) image.Point {
	return image.Pt(x*(panelSide+panelGap)+(panelSide-img.Rect.Dx())/2, y*(panelSide+panelGap)+(panelSide-img.Rect.Dy())/2)
}

// outline draws a frame of two pixels along the inside of r.
func outline(img *image.NRGBA, r image.Rectangle, c color.Color) {
	inner := r.Inset(2)
	for _, side := range []image.Rectangle{
		{r.Min, image.Pt(r.Max.X, inner.Min.Y)}, {image.Pt(r.Min.X, inner.Max.Y), r.Max},
		{r.Min, image.Pt(inner.Min.X, r.Max.Y)}, {image.Pt(inner.Max.X, r.Min.Y), r.Max},
	} {
		draw.Draw(img, side, image.NewUniform(c), image.Point{}, draw.Src)
	}
}
