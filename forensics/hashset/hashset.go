// Package hashset looks files up in hash sets: lists of digests of files to be found, and of files that need no attention.
package hashset

import (
	_ "embed"
	"fmt"

	"unmask/forensics"
	"unmask/forensics/hashset/setfile"
	"unmask/forensics/pdq"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector reports in which of the hash sets a file stands.
var Detector = forensics.Detector{
	Name:    "hashset",
	Version: 1,
	Doc: `Looks every file up in the hash sets that were given: by its digests, and where a set holds PDQ hashes, by how the picture looks.
SHA-256, SHA-1 and MD5 tell that a file is the very file that the set means: one changed byte, and it is not found. Files with the same MD5 or
SHA-1 can be made on purpose, but not to fit a file that somebody else made. PDQ hashes (Meta 2019) find re-encoded, resized, mirrored
and turned copies: at most 31 of 256 bits differ, the quality is at least 50, all eight symmetries are compared; every decoded frame of a
video is. Such a set holds no pictures to compare with, so this stays unverified. A known-good set says which file it is, not that it is
harmless, and a picture that only looks like a known-good one may be an edited copy of it.
Every file is looked up, also one that cannot be decoded and one that is no picture.`,
	Accepts:    media.Image | media.Video | media.Other,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New: func(env forensics.Env) (forensics.Run, error) {
		return func(p *forensics.Pass) error { return run(p, env.HashSets) }, nil
	},
}

// Known returns the function that tells whether a digest of an item stands in a known-good set and none in an alert set. It is
// nil where no known-good set holds digests.
func Known(sets []setfile.Given) func(*media.Item) bool {
	known := false
	for _, s := range sets {
		known = known || s.Kind == setfile.Known && s.Counts.Digests() > 0
	}
	if !known {
		return nil
	}
	return func(it *media.Item) bool {
		known := false
		for _, s := range sets {
			_, ok := s.Lookup(it)
			if ok && s.Kind == setfile.Alert {
				return false
			}
			known = known || ok
		}
		return known
	}
}

func run(p *forensics.Pass, sets []setfile.Given) error {
	if len(sets) == 0 {
		return forensics.NotApplicable("no hash sets were given (--hashset)")
	}
	var total setfile.Counts
	for _, s := range sets {
		for a, n := range s.Counts {
			total[a] += n
		}
	}
	var probes []probe
	if total[setfile.PDQ] > 0 {
		probes = frames(p)
		p.Feature("pdq_frames", float64(len(probes)))
	}
	for _, s := range sets {
		if hit, ok := s.Lookup(&p.Item); ok {
			reportDigest(p, s, hit)
		} else if n, ok := nearest(s.Set, probes); ok {
			reportLookalike(p, s, n)
		}
	}
	if total.Digests() == 0 && len(probes) == 0 {
		return forensics.NotApplicable("the hash sets hold PDQ hashes only, and there is no decoded picture with a PDQ quality of %d or more", pdq.MinQuality)
	}
	return nil
}

// article and adjective of a kind of set, as findings print them.
var kinds = map[setfile.Kind]string{setfile.Alert: "an alert", setfile.Known: "a known-good"}

func code(k setfile.Kind) string { return "hashset." + string(k) }

func reportDigest(p *forensics.Pass, s setfile.Given, hit setfile.Hit) {
	category, meaning := "", ""
	if hit.Category > 0 {
		category = fmt.Sprintf(", in category %d", hit.Category)
	}
	if s.Kind == setfile.Known {
		meaning = " That says which file it is, and nothing more."
	}
	p.Report(forensics.Finding{Code: code(s.Kind), Score: 1, Subject: s.Name,
		Text: fmt.Sprintf("This very file stands in %s hash set: its %s is listed in %q%s.%s", kinds[s.Kind], hit.Algorithm, s.Name, category, meaning)})
}
