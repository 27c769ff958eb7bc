package labels

import (
	"fmt"

	"unmask/forensics"
	"unmask/forensics/sourcetype"
)

// reportSources reports the digital source types of the IPTC metadata (IPTC Photo Metadata Standard 2025.1, Digital Source Type).
func reportSources(p *forensics.Pass, sources []text) {
	const clause = "IPTC Photo Metadata Standard 2025.1, Digital Source Type"
	said := map[forensics.Origin]text{}
	for _, s := range sources[:min(len(sources), most)] {
		t, _ := sourcetype.Of(s.value)
		where := at(s.offset, s.length)
		p.Claim(forensics.Claim{Kind: "iptc", Place: s.place, Clause: clause, Origin: t.Origin, Says: t.Words(), Offset: where.Offset, Length: where.Length,
			Fields: []forensics.Field{{Name: "DigitalSourceType", Value: shortened(s.value)}}})
		code := "iptc.source"
		switch {
		case t.AI():
			code = "iptc.ai"
		case t.Origin == forensics.Captured:
			code = "iptc.capture"
		}
		p.Report(forensics.Finding{Code: code, Score: 1, Where: where, Clause: clause,
			Text: fmt.Sprintf("The IPTC metadata in %s declares of the picture that %s.", s.place, t.Words())})
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
}

// shortened cuts text out of a file to what a field of a claim may have.
func shortened(s string) string {
	const longest = 400
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}
