package splice

import (
	"bytes"
	"image"
	"math"

	"unmask/media"
)

const (
	most    = 1 << 21 // pixels that are looked at
	fine    = 1 << 19 // up to which the squares lie close, and every row counts
	step    = 1000    // thousandths of a grey level beyond which a residual counts as up or down
	taps    = 4       // pixels of the filter, and neighbours that are counted together
	symbols = 81      // combinations of taps residuals of three values
)

// middle is the part of the frame that is looked at.
func middle(f *media.Frame) image.Rectangle {
	w, h := f.Width, f.Height
	if w*h > most {
		scale := math.Sqrt(most / (float64(w) * float64(h)))
		w, h = max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale))
	}
	x, y := (f.Width-w)/2, (f.Height-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// luma is the brightness of a part of a frame in thousandths of a grey level.
func luma(f *media.Frame, r image.Rectangle) []int32 {
	out := make([]int32, r.Dx()*r.Dy())
	for y := range r.Dy() {
		row := f.Pix[3*((r.Min.Y+y)*f.Width+r.Min.X):][:3*r.Dx()]
		line := out[y*r.Dx():][:r.Dx()]
		for x := range line {
			p := row[3*x : 3*x+3 : 3*x+3]
			line[x] = 114*int32(p[0]) + 587*int32(p[1]) + 299*int32(p[2])
		}
	}
	return out
}

// residual says for each pixel whether the third difference along a stride is down, nil or up: 0, 1 or 2. The last three along it stay nil.
func residual(v []int32, stride int) []uint8 {
	out := bytes.Repeat([]byte{1}, len(v))
	c := v[3*stride:]
	a, b := v[stride:][:len(c)], v[2*stride:][:len(c)]
	for i := range c {
		d := v[i] - 3*a[i] + 3*b[i] - c[i]
		out[i] += uint8(uint32(step-d)>>31) - uint8(uint32(d+step)>>31) // the sign bits, without a branch
	}
	return out
}

// classes gives each combination of four residuals a number, the same for one that is mirrored or negated, and says how many there are.
func classes() (of [256]uint8, n int) {
	first := map[int]uint8{}
	for s := range symbols {
		a, b, c, d := s/27, s/9%3, s/3%3, s%3
		back := d*27 + c*9 + b*3 + a
		key := min(s, back, symbols-1-s, symbols-1-back)
		if _, ok := first[key]; !ok {
			first[key] = uint8(n)
			n++
		}
		of[s] = first[key]
	}
	return of, n
}

// stillness is the class of four residuals that are nil.
func stillness() int { of, _ := classes(); return int(of[40]) }

// counted is how often which class occurs in each cell of a picture, in every so many rows: neighbours along the residual first, then across it.
func counted(v []int32, w, h, cell, every int) (counts []uint16, across, size int) {
	of, n := classes()
	across, size = w/cell, 2*n
	counts = make([]uint16, across*(h/cell)*size)
	for k, r := range [2][]uint8{residual(v, 1), residual(v, w)} {
		rows, columns := k*n, (1-k)*n
		for y := 0; y < min(h/cell*cell, h-2*taps); y += every {
			for cx := range across {
				from, to := y*w+cx*cell, y*w+min((cx+1)*cell, w-2*taps)
				c := counts[(y/cell*across+cx)*size:][:size]
				wide := max(0, to-from)
				here, e, ee, eee := r[from:][:wide], r[from+1:][:wide], r[from+2:][:wide], r[from+3:][:wide]
				s, ss, sss := r[from+w:][:wide], r[from+2*w:][:wide], r[from+3*w:][:wide]
				for i, v := range here {
					c[rows+int(of[27*v+9*e[i]+3*ee[i]+eee[i]])]++
					c[columns+int(of[27*v+9*s[i]+3*ss[i]+sss[i]])]++
				}
			}
		}
	}
	return counts, across, size
}
