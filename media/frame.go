package media

import "image"

// Fit returns the frame reduced so that neither side exceeds side, averaging all source pixels under each result pixel
// (box filter in integers, so the result is the same on every machine). A smaller frame keeps its size.
func (f *Frame) Fit(side int) *image.NRGBA {
	w, h := f.Width, f.Height
	if long := max(w, h); long > side {
		w, h = max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
	}
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	if w == f.Width && h == f.Height {
		for i, j := 0, 0; i < len(f.Pix); i, j = i+3, j+4 {
			dst.Pix[j], dst.Pix[j+1], dst.Pix[j+2], dst.Pix[j+3] = f.Pix[i+2], f.Pix[i+1], f.Pix[i], 255
		}
		return dst
	}
	sums := make([]uint32, 3*w) // at most 255 * 2^24 pixels a cell: enough for any frame a Plan lets through at side >= 64
	column := make([]int, f.Width)
	count := make([]uint32, w)
	for x := range column {
		column[x] = x * w / f.Width
		count[column[x]]++
	}
	for y := range h {
		clear(sums)
		top, bottom := (y*f.Height+h-1)/h, ((y+1)*f.Height+h-1)/h
		for sy := top; sy < bottom; sy++ {
			row := f.Pix[3*sy*f.Width : 3*(sy+1)*f.Width]
			for x, cx := range column {
				s, p := sums[3*cx:3*cx+3:3*cx+3], row[3*x:3*x+3:3*x+3]
				s[0] += uint32(p[0])
				s[1] += uint32(p[1])
				s[2] += uint32(p[2])
			}
		}
		out := dst.Pix[y*dst.Stride:]
		for x := range w {
			n := count[x] * uint32(bottom-top)
			out[4*x] = uint8((sums[3*x+2] + n/2) / n)
			out[4*x+1] = uint8((sums[3*x+1] + n/2) / n)
			out[4*x+2] = uint8((sums[3*x] + n/2) / n)
			out[4*x+3] = 255
		}
	}
	return dst
}

// Reduced returns the frame as Fit does, as a frame.
func (f *Frame) Reduced(side int) Frame {
	img, out := f.Fit(side), *f
	out.Width, out.Height = img.Rect.Dx(), img.Rect.Dy()
	out.Pix = make([]byte, 0, 3*out.Width*out.Height)
	for i := 0; i < len(img.Pix); i += 4 {
		out.Pix = append(out.Pix, img.Pix[i+2], img.Pix[i+1], img.Pix[i])
	}
	return out
}

// Crop returns a copy of the part of the frame inside r.
func (f *Frame) Crop(r image.Rectangle) *image.NRGBA {
	r = r.Intersect(image.Rect(0, 0, f.Width, f.Height))
	dst := image.NewNRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
	for y := range r.Dy() {
		src := f.Pix[3*((r.Min.Y+y)*f.Width+r.Min.X):]
		out := dst.Pix[y*dst.Stride:]
		for x := range r.Dx() {
			out[4*x], out[4*x+1], out[4*x+2], out[4*x+3] = src[3*x+2], src[3*x+1], src[3*x], 255
		}
	}
	return dst
}
