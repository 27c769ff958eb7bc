package texture

import (
	_ "embed"

	"unmask/forensics/linear"
)

// The model and how it came about: scripts/train/portraits.py writes both files.
var (
	//go:embed model.json
	recipe []byte
	//go:embed model.bin
	weights []byte
)

// model is linear over the numbers of a picture, those of the whole before those of the head.
type model struct{ *linear.Model }

func load() (model, error) {
	m, err := linear.Load(recipe, weights)
	return model{m}, err
}

func (m model) score(d described) (float64, error) {
	return m.Score(append(d.whole[:len(d.whole):len(d.whole)], d.head...))
}
