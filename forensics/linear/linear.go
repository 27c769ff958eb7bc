// Package linear holds the linear models that scripts/train/portraits.py writes.
package linear

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Model is a linear model over the numbers of a picture.
type Model struct {
	Weights   []float32
	Intercept float64
	Threshold float64 // log-odds from which a picture is reported: at most 1 % of genuine ones reach it in any condition
}

// Load reads a model: its recipe (JSON: features, intercept, threshold, and how it came about), and its weights as 32-bit little-endian floats.
func Load(recipe, weights []byte) (*Model, error) {
	var r struct {
		Features  int     `json:"features"`
		Intercept float64 `json:"intercept"`
		Threshold float64 `json:"threshold"`
	}
	if err := json.Unmarshal(recipe, &r); err != nil {
		return nil, fmt.Errorf("recipe of a linear model: %w", err)
	}
	if r.Features < 0 || len(weights) != 4*r.Features {
		return nil, fmt.Errorf("a linear model of %d weights has %d bytes", r.Features, len(weights))
	}
	m := &Model{make([]float32, r.Features), r.Intercept, r.Threshold}
	return m, binary.Read(bytes.NewReader(weights), binary.LittleEndian, m.Weights)
}

// Score returns the log-odds (natural, at even odds before) that a picture with these numbers is generated.
func (m *Model) Score(numbers []float64) (float64, error) {
	if len(numbers) != len(m.Weights) {
		return 0, fmt.Errorf("%d numbers for a linear model of %d", len(numbers), len(m.Weights))
	}
	sum := m.Intercept
	for i, v := range numbers {
		sum += float64(m.Weights[i]) * v
	}
	return sum, nil
}
