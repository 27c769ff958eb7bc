package labels

import (
	"fmt"

	"unmask/forensics"
	"unmask/forensics/sourcetype"
)

// reportSources reports the digital source types of the IPTC metadata (IPTC Photo Metadata Standard 2025.1, Digital Source Type), each with the
// AI system that they name (AI System Used), if it declares AI.
func reportSources(p *forensics.Pass, sources, systems []text) {
	const clause = "IPTC Photo Metadata Standard 2025.1, Digital Source Type"
	said := map[forensics.Origin]text{}
	ai := false
	for _, s := range sources[:min(len(sources), most)] {
		t, _ := sourcetype.Of(s.value)
		where := at(s.offset, s.length)
		c := forensics.Claim{Kind: "iptc", Place: s.place, Clause: clause, Origin: t.Origin, Says: t.Words(), Offset: where.Offset, Length: where.Length,
			Fields: []forensics.Field{{Name: "DigitalSourceType", Value: shortened(s.value)}}}
		code, named := "iptc.source", ""
		switch {
		case t.AI():
			code, ai = "iptc.ai", true
			if len(systems) > 0 {
				named = "; as the AI system used they name " + quoted(systems[0].value)
				c.Fields = append(c.Fields, systems[0].field("AISystemUsed")...)
			}
		case t.Origin == forensics.Captured:
			code = "iptc.capture"
		}
		p.Claim(c)
		p.Report(forensics.Finding{Code: code, Score: 1, Where: where, Clause: clause,
			Text: fmt.Sprintf("The IPTC metadata in %s declares of the picture that %s%s.", s.place, t.Words(), named)})
		for origin, other := range said {
			if origin != t.Origin && t.Origin != "" {
				p.Report(forensics.Finding{Code: "iptc.conflict", Score: 1, Where: where, Clause: clause,
					Text: fmt.Sprintf("The file declares two source types that exclude each other: %s at byte %d and %s at byte %d.", quoted(other.value), other.offset, quoted(s.value), s.offset)})
			}
		}
		if len(said) == 0 && t.Origin != "" {
			said[t.Origin] = s
		}
	}
	if len(systems) > 0 && !ai {
		reportSystem(p, systems[0])
	}
}

// reportSystem reports an AI system that is named without a source type that declares AI: the field alone does not say for what the system was used.
func reportSystem(p *forensics.Pass, s text) {
	const clause = "IPTC Photo Metadata Standard 2025.1, AI System Used"
	where := at(s.offset, s.length)
	p.Claim(forensics.Claim{Kind: "iptc", Place: s.place, Clause: clause, Says: "an AI system was used: " + quoted(s.value), Offset: where.Offset, Length: where.Length, Fields: s.field("AISystemUsed")})
	p.Report(forensics.Finding{Code: "iptc.system", Score: .3, Where: where, Clause: clause,
		Text: fmt.Sprintf("The IPTC metadata in %s name %s as the AI system used, without a source type that says that AI made or edited the picture.", s.place, quoted(s.value))})
}

// field is the text as a field of a claim that stands elsewhere, followed by where its bytes stand.
func (t text) field(name string) []forensics.Field {
	return []forensics.Field{{Name: name, Value: shortened(t.value)}, {Name: "Bytes", Value: fmt.Sprintf("%s %d+%d", name, t.offset, t.length)}}
}

// shortened cuts text out of a file to what a field of a claim may have.
func shortened(s string) string {
	const longest = 400
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}
