package sweep

import (
	"slices"
	"strings"

	"unmask/forensics"
)

// kind of a declaration that stands in the metadata of a file and goes when somebody removes them.
type kind uint8

const (
	aigc kind = 1 << iota
	c2pa
	iptc
	generator
)

// kinds with their names in records and in words.
var kinds = [...]struct {
	kind  kind
	name  string
	words string
}{
	{aigc, "aigc", "an AI label (GB 45438-2025)"},
	{c2pa, "c2pa", "a C2PA manifest"},
	{iptc, "iptc", "an IPTC source type"},
	{generator, "generator", "metadata of a generator"},
}

// words names kinds.
func (k kind) words() string {
	var out []string
	for _, x := range kinds {
		if k&x.kind != 0 {
			out = append(out, x.words)
		}
	}
	return strings.Join(out, ", ")
}

// number is the one that a producer gave a content: the fields of an AI label that are to stand on this content only.
type number struct{ producer, id string }

// statement is what a file says of itself, as far as files are held against each other.
type statement struct {
	kinds   kind
	ai      kind     // those of the kinds that declare AI
	numbers []number // of its AI labels, each once
}

// maxNumbers is how many labels of one file are looked at; the standard allows one.
const maxNumbers = 8

func stated(claims []forensics.Claim) (s statement) {
	for i := range claims {
		c := &claims[i]
		for _, k := range kinds {
			if k.name != c.Kind {
				continue
			}
			s.kinds |= k.kind
			if c.Origin == forensics.MadeByAI || c.Origin == forensics.EditedByAI {
				s.ai |= k.kind
			}
		}
		if n := (number{c.Field("ContentProducer"), c.Field("ProduceID")}); c.Kind == "aigc" && n.id != "" && len(s.numbers) < maxNumbers && !slices.Contains(s.numbers, n) {
			s.numbers = append(s.numbers, n)
		}
	}
	return s
}

// lacks tells which declarations of another copy a file does not carry, as far as that says anything: AI labels and manifests are made to
// stay; the metadata of a generator and source types count where nothing else declares AI.
func (s *statement) lacks(other *statement) kind {
	missing := other.kinds & (aigc | c2pa)
	if s.ai == 0 {
		missing |= other.ai
	}
	return missing &^ s.kinds
}
