package linear

import "testing"

func TestScore(t *testing.T) {
	recipe := []byte(`{"features": 2, "intercept": 0.5, "threshold": 3}`)
	weights := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0} // 1, -2
	m, err := Load(recipe, weights)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Score([]float64{3, 1}); err != nil || got != 1.5 || m.Threshold != 3 {
		t.Errorf("%v %v %v", got, err, m.Threshold)
	}
	if _, err := m.Score([]float64{1}); err == nil {
		t.Error("one number has a score")
	}
	for _, broken := range [][2]string{{`{"features": 3}`, string(weights)}, {`{`, string(weights)}, {`{"features": -1}`, ""}} {
		if _, err := Load([]byte(broken[0]), []byte(broken[1])); err == nil {
			t.Errorf("%s was read", broken[0])
		}
	}
}
