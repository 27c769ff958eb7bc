package labels

import (
	"regexp"
	"strconv"
	"strings"
)

var loraTag = regexp.MustCompile(`<(?:lora|lyco):([^:<>]{1,200})[:>]`)

// readInfotext reads generation parameters as AUTOMATIC1111's Stable Diffusion web UI and its kin write them: the prompt, lines below it,
// and at last a line of settings, "Steps: 20, Sampler: Euler a, CFG scale: 7, ...". Without that line a text is something else. Name is that of
// the program, which some versions tell.
func readInfotext(s string) (name string, f facts, ok bool) {
	i := strings.LastIndex("\n"+s, "\nSteps: ")
	if i < 0 {
		return "", f, false
	}
	line, _, _ := strings.Cut(s[i:], "\n")
	o := settingsOf(line)
	if _, err := strconv.Atoi(o["Steps"]); err != nil || o["Sampler"] == "" && o["CFG scale"] == "" {
		return "", f, false
	}
	f = facts{sampler: o["Sampler"], seed: o["Seed"], steps: o["Steps"]}
	f.prompt, _, _ = strings.Cut("\n"+s[:i], "\nNegative prompt:")
	f.models = add(f.models, o["Model"])
	if o["Model"] == "" && o["Model hash"] != "" {
		f.models = add(f.models, "hash "+o["Model hash"])
	}
	for _, tag := range loraTag.FindAllStringSubmatch(f.prompt, most+1) {
		f.loras = add(f.loras, tag[1])
	}
	for hash := range strings.SplitSeq(o["Lora hashes"], ", ") {
		lora, _, _ := strings.Cut(hash, ":")
		f.loras = add(f.loras, lora)
	}
	for _, p := range []string{"Fooocus", "ComfyUI"} {
		if strings.HasPrefix(o["Version"], p) {
			return strings.ToLower(p), f, true
		}
	}
	return "sdwebui", f, true
}

// settingsOf reads "name: value, name: value", in which values with commas stand in quotes. The first of a name counts.
func settingsOf(line string) map[string]string {
	out := map[string]string{}
	for {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return out
		}
		if q, err := strconv.QuotedPrefix(value); err == nil {
			line = strings.TrimPrefix(value[len(q):], ", ")
			value, _ = strconv.Unquote(q)
		} else {
			value, line, _ = strings.Cut(value, ", ")
		}
		if _, seen := out[name]; !seen {
			out[name] = strings.TrimSpace(value)
		}
	}
}
