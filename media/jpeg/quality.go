package jpeg

import "fmt"

// Quality is what the quantisation tables tell about the setting of the encoder.
type Quality struct {
	Luma        Estimate
	Chroma      *Estimate // nil for a picture of one component
	Subsampling string    // such as "4:2:0"; "4:0:0" for one component, "" where the frame fits no such name
}

// Estimate is the IJG quality whose table comes nearest.
type Estimate struct {
	Quality int     // 1..100
	Error   float64 // mean absolute difference of the 64 entries from the table of that quality
}

// Exact tells whether the table is the standard one, scaled as the IJG library does.
func (e Estimate) Exact() bool { return e.Error == 0 }

// Standard tells whether all tables are those of one IJG quality.
func (q Quality) Standard() bool {
	return q.Luma.Exact() && (q.Chroma == nil || q.Chroma.Exact() && q.Chroma.Quality == q.Luma.Quality)
}

// Quality estimates the encoder's setting; ok is false where the frame header or a table it names is missing.
func (f *File) Quality() (q Quality, ok bool) {
	if f.Frame == nil || len(f.Frame.Components) == 0 {
		return q, false
	}
	c := f.Frame.Components
	luma := f.Tables[c[0].Table]
	if luma == nil {
		return q, false
	}
	q.Luma, q.Subsampling = estimate(luma, &standardLuma, 100), f.Frame.subsampling()
	if len(c) >= 3 {
		chroma := f.Tables[c[1].Table]
		if chroma == nil {
			return q, false
		}
		e := estimate(chroma, &standardChroma, q.Luma.Quality)
		q.Chroma = &e
	}
	return q, true
}

// estimate tries every quality, the likeliest first: where another gives the same table, the likeliest is returned.
func estimate(t *Table, base *[64]uint16, likeliest int) Estimate {
	best, quality := difference(t, base, likeliest), likeliest
	for q := 100; q >= 1; q-- {
		if d := difference(t, base, q); d < best {
			best, quality = d, q
		}
	}
	return Estimate{quality, float64(best) / 64}
}

// difference is the sum of absolute differences from the table that the IJG library makes of base at quality q (jcparam.c of
// libjpeg: base*S+50 over 100 with S = 5000/q below 50 and 200-2q from there, held within 1..255 or, for 16 bits, 1..32767).
func difference(t *Table, base *[64]uint16, q int) int {
	scale, limit := 200-2*q, 255
	if q < 50 {
		scale = 5000 / q
	}
	if t.Precision == 16 {
		limit = 32767
	}
	sum := 0
	for i, b := range base {
		want := min(max((int(b)*scale+50)/100, 1), limit)
		d := int(t.Values[i]) - want
		sum += max(d, -d)
	}
	return sum
}

// subsampling names the ratio of the sampling factors of the first component to those of the second and third.
func (fr *Frame) subsampling() string {
	c := fr.Components
	if len(c) == 1 {
		return "4:0:0"
	}
	if len(c) != 3 || c[1].H != c[2].H || c[1].V != c[2].V || c[1].H == 0 || c[1].V == 0 || c[0].H%c[1].H != 0 || c[0].V%c[1].V != 0 {
		return ""
	}
	return ratios[fmt.Sprintf("%dx%d", c[0].H/c[1].H, c[0].V/c[1].V)]
}

var ratios = map[string]string{"1x1": "4:4:4", "2x1": "4:2:2", "2x2": "4:2:0", "1x2": "4:4:0", "4x1": "4:1:1", "4x2": "4:1:0"}

// The example tables of T.81 annex K.1, in zig-zag order.
var (
	standardLuma = [64]uint16{
		16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
		26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
		56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
		95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
	}
	standardChroma = [64]uint16{
		17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
		99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
	}
)
