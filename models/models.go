// Package models names the model files that the detectors need: what they are, where they come from, and the digest that each must
// have. It imports nothing of ours.
package models

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	Source   string `json:"source"`         // where to get it
	Contract string `json:"contract"`       // what goes in and what comes out
	File     string `json:"file,omitempty"` // name in a models folder; empty for what is built in
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

// Folder is where model files lie that are not built in.
type Folder string

// ErrMissing marks a model file that is not in the folder.
var ErrMissing = errors.New("model file is missing")

// Read returns the content of a model's file after a check of its digest. The error wraps ErrMissing where there is none.
func (f Folder) Read(name string) ([]byte, error) {
	m, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(string(f), m.File))
	if f == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s (%s); get it with: unmask models fetch %s", ErrMissing, name, m.File, name)
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return data, Check(name, data)
}
