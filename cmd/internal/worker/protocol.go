// Package worker runs examinations in worker processes, one item at a time in each, so that a crash, a hang or a decoder that
// eats memory costs one record and not the run. Pool is the caller's side, Serve the worker's.
//
// Requests and replies are JSON values on their own descriptors (3 and 4), because libraries print on standard output.
package worker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
	"unmask/forensics/reference"
	"unmask/media"

	"golang.org/x/sys/unix"
)

// Config is the first thing a worker is told.
type Config struct {
	Profile     string     `json:"profile"` // full or triage; empty lists everything and examines nothing
	Plan        media.Plan `json:"plan"`
	References  []string   `json:"references"` // paths of packs
	HashSets    []HashSet  `json:"hash_sets"`
	Trust       []Given    `json:"trust"`       // certificates (--trust)
	Registry    []Given    `json:"registry"`    // producers of AI content (--registry)
	Calibration []Given    `json:"calibration"` // the laboratory's own (--calibration)
	Models      string     `json:"models"`      // folder of model files
	Evidence    string     `json:"evidence"`    // folder for evidence; empty keeps none
	MaxMemory   uint64     `json:"max_memory"`  // bytes of writable memory, enforced by the kernel; 0 for no limit
}

// HashSet is a compiled hash set.
type HashSet struct {
	Kind   setfile.Kind `json:"kind"`
	Name   string       `json:"name"`   // of the file that it was made from, for findings
	Path   string       `json:"path"`   // of the compiled file
	SHA256 string       `json:"sha256"` // of the file that it was made from
}

// Given is a file that the user named for the run.
type Given struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Give takes up a file for the run.
func Give(path string) (Given, error) {
	data, err := os.ReadFile(path)
	return Given{path, digest(data)}, err
}

// Read returns the contents of all files, one after the other; nil where there are none. A file that has changed since Give is refused.
func Read(files []Given) (all []byte, err error) {
	for _, g := range files {
		data, err := os.ReadFile(g.Path)
		if err != nil {
			return nil, err
		}
		if digest(data) != g.SHA256 {
			return nil, fmt.Errorf("%s was changed while the run was under way", g.Path)
		}
		all = append(append(all, data...), '\n')
	}
	return all, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// OpenHashSets opens the hash sets of a configuration. A compiled file that was made from another source is refused.
func (c Config) OpenHashSets() ([]setfile.Given, error) {
	var out []setfile.Given
	for _, h := range c.HashSets {
		s, err := setfile.Open(h.Path)
		if err != nil {
			return nil, err
		}
		if s.Source != h.SHA256 {
			return nil, fmt.Errorf("hash set %s was made anew from another source while the run was under way", h.Path)
		}
		out = append(out, setfile.Given{Kind: h.Kind, Name: h.Name, Set: s})
	}
	return out, nil
}

// Hello is a worker's answer to its Config.
type Hello struct {
	Detectors  []forensics.Detector  `json:"detectors"` // those that the profile runs
	References []forensics.Reference `json:"references"`
	Parameters map[string]string     `json:"parameters"` // what reference packs must have been made under
	Build      map[string]string     `json:"build"`
	Error      string                `json:"error,omitempty"` // why the worker cannot work
}

// Request asks for one item: its record, what a reference pack keeps of it, or what differs between it and another picture.
type Request struct {
	Item   media.Item  `json:"item"`
	Base   *media.Item `json:"base,omitempty"`
	Enroll *Enroll     `json:"enroll,omitempty"`
}

// Enroll says under which names an item becomes a reference.
type Enroll struct {
	Identity string `json:"identity"`
	Name     string `json:"name"`
}

// Reply holds what was asked for, or in Error why the run must stop.
type Reply struct {
	Record    *forensics.Record   `json:"record,omitempty"`
	Reference []reference.Entry   `json:"reference,omitempty"`
	OfItem    []forensics.Finding `json:"of_item,omitempty"` // what differs from the base
	OfBase    []forensics.Finding `json:"of_base,omitempty"` // the same in the base
	Failure   *media.Failure      `json:"failure,omitempty"` // why an item gives no reference, or cannot be compared
	Error     string              `json:"error,omitempty"`
}

// Descriptors of a worker process.
const (
	requestFD = 3
	replyFD   = 4
)

// Serve answers requests until the caller closes its end. Start makes the worker ready and returns the function that answers one
// request; the error it returns, or that the function returns, goes to the caller. Orphaned is called as soon as the
// caller is gone, also while a request is being answered, and should end the process.
func Serve(in io.Reader, out io.Writer, start func(Config) (Hello, func(Request) (Reply, error), error), orphaned func()) error {
	requests := make(chan Request)
	dec, enc := json.NewDecoder(in), json.NewEncoder(out)
	var c Config
	if err := dec.Decode(&c); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	hello, answer, err := start(c)
	if err != nil {
		hello.Error = err.Error()
	}
	if err := errors.Join(enc.Encode(hello), err); err != nil {
		return err
	}
	go func() {
		defer close(requests)
		for {
			var r Request
			if dec.Decode(&r) != nil {
				orphaned()
				return
			}
			requests <- r
		}
	}()
	for r := range requests {
		reply, err := answer(r)
		if err != nil {
			reply = Reply{Error: err.Error()}
		}
		if err := enc.Encode(reply); err != nil {
			return err
		}
	}
	return nil
}

// Pipes returns the worker's ends of the pipes, or an error where the process was not started by a Pool.
func Pipes() (in, out *os.File, err error) {
	for _, fd := range []int{requestFD, replyFD} {
		var st unix.Stat_t
		if unix.Fstat(fd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
			return nil, nil, errors.New("this program is started by unmask, not by hand")
		}
		unix.CloseOnExec(fd)
	}
	return os.NewFile(requestFD, "requests"), os.NewFile(replyFD, "replies"), nil
}
