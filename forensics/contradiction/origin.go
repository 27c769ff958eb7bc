package contradiction

import (
	"fmt"
	"strings"

	"unmask/forensics"
)

// words of an origin, as they go on from "says that".
var words = map[forensics.Origin]string{forensics.MadeByAI: "AI made the picture", forensics.EditedByAI: "AI edited it", forensics.Captured: "a camera or another sensor captured it",
	forensics.MadeByHand: "a person made it"}

// origins reports each pair of kinds of which one claims AI and the other a capture or a person's work. EXIF only names a camera: see cameras.
func origins(all []forensics.Claim) (out []forensics.Finding) {
	seen := map[[2]string]bool{}
	statements := of(all, "aigc", "c2pa", "iptc", "generator", "watermark", "visible")
	for _, ai := range statements {
		for _, other := range statements {
			score := .9
			switch other.Origin {
			case forensics.MadeByHand:
				score = .6
			case forensics.Captured:
			default:
				continue
			}
			pair := [2]string{ai.Kind, other.Kind}
			if ai.Origin != forensics.MadeByAI || seen[pair] || len(out) == most {
				continue
			}
			seen[pair] = true
			out = append(out, finding("origin", score, other.Clause, other, "The %s says that %s, the %s that %s: one of them is false, or belongs to another picture.%s",
				named(ai), words[ai.Origin], named(other), words[other.Origin], weight(ai, other)))
		}
	}
	return out
}

// weight says which of two claims is signed and how its signature was judged.
func weight(a, b *forensics.Claim) string {
	signed := ""
	for _, c := range []*forensics.Claim{a, b} {
		if c.Kind == "c2pa" {
			signed += " " + signature(c)
		}
	}
	if signed == "" {
		return " Neither is signed, so the file does not say which."
	}
	return signed + " The other claim can be written by anybody."
}

// signature says in a sentence how the checks of a manifest ended.
func signature(c *forensics.Claim) string {
	whole, signer := check(c, "integrity"), check(c, "trust of the signer")
	switch {
	case whole.Result == forensics.Fell:
		return "The manifest fails its checks" + because(whole) + ", so it weighs little."
	case whole.Result != forensics.Passed:
		return "Whether the manifest is as it was signed was not checked" + because(whole) + "."
	case signer.Result == forensics.Passed:
		return "The manifest is signed, was not changed since, and its signer is trusted."
	case signer.Result == forensics.Fell:
		return "The manifest is signed and was not changed since, but its signer is not trusted" + because(signer) + "."
	}
	return "The manifest is signed and was not changed since; whether its signer can be trusted was not checked" + because(signer) + "."
}

// check returns what was checked of a claim under a name.
func check(c *forensics.Claim, what string) forensics.Check {
	for _, k := range c.Checks {
		if k.What == what {
			return k
		}
	}
	return forensics.Check{Result: forensics.NotChecked}
}

func because(k forensics.Check) string {
	if k.Detail == "" {
		return ""
	}
	return " (" + k.Detail + ")"
}

// enumerate joins words, up to six.
func enumerate(items []string) string {
	if n := len(items) - 6; n > 0 {
		return strings.Join(items[:6], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(items, ", ")
}

// cameras reports the camera of EXIF beside a claim that AI made the picture as a whole.
func cameras(all []forensics.Claim) (out []forensics.Finding) {
	for _, camera := range of(all, "exif") {
		if camera.Origin != forensics.Captured {
			continue
		}
		for _, ai := range of(all, "aigc", "c2pa", "iptc", "generator") {
			if ai.Origin != forensics.MadeByAI {
				continue
			}
			return append(out, finding("camera", .4, "", camera, "The %s names a camera%s, and the %s says that AI made the picture. Either the camera's data was copied into a generated picture, or a photograph "+
				"was given to a generator as a model, or the claim of AI was added to a photograph.%s", named(camera), model(camera), named(ai), weight(camera, ai)))
		}
	}
	return out
}

// model of a camera, where the claim has it.
func model(c *forensics.Claim) string {
	name := strings.TrimSpace(field(c, "Make") + " " + field(c, "Model"))
	if name == "" {
		return ""
	}
	return " (" + quoted(name) + ")"
}

// field returns a field whatever the case of its name.
func field(c *forensics.Claim, name string) string {
	for _, f := range c.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
