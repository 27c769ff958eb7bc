// Package visible reads the labels that stand in the picture itself: text at its border that says that AI made it.
package visible

import (
	_ "embed"
	"fmt"
	"image"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector looks for visible labels and holds them against GB 45438-2025, and against the implicit labels that were read before it.
var Detector = forensics.Detector{
	Name:    "visible",
	Version: 2,
	Doc: `Looks for a visible AI label: text near the border of the picture that names AI and generation, as GB 45438-2025 (5.2, 5.4) wants it.
Rows of strokes of one shade are found by a morphological top-hat of the frame in grey, reduced to 640 pixels, and those that look most like text are
cut out at full resolution and read by tesseract (chi_sim), which gets these pixels only. Measured are the words, the distance to the border and
the height of the box around the characters: the standard wants 5 % of the shorter side and does not say how characters are measured.
Of a video the opening is read, and then places at a quarter, half and three quarters; where a label is read, its strokes are sought at the same place of
frames at 0, 0.5, 1, 1.5 and just before 2 seconds and of those spread over the video. A label that moves counts as gone.
Marks of vendors that name AI only are label.visible.partial.
A label before a busy background, in vertical or slanted writing, in another language or below 3 % may be missed: not found does not mean not there.
Sources: GB 45438-2025; github.com/tesseract-ocr/tesseract.`,
	Accepts:    media.Image | media.Video,
	Validation: forensics.MustValidation(validation),
	New: func(forensics.Env) (forensics.Run, error) {
		reader, _, missing := find()
		return func(p *forensics.Pass) error {
			if missing != nil {
				return forensics.NotApplicable("not evaluated: %v", missing)
			}
			return run(p, reader)
		}, nil
	},
}

// leastSide is the shorter side in pixels from which on a label of 5 % has the ten pixels that can be read.
const leastSide = 200

func run(p *forensics.Pass, reader *tesseract) error {
	if first := &p.Frames[0]; min(first.Width, first.Height) < leastSide {
		return forensics.NotApplicable("the shorter side has less than %d pixels: a label of 5 %% could not be read", leastSide)
	}
	var seen sightings
	for _, f := range chosen(p) {
		marks, err := look(p, f, reader)
		if err != nil {
			return err
		}
		seen = append(seen, sighting{f, marks})
		if _, m := seen.best(full); m != nil {
			break
		}
	}
	if err := report(p, seen); err != nil {
		return err
	}
	pair(p, seen)
	return nil
}

// sighting is what was read in one frame.
type sighting struct {
	frame *media.Frame
	marks []mark
}

type sightings []sighting

// best returns the surest mark of a kind, from the first frame that has one.
func (s sightings) best(k kind) (*media.Frame, *mark) {
	for _, one := range s {
		var best *mark
		for i := range one.marks {
			if m := &one.marks[i]; m.kind == k && (best == nil || m.near(one.frame) && !best.near(one.frame)) {
				best = m
			}
		}
		if best != nil {
			return one.frame, best
		}
	}
	return nil, nil
}

// mark is text in a frame that names AI.
type mark struct {
	kind       kind
	text       string
	confidence float64         // 0..100
	box        image.Rectangle // of the frame, around its characters
}

// most is how many rows of strokes are read in one frame.
const most = 4

// look reads the rows of strokes of one frame, all in one run of the program.
func look(p *forensics.Pass, f *media.Frame, reader *tesseract) ([]mark, error) {
	small := reduced(f)
	rows, err := small.lines()
	if err != nil {
		return nil, err
	}
	p.Feature(fmt.Sprintf("rows_frame_%d", f.Index), float64(len(rows)))
	var pages []page
	for i := range rows[:min(len(rows), most)] {
		ready, err := small.pages(f, &rows[i])
		if err != nil {
			return nil, err
		}
		pages = append(pages, ready...)
	}
	if len(pages) == 0 {
		return nil, nil
	}
	read, err := reader.read(pages)
	if err != nil {
		return nil, err
	}
	var out []mark
	for i, words := range read {
		text, confidence := joined(words)
		m := mark{kind: classify(text, confidence), text: text, confidence: confidence, box: pages[i].place(words)}
		if m.kind != nothing && !m.box.Empty() {
			out = add(out, m)
		}
	}
	return out, nil
}

// add keeps the surer one of two readings of one place.
func add(marks []mark, m mark) []mark {
	for i, o := range marks {
		if same(o.box, m.box) {
			if m.kind > o.kind || m.kind == o.kind && m.confidence > o.confidence {
				marks[i] = m
			}
			return marks
		}
	}
	return append(marks, m)
}
