package report

import (
	"slices"
	"strings"

	"unmask/forensics"
)

// How much of a file's claims its page shows; the JSON report has all.
const (
	claimsShown = 400
	claimsDeep  = 12
	fieldsShown = 60
	valueShown  = 1200 // bytes
)

// statement is a claim as the page shows it.
type statement struct {
	Kind     string
	Origin   string // in words, empty where it does not say
	Says     string
	Place    string
	Where    string
	Clause   string
	AI       bool
	Fields   []forensics.Field
	More     int // fields not shown
	Checks   []check
	Tally    []tallied
	Answers  []check // of a C2PA store: the four questions, each on its own
	Contains []statement
	Hidden   int // claims inside that are not shown
	Open     bool
	Inner    bool // stands inside another
}

// check is a forensics.Check with its outcome in words and as a symbol.
type check struct {
	forensics.Check
	Symbol, Word string
}

// tallied is how many checks of a claim ended so.
type tallied struct {
	Result       forensics.CheckState
	Symbol, Word string
	N            int
}

var states = [...]struct {
	state        forensics.CheckState
	symbol, word string
}{{forensics.Passed, "✓", "passed"}, {forensics.Fell, "✗", "failed"}, {forensics.NotChecked, "–", "not checked"}}

func newCheck(c forensics.Check) check {
	out := check{Check: c, Symbol: "?", Word: string(c.Result)}
	for _, s := range states {
		if s.state == c.Result {
			out.Symbol, out.Word = s.symbol, s.word
		}
	}
	out.Detail = clip(out.Detail, valueShown)
	return out
}

var claimNames = map[string]string{"aigc": "AI label", "c2pa": "C2PA", "iptc": "IPTC", "generator": "Generator", "exif": "EXIF", "watermark": "Watermark", "visible": "Visible label"}

var originNames = map[forensics.Origin]string{forensics.MadeByAI: "says: made by AI", forensics.EditedByAI: "says: edited by AI", forensics.Captured: "says: captured",
	forensics.MadeByHand: "says: made by a person"}

// statements makes the tree of claims, up to claimsShown of them in all, and says how many at the top are not shown.
func statements(claims []forensics.Claim) (out []statement, hidden int) {
	left := claimsShown
	return tree(claims, &left, 0)
}

func tree(claims []forensics.Claim, left *int, depth int) (out []statement, hidden int) {
	for i := range claims {
		if *left == 0 || depth == claimsDeep {
			return out, len(claims) - i
		}
		*left--
		s := newStatement(&claims[i])
		s.Inner = depth > 0
		s.Open = depth == 0 && len(claims) <= 8
		s.Contains, s.Hidden = tree(inside(&claims[i]), left, depth+1)
		out = append(out, s)
	}
	return out, 0
}

// inside is what a claim contains. A store that says and checks no more than its one manifest stands for it.
func inside(c *forensics.Claim) []forensics.Claim {
	if len(c.Contains) == 1 && c.Contains[0].Says == c.Says && slices.Equal(c.Contains[0].Checks, c.Checks) {
		return c.Contains[0].Contains
	}
	return c.Contains
}

func newStatement(c *forensics.Claim) statement {
	s := statement{Kind: claimNames[c.Kind], Origin: originNames[c.Origin], Says: clip(c.Says, valueShown), Place: c.Place, Clause: c.Clause,
		AI:    c.Origin == forensics.MadeByAI || c.Origin == forensics.EditedByAI,
		Where: where(&forensics.Region{Offset: c.Offset, Length: c.Length})}
	if s.Kind == "" {
		s.Kind = c.Kind
	}
	s.Says = strings.TrimPrefix(s.Says, s.Kind+": ")
	for i, f := range c.Fields {
		if i == fieldsShown {
			s.More = len(c.Fields) - i
			break
		}
		s.Fields = append(s.Fields, forensics.Field{Name: clip(f.Name, 200), Value: clip(f.Value, valueShown)})
	}
	for _, k := range c.Checks[:min(len(c.Checks), fieldsShown)] {
		s.Checks = append(s.Checks, newCheck(k))
	}
	for _, st := range states {
		if n := ended(c.Checks, st.state); n > 0 {
			s.Tally = append(s.Tally, tallied{st.state, st.symbol, st.word, n})
		}
	}
	if c.Kind == "c2pa" && len(c.Checks) > 0 {
		s.Answers = c2paAnswers(c)
	}
	return s
}

func ended(checks []forensics.Check, state forensics.CheckState) (n int) {
	for _, k := range checks {
		if k.Result == state {
			n++
		}
	}
	return n
}

// c2paAnswers are the four answers on a manifest that do not follow from each other: three checks by their names, and what it says.
func c2paAnswers(c *forensics.Claim) []check {
	var out []check
	for _, q := range [...]struct{ name, asks string }{{"integrity", "Integrity: was nothing changed since it was signed?"}, {"trust of the signer", "Signer: is the certificate trusted?"},
		{"trust of the time stamp", "Time stamp: is the time of signing attested by somebody trusted?"}} {
		k := forensics.Check{Result: forensics.NotChecked}
		if i := slices.IndexFunc(c.Checks, func(k forensics.Check) bool { return k.What == q.name }); i >= 0 {
			k = c.Checks[i]
		}
		k.What = q.asks
		out = append(out, newCheck(k))
	}
	says := check{Check: forensics.Check{What: "Does it say that AI made or edited the picture?", Detail: clip(c.Says, 200)}, Symbol: "○", Word: "no"}
	if c.Origin == forensics.MadeByAI || c.Origin == forensics.EditedByAI {
		says.Symbol, says.Word = "●", "yes"
	}
	return append(out, says)
}
