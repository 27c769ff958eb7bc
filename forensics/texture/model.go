package texture

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// The model and how it came about: scripts/train/texture.py writes both files.
var (
	//go:embed model.json
	recipe []byte
	//go:embed model.bin
	weights []byte
)

// model is a linear model over the numbers of a picture, those of the whole before those of the head.
type model struct {
	weights   []float32
	intercept float64
	threshold float64 // log-odds from which a portrait is reported: at most 1 % of genuine ones reach it in any condition
}

func load() (*model, error) {
	var r struct {
		Features  int     `json:"features"`
		Intercept float64 `json:"intercept"`
		Threshold float64 `json:"threshold"`
	}
	if err := json.Unmarshal(recipe, &r); err != nil {
		return nil, fmt.Errorf("texture/model.json: %w", err)
	}
	m := &model{make([]float32, r.Features), r.Intercept, r.Threshold}
	if err := binary.Read(bytes.NewReader(weights), binary.LittleEndian, m.weights); err != nil || len(weights) != 4*r.Features {
		return nil, fmt.Errorf("texture/model.bin has %d bytes, and model.json says %d weights", len(weights), r.Features)
	}
	return m, nil
}

// score returns the log-odds that the portrait is generated, at even odds before.
func (m *model) score(d described) (float64, error) {
	if len(d.whole)+len(d.head) != len(m.weights) {
		return 0, fmt.Errorf("%d numbers for a model of %d", len(d.whole)+len(d.head), len(m.weights))
	}
	sum := m.intercept
	for i, v := range d.whole {
		sum += float64(m.weights[i]) * v
	}
	for i, v := range d.head {
		sum += float64(m.weights[len(d.whole)+i]) * v
	}
	return sum, nil
}
