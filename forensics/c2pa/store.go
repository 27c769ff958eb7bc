package c2pa

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"unmask/media/jumbf"

	"github.com/fxamacker/cbor/v2"
)

// Bounds of what is read of one store. Those of files in the wild have some ten manifests of some twenty assertions.
const (
	maxManifests  = 64
	maxAssertions = 256
	maxDecoded    = 1 << 19 // bytes of CBOR and JSON, which take many times as much once decoded
)

// decoding refuses what no manifest needs and what costs time or memory.
var decoding = func() cbor.DecMode {
	mode, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 32, MaxArrayElements: 1 << 16, MaxMapPairs: 1 << 12,
		DefaultMapType: reflect.TypeFor[map[string]any]()}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()

// store is a manifest store. The last manifest is the active one (C2PA 2.2 section 11.1.4.1).
type store struct {
	manifests []*manifest
	problem   error           // what is damaged
	beyond    error           // what is more than is read, so that nothing is judged
	redacted  map[string]bool // URLs of assertions that were taken out of ingredients
	decoded   int             // bytes of CBOR and JSON so far
	signed    int             // signatures checked so far
	verified  int             // of answers on certificates, likewise
	unpacker  *unpacker
}

// manifest is one manifest with its parts, as they stand in the store.
type manifest struct {
	box        *jumbf.Box
	update     bool  // it has no picture of its own: C2PA 2.2 section 11.2.3
	packed     error // why a compressed one is not read; nil otherwise
	claims     []*jumbf.Box
	signatures []*jumbf.Box
	assertions []assertion
	claim      claim
	claimError error
	verdict    *verdict             // made by judge, once
	from       []ingredient         // made by ingredients, once
	digests    map[string][2][]byte // of its box and of its claim, by algorithm
}

// assertion is one statement of a manifest.
type assertion struct {
	box   *jumbf.Box
	value map[string]any // nil where it is no map, or cannot be read
}

// claim is what the signer signs: which assertions there are (C2PA 2.2 section 10.3; 1.4 section 10.2 for the older form).
type claim struct {
	Generator     string      `cbor:"claim_generator"`
	GeneratorInfo any         `cbor:"claim_generator_info"`
	Signature     string      `cbor:"signature"`
	Assertions    []reference `cbor:"assertions"`
	Created       []reference `cbor:"created_assertions"`
	Gathered      []reference `cbor:"gathered_assertions"`
	Redacted      []string    `cbor:"redacted_assertions"`
	Algorithm     string      `cbor:"alg"`
	Title         string      `cbor:"dc:title"`
	Format        string      `cbor:"dc:format"`
	Instance      string      `cbor:"instanceID"`
}

// reference is a hashed URI (C2PA 2.2 section 8.4.2).
type reference struct {
	URL       string `cbor:"url"`
	Algorithm string `cbor:"alg"`
	Hash      []byte `cbor:"hash"`
}

// references are those of all assertions, of either form of the claim.
func (c *claim) references() []reference {
	return append(append(append([]reference{}, c.Assertions...), c.Created...), c.Gathered...)
}

// generator names what made the claim.
func (c *claim) generator() string {
	info := c.GeneratorInfo
	if list, ok := info.([]any); ok && len(list) > 0 {
		info = list[0]
	}
	if m, ok := info.(map[string]any); ok {
		if name, _ := m["name"].(string); name != "" {
			version, _ := m["version"].(string)
			return strings.TrimSpace(name + " " + version)
		}
	}
	return c.Generator
}

// readStore reads a superbox. What is damaged is missing in the store, and problem says so. All stores of a file share an unpacker.
func readStore(packet []byte, u *unpacker) *store {
	root, err := jumbf.Parse(packet)
	s := &store{problem: err, unpacker: u}
	if root == nil {
		return s
	}
	if root.Type != jumbf.Store {
		s.problem = errors.New("the superbox is no manifest store")
		return s
	}
	for _, b := range root.Boxes {
		if b.Kind != "jumb" || b.Type != jumbf.Manifest && b.Type != jumbf.UpdateManifest && b.Type != jumbf.CompressedManifest {
			continue
		}
		if len(s.manifests) == maxManifests {
			s.beyond = fmt.Errorf("the store has more than %d manifests", maxManifests)
			break
		}
		s.manifests = append(s.manifests, s.read(b))
	}
	if len(s.manifests) == 0 && s.problem == nil {
		s.problem = errors.New("the store has no manifest")
	}
	return s
}

func (s *store) read(b *jumbf.Box) *manifest {
	m := &manifest{box: b}
	if b.Type == jumbf.CompressedManifest {
		if b, m.packed = s.unpacker.unpack(b); m.packed != nil {
			return m
		}
	}
	m.update, m.claims, m.signatures = b.Type == jumbf.UpdateManifest, b.Super(jumbf.Claim), b.Super(jumbf.Signature)
	if len(m.claims) == 1 {
		if c := m.claims[0].First(jumbf.CBOR); s.spend(len(c)) {
			m.claimError = decoding.Unmarshal(c, &m.claim)
		}
	}
	for _, list := range b.Super(jumbf.Assertions) {
		for _, a := range list.Boxes {
			if a.Kind != "jumb" {
				continue
			}
			if len(m.assertions) == maxAssertions {
				s.beyond = fmt.Errorf("the manifest at byte %d of the store has more than %d assertions", b.Offset, maxAssertions)
				return m
			}
			m.assertions = append(m.assertions, assertion{a, s.content(a)})
		}
	}
	return m
}

// content decodes an assertion in CBOR or JSON.
func (s *store) content(a *jumbf.Box) (value map[string]any) {
	if b := a.First(jumbf.CBOR); b != nil && s.spend(len(b)) {
		_ = decoding.Unmarshal(b, &value)
	} else if b := a.First(jumbf.JSON); b != nil && s.spend(len(b)) {
		value = fromJSON(b)
	}
	return value
}

// spend takes n bytes from those that may be decoded.
func (s *store) spend(n int) bool {
	if s.decoded+n > maxDecoded {
		s.beyond = fmt.Errorf("the store has more than the %d bytes of statements that are read", maxDecoded)
		return false
	}
	s.decoded += n
	return true
}

// assertion returns the one that a URL names, relative to the manifest or to the store; nil where there is none.
func (m *manifest) assertion(url string) *assertion {
	path, ok := strings.CutPrefix(url, "self#jumbf=")
	if !ok {
		return nil
	}
	path = strings.TrimPrefix(path, "/c2pa/"+m.box.Label+"/")
	label, ok := strings.CutPrefix(path, "c2pa.assertions/")
	if !ok {
		return nil
	}
	for i := range m.assertions {
		if m.assertions[i].box.Label == label {
			return &m.assertions[i]
		}
	}
	return nil
}

// url is where an assertion stands, from the store on.
func (m *manifest) url(label string) string {
	return "/c2pa/" + m.box.Label + "/c2pa.assertions/" + label
}

// labelled returns the assertions with a label, with or without a version (".v2") and the number of an instance ("__1").
func (m *manifest) labelled(label string) (out []*assertion) {
	for i := range m.assertions {
		name, _, _ := strings.Cut(m.assertions[i].box.Label, "__")
		if rest, ok := strings.CutPrefix(name, label); ok && (rest == "" || strings.HasPrefix(rest, ".v")) {
			out = append(out, &m.assertions[i])
		}
	}
	return out
}

// manifest returns the manifest that a URL such as self#jumbf=/c2pa/LABEL names; nil where there is none.
func (s *store) manifest(url string) *manifest {
	label := strings.TrimPrefix(strings.TrimPrefix(url, "self#jumbf="), "/c2pa/")
	label, _, _ = strings.Cut(label, "/")
	for _, m := range s.manifests {
		if m.box.Label == label {
			return m
		}
	}
	return nil
}
