// Package models names the model files that the detectors need: what they are, where they come from, and the digest that each must
// have. It imports nothing of ours.
package models

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

//go:embed manifest.json
var manifest []byte

// Model is one file.
type Model struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	SHA256   string `json:"sha256"`
	Size     int64  `json:"size"` // bytes
	Licence  string `json:"licence"`
	Source   string `json:"source"`   // where to get it
	Contract string `json:"contract"` // what goes in and what comes out
}

// Manifest lists all models.
func Manifest() []Model {
	var m struct{ Models []Model }
	if err := json.Unmarshal(manifest, &m); err != nil {
		panic("models/manifest.json: " + err.Error()) // it is embedded: a broken one cannot be shipped
	}
	return m.Models
}

// Lookup returns the model of that name.
func Lookup(name string) (Model, error) {
	for _, m := range Manifest() {
		if m.Name == name {
			return m, nil
		}
	}
	return Model{}, fmt.Errorf("no model %q in the manifest", name)
}

// Check tells whether data is the model of that name, by its digest.
func Check(name string, data []byte) error {
	m, err := Lookup(name)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != m.SHA256 {
		return fmt.Errorf("model %s is not the file of the manifest: its SHA-256 is %x, not %s", name, sum, m.SHA256)
	}
	return nil
}
