package validation

import (
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // masks are PNG or JPEG
	_ "image/png"
	"math"
	"os"
	"path/filepath"

	"unmask/forensics"
)

// Masks is how the boxes that findings of an edit or a swap name lie to the labelled regions, pixel by pixel. A box is coarse by nature:
// these figures say whether the place is right, not how exact an outline is.
type Masks struct {
	Pictures   int    `json:"pictures"`    // positives with a mask that could be read, and a record
	Unreadable int    `json:"unreadable"`  // masks that could not be read
	WithBox    int    `json:"with_box"`    // pictures of which a finding names a region
	F1         Number `json:"f1_with_box"` // mean over these
	IoU        Number `json:"iou_with_box"`
	AllF1      Number `json:"f1_all"` // mean over all pictures; without a box it is 0
}

const (
	maxMaskPixels = 50_000_000
	maskSide      = 512 // masks are compared at this longer side in pixels
	maskFrom      = 127 // brighter is inside
)

// Localise compares boxes and masks of the labels of a question; nil where no label has a mask. Folder is that of the list of labels.
// The errors are of masks that could not be read.
func Localise(all []Observation, q forensics.Question, folder string) (*Masks, []error) {
	var m Masks
	var errs []error
	var f1, iou float64
	for _, o := range all {
		if o.Question != q || o.Mask == "" || !o.Positive || !o.Found || o.Size[0] <= 0 || o.Size[1] <= 0 {
			continue
		}
		mask, err := readMask(resolve(folder, o.Mask))
		if err != nil {
			m.Unreadable++
			errs = append(errs, fmt.Errorf("line %d: the mask %w", o.Line, err))
			continue
		}
		m.Pictures++
		if len(o.Boxes) == 0 {
			continue
		}
		m.WithBox++
		f, i := overlap(mask, o.Boxes, o.Size)
		f1, iou = f1+f, iou+i
	}
	if m.Pictures+m.Unreadable == 0 {
		return nil, nil
	}
	m.F1, m.IoU, m.AllF1 = Number(f1/float64(m.WithBox)), Number(iou/float64(m.WithBox)), Number(f1/float64(m.Pictures))
	return &m, errs
}

// resolve returns a path of the list as one of the file system.
func resolve(folder, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, filepath.FromSlash(name))
}

func readMask(name string) (image.Image, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return nil, fmt.Errorf("%s is no PNG or JPEG picture: %w", name, err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxMaskPixels/c.Height {
		return nil, fmt.Errorf("%s has %d x %d pixels, more than %d million", name, c.Width, c.Height, maxMaskPixels/1_000_000)
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", name, err)
	}
	return img, nil
}

// overlap returns F1 and intersection over union of the union of boxes, in a picture of a size, with the bright part of a mask of any size.
func overlap(mask image.Image, boxes [][4]int, size [2]int) (f1, iou float64) {
	b := mask.Bounds()
	scale := min(1, maskSide/float64(max(b.Dx(), b.Dy())))
	w, h := max(1, int(math.Round(float64(b.Dx())*scale))), max(1, int(math.Round(float64(b.Dy())*scale)))
	var both, only, missed float64
	for y := range h {
		for x := range w {
			u, v := (float64(x)+.5)/float64(w), (float64(y)+.5)/float64(h)
			grey := color.GrayModel.Convert(mask.At(b.Min.X+int(u*float64(b.Dx())), b.Min.Y+int(v*float64(b.Dy())))).(color.Gray)
			inside, marked := grey.Y > maskFrom, contains(boxes, u*float64(size[0]), v*float64(size[1]))
			switch {
			case inside && marked:
				both++
			case marked:
				only++
			case inside:
				missed++
			}
		}
	}
	if both == 0 {
		return 0, 0
	}
	return 2 * both / (2*both + only + missed), both / (both + only + missed)
}

func contains(boxes [][4]int, x, y float64) bool {
	for _, b := range boxes {
		if x >= float64(b[0]) && x < float64(b[0]+b[2]) && y >= float64(b[1]) && y < float64(b[1]+b[3]) {
			return true
		}
	}
	return false
}
