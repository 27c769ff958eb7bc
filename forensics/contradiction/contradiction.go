// Package contradiction holds what a file says of itself in one place against what it says in another.
package contradiction

import (
	_ "embed"
	"fmt"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector reads the claims that the detectors before it made; it looks at nothing itself.
var Detector = forensics.Detector{
	Name:    "contradiction",
	Version: 1,
	Doc: `Holds what the file says of itself in one place against what it says in another.
It reports claims of which one says that AI made the picture and the other that a camera captured or a person made it (contradiction.origin), a C2PA manifest and
IPTC metadata with different source types (contradiction.source), AI labels whose fields differ (contradiction.aigc), a label whose producer is a Chinese company beside
metadata of a service abroad that runs its models itself (contradiction.producer), the camera of EXIF beside a claim of AI (contradiction.camera), and a
manifest of a capture beside an editor in EXIF that the manifest does not know (contradiction.editor).
Which of two claims is false, a contradiction does not say; a valid signature says only that the signer's claim was not changed. Claims that agree prove nothing.
Sources: GB 45438-2025 annex E, C2PA 2.2, the IPTC digitalsourcetype vocabulary.`,
	Accepts:    media.Image | media.Video | media.Other,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

// most is how many contradictions of one kind are reported; a file that repeats itself must not flood a report.
const most = 8

func run(p *forensics.Pass) error {
	all := p.Claims()
	if len(all) < 2 {
		return forensics.NotApplicable("the file makes %d claims about itself, and it takes two to contradict each other", len(all))
	}
	found := origins(all)
	found = append(found, sources(all)...)
	found = append(found, labels(all)...)
	found = append(found, producers(all)...)
	found = append(found, cameras(all)...)
	found = append(found, editors(all)...)
	for _, f := range found {
		p.Report(f)
	}
	p.Feature("claims", float64(len(all)))
	p.Feature("contradictions", float64(len(found)))
	return nil
}

// of returns the claims of a kind.
func of(all []forensics.Claim, kinds ...string) (out []*forensics.Claim) {
	for i := range all {
		for _, k := range kinds {
			if all[i].Kind == k {
				out = append(out, &all[i])
			}
		}
	}
	return out
}

// finding points at the second of two claims.
func finding(code string, score float64, clause string, at *forensics.Claim, format string, args ...any) forensics.Finding {
	f := forensics.Finding{Code: "contradiction." + code, Score: score, Clause: clause, Text: fmt.Sprintf(format, args...)}
	if at.Offset != nil {
		f.Where = &forensics.Region{Offset: at.Offset, Length: at.Length}
	}
	return f
}

// named says of a claim what it is and where it stands.
func named(c *forensics.Claim) string {
	out := names[c.Kind] + " in " + c.Place
	if c.Offset != nil {
		out += fmt.Sprintf(" (byte offset %d)", *c.Offset)
	}
	return out
}

// names of the kinds of claims, as they go on from "the".
var names = map[string]string{"aigc": "AI label", "c2pa": "C2PA manifest", "iptc": "IPTC metadata", "generator": "metadata of a generator", "exif": "EXIF metadata",
	"watermark": "watermark", "visible": "visible label"}

// quoted puts text out of a file into quotes, shortened to what a reader needs to recognise it.
func quoted(s string) string {
	const longest = 80
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return fmt.Sprintf("%q...", string(r[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
