package labels

import (
	"encoding/json"
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
	f = facts{sampler: o["Sampler"], seed: o["Seed"], steps: o["Steps"], version: o["Version"]}
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
	for _, r := range items(json.RawMessage(resources(line))) {
		name := in(r).word("modelName")
		if kind := in(r).word("type"); kind == "checkpoint" {
			f.models = add(f.models, name)
		} else if kind == "lora" {
			f.loras = add(f.loras, name)
		}
	}
	switch {
	case o["App"] == "SD.Next":
		return "sdnext", f, true
	case strings.Contains(line, civitai):
		return "civitai", f, true
	}
	for _, p := range []string{"Fooocus", "ComfyUI"} {
		if strings.HasPrefix(o["Version"], p) {
			return strings.ToLower(p), f, true
		}
	}
	return "sdwebui", f, true
}

// civitai begins the list of models that the generator of that service writes among the settings.
const civitai = "Civitai resources: ["

// resources returns that list, which is JSON, "" where there is none.
func resources(line string) string {
	_, rest, ok := strings.Cut(line, civitai)
	end := strings.Index(rest, "}]")
	if !ok || end < 0 {
		return ""
	}
	return "[" + rest[:end+2]
}

// readMochi reads the caption of Mochi Diffusion: "Steps: 20; Model: x; ...; Generator: Mochi Diffusion 4.2", from version 2 of the format on in lines.
func readMochi(s string) (f facts, ok bool) {
	if !strings.Contains(s, "Generator: Mochi Diffusion") {
		return f, false
	}
	between := ";"
	if strings.HasPrefix(s, "Metadata Version: ") {
		between = "\n"
	}
	for part := range strings.SplitSeq(s, between) {
		name, value, _ := strings.Cut(strings.TrimSpace(part), ": ")
		switch name {
		case "Model":
			f.models = add(f.models, value)
		case "Scheduler":
			f.sampler = value
		case "Seed":
			f.seed = value
		case "Steps":
			f.steps = value
		case "Include in Image":
			f.prompt = value
		case "Generator":
			f.version = strings.TrimPrefix(value, "Mochi Diffusion ")
		}
	}
	return f, true
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
