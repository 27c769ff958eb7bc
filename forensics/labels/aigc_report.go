package labels

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"unmask/forensics"
)

// Clauses of GB 45438-2025 that findings cite.
const (
	clauseOne    = "GB 45438-2025 6.1 c)"
	clauseFields = "GB 45438-2025 annex E"
	clauseSet    = "GB 45438-2025 annex E j)"
	clauseDigit  = "GB 32100-2015 5.5"
)

// parties are the fields that name an organisation, with the words for it.
var parties = []struct{ field, role, prefix string }{{"ContentProducer", "producer", ""}, {"ContentPropagator", "propagator", "Propagator"}}

// reportAIGC reports the labels of a file; known is nil where no registry was given.
func reportAIGC(p *forensics.Pass, labels []label, known *registry) {
	for i := range labels[:min(len(labels), most)] {
		labels[i].report(p, known, len(labels))
	}
	if len(labels) < 2 {
		return
	}
	var places []string
	same := true
	for _, l := range labels[:min(len(labels), most+1)] {
		places = append(places, fmt.Sprintf("%s at byte %d", l.place, l.offset))
		same = same && maps.Equal(l.fields, labels[0].fields)
	}
	text := "with the same fields"
	if !same {
		text = "with different fields"
	}
	p.Report(forensics.Finding{Code: "label.aigc.duplicate", Score: 1, Clause: clauseOne, Where: at(labels[1].offset, labels[1].length),
		Text: fmt.Sprintf("The file carries %d AI labels where GB 45438-2025 (6.1 c) allows one, %s: %s.", len(labels), text, list(places))})
}

// report makes the claim of one label out of many, and its findings.
func (l *label) report(p *forensics.Pass, known *registry, of int) {
	where := at(l.offset, l.length)
	say := func(code, clause string, score float64, text string) {
		p.Report(forensics.Finding{Code: code, Score: score, Clause: clause, Where: where, Text: text})
	}
	score := .5
	if l.declares() {
		score = 1
		say("label.aigc.present", clauseFields, score, fmt.Sprintf("A label after GB 45438-2025 in %s says that the content is %s.", l.place, l.says(known)))
	}
	if len(l.problems) > 0 {
		say("label.aigc.invalid", clauseFields, score, fmt.Sprintf("The AI label in %s is not as GB 45438-2025 wants it: %s.", l.place, list(l.problems)))
	}
	for _, party := range parties {
		if code, ok := readProducer(l.fields[party.field]); ok && code.wrong != "" {
			say("label.aigc.producer_invalid", clauseDigit, 1,
				fmt.Sprintf("The AI label in %s names as its %s the code %s: %s.", l.place, party.role, quoted(l.fields[party.field]), code.wrong))
		}
	}
	if maker := l.fields["ContentProducer"]; known != nil && maker != "" {
		if _, found := known.look(maker); !found {
			say("label.aigc.unregistered", clauseFields, .5,
				fmt.Sprintf("The AI label in %s names the producer %s, which is not in the registry that was given.", l.place, quoted(maker)))
		}
	}
	p.Claim(l.claim(known, where, of))
}

// says continues "The content is".
func (l *label) says(known *registry) string {
	out := "marked with a Label that the standard does not know"
	if m, ok := meanings[l.fields["Label"]]; ok {
		out = fmt.Sprintf("%s (Label %s)", m, l.fields["Label"])
	}
	for _, f := range []struct{ name, words string }{{"ContentProducer", "producer"}, {"ProduceID", "content number"}, {"ContentPropagator", "spread by"}} {
		v := l.fields[f.name]
		if v == "" {
			continue
		}
		out += fmt.Sprintf(", %s %s", f.words, quoted(v))
		if known != nil && f.name != "ProduceID" {
			if name, found := known.look(v); found {
				out += fmt.Sprintf(", registered as %s", quoted(name))
			}
		}
	}
	return out
}

func (l *label) claim(known *registry, where *forensics.Region, of int) forensics.Claim {
	c := forensics.Claim{Kind: "aigc", Place: l.place, Clause: clauseFields, Says: "AI label: " + l.says(known), Offset: where.Offset, Length: where.Length}
	if v := l.fields["Label"]; meanings[v] != "" || strings.EqualFold(v, "AIGC") {
		c.Origin = forensics.MadeByAI
	}
	add := func(name, value string) { c.Fields = append(c.Fields, forensics.Field{Name: name, Value: value}) }
	for _, name := range fields {
		if v, ok := l.fields[name]; ok {
			add(name, v)
		}
	}
	c.Fields = append(c.Fields, l.others...)
	for _, party := range parties {
		v := l.fields[party.field]
		if code, ok := readProducer(v); ok {
			add(party.prefix+"CreditCode", code.credit)
			add(party.prefix+"District", code.district())
			add(party.prefix+"Suffix", code.suffix)
		}
		if known != nil && v != "" {
			if name, found := known.look(v); found {
				add(party.field[len("Content"):]+"Name", name)
			}
		}
	}
	c.Checks = l.checks(known, of)
	return c
}

// checks lists what was checked of a label, and what was not.
func (l *label) checks(known *registry, of int) (out []forensics.Check) {
	check := func(what, clause string, wrong, detail string) {
		result := forensics.Passed
		if wrong != "" {
			result, detail = forensics.Fell, wrong
		}
		out = append(out, forensics.Check{What: what, Result: result, Detail: detail, Clause: clause})
	}
	unknown := func(what, clause, why string) {
		out = append(out, forensics.Check{What: what, Result: forensics.NotChecked, Detail: why, Clause: clause})
	}
	check("fields", clauseFields, list(slices.DeleteFunc(slices.Clone(l.problems), func(s string) bool { return strings.HasSuffix(s, setWords) })), "")
	var beyond string
	if len(l.foreign) > 0 {
		beyond = strings.Join(l.foreign, ", ") + " " + setWords
	}
	check("character set", clauseSet, beyond, "")
	beyond = ""
	if of > 1 {
		beyond = fmt.Sprintf("the file carries %d labels", of)
	}
	check("only one label", clauseOne, beyond, "")
	for _, party := range parties {
		v := l.fields[party.field]
		if code, ok := readProducer(v); ok {
			check(party.role+" code", clauseDigit, code.wrong, "the check digit is right; whether the code was given to anybody is not known from it")
		} else if v != "" {
			unknown(party.role+" code", clauseDigit, "it is a name or a code of another form")
		}
	}
	if maker := l.fields["ContentProducer"]; known == nil {
		unknown("registry", "", "no registry given (--registry)")
	} else if name, found := known.look(maker); found {
		check("registry", "", "", "registered as "+quoted(name))
	} else {
		check("registry", "", "the producer is not in the registry that was given", "")
	}
	for _, name := range []string{"ReservedCode1", "ReservedCode2"} {
		why := "the label holds none"
		if l.fields[name] != "" {
			why = "its method is the producer's own, and the standard does not fix one"
		}
		unknown("integrity ("+name+")", "GB 45438-2025 annex F", why)
	}
	return out
}

// setWords end the problem of a field outside the character set of annex E j).
const setWords = "holds characters other than 0x21 to 0x7E"

// list joins what a sentence names, up to eight.
func list(items []string) string {
	if n := len(items) - most; n > 0 {
		return strings.Join(items[:most], "; ") + fmt.Sprintf("; and %d more", n)
	}
	return strings.Join(items, "; ")
}
