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
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	SHA256   string   `json:"sha256"`
	Size     int64    `json:"size"` // bytes
	Licence  string   `json:"licence"`
	Source   string   `json:"source"`         // who publishes it, in words
	URLs     []string `json:"urls,omitempty"` // where to get it, tried in this order until one has the bytes of the digest
	Contract string   `json:"contract"`       // what goes in and what comes out
	Use      string   `json:"use"`            // what it is for, and which detector needs it
	File     string   `json:"file,omitempty"` // name in a models folder; empty for what is built in
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

// Path is where the folder has, or would have, the file of a model.
func (f Folder) Path(m Model) string { return filepath.Join(string(f), m.File) }

// Read returns the content of a model's file after a check of its digest. The error wraps ErrMissing where there is none.
func (f Folder) Read(name string) ([]byte, error) {
	m, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(f.Path(m))
	if f == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s (%s); get it with: unmask models fetch %s", ErrMissing, name, m.File, name)
	}
	if err == nil && info.Size() != m.Size {
		return nil, fmt.Errorf("model %s is not the file of the manifest: it has %d bytes, not %d", name, info.Size(), m.Size)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(f.Path(m))
	}
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	return data, Check(name, data)
}

// State says whether a model can be used.
type State string

const (
	BuiltIn State = "built in" // part of the program
	Present State = "present"  // in the folder, with the digest of the manifest
	Missing State = "missing"
	Damaged State = "damaged" // there is a file, but not that of the manifest, or it cannot be read
)

// State looks at a model's file. The error says what is wrong with one that is missing or damaged.
func (f Folder) State(m Model) (State, error) {
	if m.File == "" {
		return BuiltIn, nil
	}
	switch _, err := f.Read(m.Name); {
	case err == nil:
		return Present, nil
	case errors.Is(err, ErrMissing):
		return Missing, err
	default:
		return Damaged, err
	}
}
