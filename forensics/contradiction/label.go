package contradiction

import (
	"fmt"
	"slices"
	"strings"

	"unmask/forensics"
)

const clauseLabel = "GB 45438-2025 annex E"

// labelFields are those of a label (GB 45438-2025 annex E) that two labels of one file cannot give differently.
var labelFields = []string{"Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2"}

// labels reports AI labels whose fields differ from those of the first.
func labels(all []forensics.Claim) (out []forensics.Finding) {
	claims := of(all, "aigc")
	for i, l := range claims {
		first := claims[0]
		var differ []string
		for _, name := range labelFields {
			if a, b := first.Field(name), l.Field(name); a != b {
				differ = append(differ, fmt.Sprintf("%s %s and %s", name, quoted(a), quoted(b)))
			}
		}
		if i > 0 && len(differ) > 0 && len(out) < most {
			out = append(out, finding("aigc", .8, clauseLabel, l, "The %s and the %s do not say the same: %s.", named(first), named(l), strings.Join(differ, "; ")))
		}
	}
	return out
}

// abroad are services whose models run nowhere but with their owners, none of which is a Chinese company: names of generators, as claims and codes
// have them.
var abroad = []string{"dall-e", "dalle", "openai", "chatgpt", "midjourney", "grok", "xai", "firefly", "google", "gemini", "imagen", "ideogram", "reve", "dreamstudio"}

// producers reports a label whose producer is the code of a Chinese company beside metadata of a service abroad. Names of producers and open models are
// no contradiction: whoever runs ComfyUI labels what it makes.
func producers(all []forensics.Claim) (out []forensics.Finding) {
	for _, l := range of(all, "aigc") {
		if field(l, "CreditCode") == "" || l.Field("ContentProducer") == "" {
			continue
		}
		for _, g := range of(all, "generator") {
			maker := service(g)
			if !slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(maker), notInName), func(w string) bool { return slices.Contains(abroad, w) }) {
				continue
			}
			return append(out, finding("producer", .4, clauseLabel, l, "The %s names as producer the Chinese organisation with the code %s, the %s a service that no such organisation runs: %s. "+
				"A platform may have labelled as its own what another service made, or one of the two was copied from another file.", named(l), quoted(l.Field("ContentProducer")), named(g), quoted(maker)))
		}
	}
	return out
}

// service is what a generator's claim calls the program or service.
func service(c *forensics.Claim) string {
	for _, name := range []string{"Name", "Generator", "Service"} {
		if v := field(c, name); v != "" {
			return v
		}
	}
	return ""
}

// notInName separates words; a hyphen and digits stay in them.
func notInName(r rune) bool {
	return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}
