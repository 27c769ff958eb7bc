package contradiction

import (
	"slices"
	"strings"

	"unmask/forensics"
)

// sources reports IPTC source types that the active C2PA manifest does not give.
func sources(all []forensics.Claim) (out []forensics.Finding) {
	for _, manifest := range of(all, "c2pa") {
		signed := sourceTypes(manifest)
		if len(signed) == 0 {
			continue
		}
		for _, iptc := range of(all, "iptc") {
			own := sourceTypes(iptc)
			if len(own) == 0 || len(out) == most || slices.ContainsFunc(own, func(t string) bool { return slices.Contains(signed, t) }) {
				continue
			}
			score := .5
			if ai := func(o forensics.Origin) bool { return o == forensics.MadeByAI || o == forensics.EditedByAI }; ai(manifest.Origin) != ai(iptc.Origin) {
				score = .9
			}
			out = append(out, finding("source", score, "IPTC digitalsourcetype; C2PA 2.2 actions", iptc, "The %s gives the source type %s, the %s %s. %s The IPTC metadata can be changed by anybody.",
				named(manifest), enumerate(signed), named(iptc), enumerate(own), signature(manifest)))
		}
	}
	return out
}

// sourceTypes are the terms that a claim gives, in lower case, each once: its own, and of a store of manifests those of the active one.
func sourceTypes(c *forensics.Claim) (out []string) {
	term := func(v string) {
		v = strings.TrimRight(strings.TrimSpace(v), "/")
		if v = strings.ToLower(v[strings.LastIndexAny(v, "/:#")+1:]); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	add := func(c *forensics.Claim) {
		for _, f := range c.Fields {
			if strings.EqualFold(f.Name, "DigitalSourceType") {
				term(f.Value)
			}
			if f.Name != "action" {
				continue
			}
			for part := range strings.SplitSeq(f.Value, ", ") { // what was done, with what, when, source type
				if strings.Contains(strings.ToLower(part), "/digitalsourcetype/") {
					term(part)
				}
			}
		}
	}
	add(c)
	if c.Kind == "c2pa" && len(c.Contains) > 0 {
		active := &c.Contains[0]
		add(active)
		for i := range active.Contains {
			add(&active.Contains[i])
		}
	}
	return out
}

// editorNames are programs that people change pictures with, as EXIF Software names them.
var editorNames = []string{"photoshop", "gimp", "lightroom", "snapseed", "picsart", "meitu", "facetune", "affinity", "pixelmator", "paint.net", "canva", "photopea", "remini"}

// editors reports an editor in EXIF beside a sound manifest of a capture that does not name it.
func editors(all []forensics.Claim) (out []forensics.Finding) {
	for _, manifest := range of(all, "c2pa") {
		if manifest.Origin != forensics.Captured || check(manifest, "integrity").Result == forensics.Fell {
			continue
		}
		for _, exif := range of(all, "exif") {
			software := field(exif, "Software")
			name := slices.IndexFunc(editorNames, func(e string) bool { return strings.Contains(strings.ToLower(software), e) })
			if name < 0 || len(out) == most || mentions(manifest, editorNames[name]) {
				continue
			}
			out = append(out, finding("editor", .5, "", exif, "The %s says that a camera captured the picture, the %s that it went through %s, which the manifest does not name. %s",
				named(manifest), named(exif), quoted(software), signature(manifest)))
		}
	}
	return out
}

// mentions tells whether a word stands anywhere in a claim and what it contains.
func mentions(c *forensics.Claim, word string) bool {
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), word) }
	return has(c.Says) || slices.ContainsFunc(c.Fields, func(f forensics.Field) bool { return has(f.Value) }) ||
		slices.ContainsFunc(c.Contains, func(inner forensics.Claim) bool { return mentions(&inner, word) })
}
