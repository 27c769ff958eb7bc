// Package grid looks for parts of a picture whose JPEG history differs from that of the rest: another 8x8 grid, or one compression less.
package grid

import (
	_ "embed"
	"image"
	"math"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/jpeg"
	"unmask/media/tiff"
)

//go:embed validation.json
var validation []byte

// Detector looks for foreign grids in the pixels, and for single compression in the coefficients of the file.
var Detector = forensics.Detector{
	Name:    "grid",
	Version: 2,
	Doc: `Looks for parts with another JPEG history than the rest of the picture: another grid of 8x8 blocks, or one compression less.
Foreign grids: every pixel votes for the grid in which the block around it has most DCT coefficients that are nought; a window in which a grid
other than the picture's gets more votes than chance allows is reported. It is looked for in the middle half megapixel, and where the picture's own compression
is fine enough (IJG quality 95 and above, or no JPEG). Single compression: the coefficients of the file tell the quantisation step of a compression
before the last; blocks that do not show it were not there then. Both are wiped out by resizing, and mostly by the next compression. What the
picture as a whole tells (double compression, a shifted grid) is innocent and does not vote.
Sources: Nikoukhah et al., "ZERO" (IPOL 2021); Bianchi, Piva, "Image forgery localization via block-grained analysis of JPEG artifacts" (TIFS 2012).`,
	Accepts:    media.Image,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

const smallest = 64 // pixels a side; in smaller pictures a window is the picture

func run(p *forensics.Pass) error {
	f := &p.Frames[0]
	if min(f.Width, f.Height) < smallest {
		return forensics.NotApplicable("%dx%d pixels are too small to compare parts, %d a side are needed", f.Width, f.Height, smallest)
	}
	structure := parsed(p)
	twice, err := compressedTwice(p, structure)
	if err != nil {
		return err
	}
	other := foreign{}
	if finelyCompressed(structure) {
		other = foreignGrid(f)
	}
	p.Feature("foreign", other.score())
	p.Feature("single", twice.score())
	if other.score() >= reported {
		if err := reportForeign(p, other); err != nil {
			return err
		}
	}
	if twice.score() >= conclusive {
		return reportSingle(p, twice)
	}
	return nil
}

// parsed is the structure of a JPEG file, nil for other files.
func parsed(p *forensics.Pass) *jpeg.File {
	if p.Info.Format != "jpeg" {
		return nil
	}
	f, err := p.JPEG()
	if err != nil {
		return nil
	}
	return f
}

const fineQuality = 95 // IJG quality from which the grids of earlier compressions show

func finelyCompressed(f *jpeg.File) bool {
	if f == nil {
		return true
	}
	q, ok := f.Quality()
	return ok && q.Luma.Quality >= fineQuality
}

// Coefficients returns the quantised coefficients of the file, decoded once however many detectors ask.
func coefficients(p *forensics.Pass, f *jpeg.File) (*jpeg.Coefficients, error) {
	return forensics.Shared(p, "jpeg.coefficients", func() (*jpeg.Coefficients, error) { return f.Coefficients(p.Raw) })
}

// single is the part of a file that was compressed once, in a file that was compressed twice.
type single struct {
	doubled
	part  region
	place place
}

const (
	conclusive = 5  // nats a frequency and block in the surest window
	atLeast    = 5  // frequencies that show two compressions
	convincing = .5 // nats a block by which two compressions explain the picture better
	most       = .5 // of the blocks that the part may have; beyond, it is the rest that is odd, or neither
)

// compressedTwice looks at the coefficients of a JPEG file. Files that have none that can be read give a zero result.
func compressedTwice(p *forensics.Pass, f *jpeg.File) (single, error) {
	if f == nil || f.Frame == nil {
		return single{}, nil
	}
	across, down := f.Frame.Width/8, f.Frame.Height/8
	c, err := coefficients(p, f)
	if err != nil || across < window || down < window || across > c.Across || down > c.Down {
		return single{}, nil
	}
	o := 1
	if exif, _, ok := f.Exif(); ok {
		if t, err := tiff.Parse(exif); err == nil {
			o = t.Orientation()
		}
	}
	s := single{doubled: double(c, across, down), place: place{o, f.Frame.Width, f.Frame.Height}}
	if s.used < atLeast || s.gain < convincing {
		return s, nil
	}
	s.part = grown(s.llr, across, down, 1)
	if s.part.share > most || s.place.size() != image.Pt(p.Frames[0].Width, p.Frames[0].Height) {
		s.part = region{}
	}
	return s, nil
}

// score is by how much the surest window of the part is likelier compressed once than twice, in nats a block, 16 at most; 0 without such a part.
func (s *single) score() float64 { return min(max(s.part.peak, 0), 16) }

// place says how the stored picture lies in the one that is shown (EXIF orientation, TIFF 6.0 section 8).
type place struct {
	orientation, w, h int // of the stored picture
}

func (p place) size() image.Point {
	if p.orientation >= 5 {
		return image.Pt(p.h, p.w)
	}
	return image.Pt(p.w, p.h)
}

// shown is where a rectangle of the stored picture is seen.
func (p place) shown(r image.Rectangle) image.Rectangle {
	x0, y0, x1, y1 := r.Min.X, r.Min.Y, r.Max.X, r.Max.Y
	if p.orientation == 2 || p.orientation == 3 || p.orientation == 7 || p.orientation == 8 {
		x0, x1 = p.w-x1, p.w-x0
	}
	if p.orientation == 3 || p.orientation == 4 || p.orientation == 6 || p.orientation == 7 {
		y0, y1 = p.h-y1, p.h-y0
	}
	if p.orientation >= 5 {
		return image.Rect(y0, x0, y1, x1)
	}
	return image.Rect(x0, y0, x1, y1)
}

// region is a connected part of a map.
type region struct {
	cells []int
	peak  float64
	share float64 // of the map
}

// grown is the part of a map around its highest value in which it stays above low.
func grown(v []float64, w, h int, low float64) region {
	top := 0
	for i, x := range v {
		if x > v[top] {
			top = i
		}
	}
	r := region{peak: v[top]}
	seen := make([]bool, len(v))
	for stack := []int{top}; len(stack) > 0; {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[i] || v[i] < low {
			continue
		}
		seen[i] = true
		x, y := i%w, i/w
		r.cells = append(r.cells, i)
		for _, d := range [4]image.Point{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			if nx, ny := x+d.X, y+d.Y; nx >= 0 && ny >= 0 && nx < w && ny < h {
				stack = append(stack, ny*w+nx)
			}
		}
	}
	r.share = float64(len(r.cells)) / float64(math.Max(1, float64(len(v))))
	return r
}
