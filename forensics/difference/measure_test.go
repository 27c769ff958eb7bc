package difference

import (
	"errors"
	"fmt"
	"image"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/forensics/face"
	"unmask/forensics/reference"
	"unmask/models"

	"github.com/disintegration/imaging"
)

// invisible is the mean change in grey levels below which a picture counts as unaltered: a plain area cloned onto another.
const invisible = 3

// encodings are how altered pictures are passed on.
var encodings = []handling{
	{"q80", quality(80).of}, {"half size, q70", resized(.5, 70)},
	{"cropped, brighter, q70", func(m *image.NRGBA) (image.Image, forensics.Affine) {
		out, place := cropped(.04, .03, .02, .05)(scaled(m, 1.12))
		return encoded(out, 70), place
	}},
}

// tally counts copies of one kind.
type tally struct {
	copies, named, unaligned, invisible int
	peaks                               []float64
}

// measurement collects what came of all copies, by kind.
type measurement struct {
	sync.Mutex
	env   forensics.Env
	kinds map[string]*tally
}

// of is the tally of a kind.
func (m *measurement) of(kind string) *tally {
	if m.kinds[kind] == nil {
		m.kinds[kind] = &tally{}
	}
	return m.kinds[kind]
}

// add compares a copy with its original. Every second copy has a placement as a hash gives it. An altered copy is named where one of the
// regions that become findings overlaps the box; an honest one, whose box is empty, where there is a region.
func (m *measurement) add(t *testing.T, kind string, o *original, e *reference.Entry, img image.Image, place forensics.Affine, box image.Rectangle) {
	rnd := random(o, kind)
	c := copied{place: place, exact: rnd.IntN(2) == 0}
	p := passOf(img, m.env)
	p.Placed = []forensics.Placement{{Entry: e, Map: c.placed(e, o.img, rnd), Exact: c.exact}}
	got := compared{}
	all, err := compareAll(p)
	if len(all) > 0 {
		got = all[0]
	}
	named := false
	ok := len(all) > 0 && got.doubt() == ""
	if ok {
		truth := scaledBox(box, float64(e.Width)/float64(o.img.Rect.Dx()))
		for _, r := range got.Regions[:min(len(got.Regions), mostFindings)] {
			named = named || box.Empty() || r.Box.Overlaps(truth)
		}
	}
	m.Lock()
	defer m.Unlock()
	n := m.of(kind)
	n.copies++
	if n.peaks = append(n.peaks, got.Peak); !ok {
		n.unaligned++
	}
	if named {
		n.named++
	}
	if named == box.Empty() {
		t.Logf("%-40s exact %v, peak %.2f, changed %.3f, agreement %.2f, %v: %s", kind, c.exact, got.Peak, got.Changed, got.Agreement, err, o.path)
	}
}

// TestMeasure prints what validation.json holds. Run it with -v; it takes some 15 minutes on two cores. DIFFERENCE_PICTURES is how many
// of the held-out pictures are used, by default all; with DIFFERENCE_HALF=choose it looks at those that the thresholds were chosen on.
func TestMeasure(t *testing.T) {
	if !testing.Verbose() {
		t.Skip("prints figures; run with -v")
	}
	number, err := strconv.Atoi(os.Getenv("DIFFERENCE_PICTURES"))
	if err != nil {
		number = 1 << 20
	}
	all := some(t, os.Getenv("DIFFERENCE_HALF") != "choose", number)
	m := measurement{env: forensics.Env{Models: models.Folder(detectortest.Models(t, face.Networks()...))}, kinds: map[string]*tally{}}
	queue := make(chan int)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range queue {
				m.picture(t, &all[i], &all[(i+7)%len(all)])
			}
		})
	}
	for i := range all {
		queue <- i
	}
	close(queue)
	wg.Wait()
	m.print(t, len(all))
}

func (m *measurement) picture(t *testing.T, o, donor *original) {
	img, err := imaging.Open(o.path, imaging.AutoOrientation(true))
	other, err2 := imaging.Open(donor.path, imaging.AutoOrientation(true))
	if err := errors.Join(err, err2); err != nil {
		t.Logf("left out: %v", err)
		return
	}
	mine := *o
	mine.img = imaging.Fit(img, largest, largest, imaging.Linear)
	donated := imaging.Fit(other, largest, largest, imaging.Linear)
	e := entryOf(mine.img)
	for _, h := range honest {
		img, place := h.of(mine.img)
		m.add(t, "honest: "+h.name, &mine, e, img, place, image.Rectangle{})
	}
	for _, a := range altered {
		img, box := a.of(mine.img, donated, random(o, a.name))
		if box.Empty() {
			continue
		}
		seen := visible(mine.img, img, box)
		for _, h := range encodings {
			kind := fmt.Sprintf("altered: %s, %s", a.name, h.name)
			if seen < invisible {
				m.Lock()
				m.of(kind).invisible++
				m.Unlock()
				continue
			}
			out, place := h.of(img)
			m.add(t, kind, &mine, e, out, place, box)
		}
	}
	m.add(t, "another picture", &mine, e, donated, scaling(float64(donated.Rect.Dx())/float64(mine.img.Rect.Dx()), float64(donated.Rect.Dy())/float64(mine.img.Rect.Dy())), image.Rectangle{})
}

func (m *measurement) print(t *testing.T, pictures int) {
	t.Logf("%d pictures; share named, of copies, unaligned, without visible change; peak at 5, 50, 95 %% and most", pictures)
	var kinds []string
	for k := range m.kinds {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		n := m.kinds[k]
		slices.Sort(n.peaks)
		at := func(share float64) float64 {
			if len(n.peaks) == 0 {
				return 0
			}
			return n.peaks[int(share*float64(len(n.peaks)-1))]
		}
		t.Logf("%-45s %.3f of %d, %d unaligned, %d invisible; %.2f %.2f %.2f %.2f", k, float64(n.named)/float64(max(1, n.copies)), n.copies, n.unaligned, n.invisible,
			at(.05), at(.5), at(.95), at(1))
	}
}
