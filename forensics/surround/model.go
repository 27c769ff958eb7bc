package surround

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

//go:embed model.json
var modelFile []byte

// model is a logistic regression over how far features are from those of most genuine faces, in either direction: a face that was put
// in can be sharper than its surroundings or smoother. scripts/train/swap.py fits it.
type model struct {
	Intercept float64 `json:"intercept"`
	Threshold float64 `json:"threshold"` // log-odds from which a face is a finding
	Inputs    []input `json:"inputs"`
	Band      struct {
		Low  [radii]float64 `json:"low"` // 5th and 95th percentile of the profiles of genuine faces
		High [radii]float64 `json:"high"`
	} `json:"band"`
}

// input is one feature: its median, its deviation and the weight of each deviation off the median.
type input struct {
	Name   string  `json:"name"`
	Centre float64 `json:"centre"`
	Scale  float64 `json:"scale"`
	Weight float64 `json:"weight"`
}

const farthest = 4 // scales from the centre; a feature farther off counts as this

// loadModel reads the embedded coefficients.
func loadModel() (*model, error) {
	var m model
	if err := json.Unmarshal(modelFile, &m); err != nil {
		return nil, fmt.Errorf("surround/model.json: %w", err)
	}
	return &m, nil
}

// score returns the log-odds that a face was put in, at even prior odds, and what each cue contributes to them.
func (m *model) score(v vector) (float64, map[string]float64, error) {
	value := make(map[string]float64, len(v))
	for _, f := range v {
		value[f.name] = f.value
	}
	sum, cues := m.Intercept, map[string]float64{}
	for _, in := range m.Inputs {
		x, ok := value[in.Name]
		if !ok {
			return 0, nil, fmt.Errorf("surround/model.json wants the feature %q, which is not measured", in.Name)
		}
		part := in.Weight * min(math.Abs(x-in.Centre)/in.Scale, farthest)
		sum += part
		cues[cueOf(in.Name)] += part
	}
	return sum, cues, nil
}

// cueOf returns the name of the cue that a feature belongs to: what stands before the first underline.
func cueOf(name string) string {
	cue, _, _ := strings.Cut(name, "_")
	return cue
}
