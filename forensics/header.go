package forensics

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Header is the first line of a journal: what examined the records that follow.
type Header struct {
	Schema      string            `json:"schema"`      // RunSchema
	Tool        string            `json:"tool"`        // version of unmask
	Fingerprint string            `json:"fingerprint"` // SHA-256 over Parts
	Parts       map[string]string `json:"parts"`       // everything a record depends on but the item itself
	Detectors   []Detector        `json:"detectors"`   // those that were run, with what was measured of them
	References  []Reference       `json:"references"`
	Build       map[string]string `json:"build"` // versions of Go, OpenCV, FFmpeg
}

// RunSchema names the version of the journal's form.
const RunSchema = "unmask/run/1"

// Reference is a reference pack that was searched.
type Reference struct {
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Entries int    `json:"entries"`
}

// NewHeader returns a header whose fingerprint stands for parts: everything a record depends on but the item itself.
func NewHeader(parts map[string]string, detectors []Detector, references []Reference, build map[string]string) Header {
	text, _ := json.Marshal(parts) // a map of strings is always JSON, with sorted keys
	sum := sha256.Sum256(text)
	return Header{Schema: RunSchema, Tool: Version, Fingerprint: hex.EncodeToString(sum[:]), Parts: parts,
		Detectors: detectors, References: references, Build: build}
}
