package reference

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// PackSchema names the version of the pack's form: a header line, then one entry a line, all JSON.
const PackSchema = "unmask/pack/1"

// packHeader is a pack's first line.
type packHeader struct {
	Schema     string            `json:"schema"`
	Parameters map[string]string `json:"parameters"` // how the hashes were made
	Entries    int               `json:"entries"`
	SHA256     string            `json:"sha256"` // of everything after this line
}

// WritePack writes entries, in the order of identity, name and time, with the parameters their hashes were made under.
// The same entries give the same bytes. The file appears whole or not at all.
func WritePack(path string, parameters map[string]string, entries []Entry) error {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Identity, b.Identity), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Time, b.Time))
	})
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	for i := range entries {
		if err := enc.Encode(&entries[i]); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(body.Bytes())
	head, err := json.Marshal(packHeader{PackSchema, parameters, len(entries), hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	tmp := path + ".tmp"
	err = os.WriteFile(tmp, append(append(head, '\n'), body.Bytes()...), 0o644)
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	return nil
}

// ReadPack reads a pack and returns its entries and the SHA-256 of its header, which names the pack. It refuses a pack that
// is damaged, of another version, or whose hashes were made under other parameters than want.
func ReadPack(path string, want map[string]string) ([]Entry, string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	entries, id, err := readPack(f, want)
	if err != nil {
		return nil, "", fmt.Errorf("reference pack %s: %w", path, err)
	}
	return entries, id, nil
}

func readPack(r io.Reader, want map[string]string) ([]Entry, string, error) {
	br := bufio.NewReader(r)
	line, err := br.ReadSlice('\n')
	var head packHeader
	if err != nil || json.Unmarshal(line, &head) != nil || head.Schema == "" {
		return nil, "", errors.New("is not a reference pack; make one with unmask enroll")
	}
	if head.Schema != PackSchema {
		return nil, "", fmt.Errorf("is of version %q, this program reads %q; enroll again", head.Schema, PackSchema)
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if head.Parameters[k] != want[k] {
			return nil, "", fmt.Errorf("was made with %s %q, this program uses %q; enroll again", k, head.Parameters[k], want[k])
		}
	}
	id := sha256.Sum256(line)
	sum := sha256.New()
	dec := json.NewDecoder(io.TeeReader(br, sum))
	var entries []Entry
	for {
		var e Entry
		if err := dec.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			return nil, "", fmt.Errorf("is damaged at entry %d: %w", len(entries)+1, err)
		}
		entries = append(entries, e)
	}
	if len(entries) != head.Entries || hex.EncodeToString(sum.Sum(nil)) != head.SHA256 {
		return nil, "", errors.New("is damaged: its content does not fit its digest")
	}
	return entries, hex.EncodeToString(id[:]), nil
}
