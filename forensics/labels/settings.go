package labels

import (
	"encoding/json"
	"regexp"
	"strings"
)

// readJSONSettings reads the JSON that Fooocus, SwarmUI, Easy Diffusion and Draw Things put where others put text.
func readJSONSettings(s string) (name string, f facts, ok bool) {
	o := objectIn(s)
	if params := members(in(o["sui_image_params"])); params != nil {
		f = common(params)
		f.version = params.word("swarm_version")
		for _, l := range items(params["loras"]) {
			f.loras = add(f.loras, word(l))
		}
		return "swarmui", f, true
	}
	if o["num_inference_steps"] != nil && o["use_stable_diffusion_model"] != nil {
		return "easydiffusion", easyDiffusion(func(name string) string { return word(o[name]) }), true
	}
	if o["c"] != nil && o["scale"] != nil && word(o["model"]) != "" && word(o["sampler"]) != "" && word(o["seed"]) != "" && word(o["steps"]) != "" {
		f = common(o)
		f.prompt = word(o["c"])
		for _, l := range items(o["lora"]) {
			f.loras = add(f.loras, in(l).word("model"))
		}
		return "drawthings", f, true
	}
	if word(o["metadata_scheme"]) != "fooocus" && !strings.HasPrefix(word(o["version"]), "Fooocus") {
		return "", f, false
	}
	f = common(o)
	f.version = word(o["version"])
	for _, l := range items(o["loras"]) { // name, weight, hash
		if parts := items(l); len(parts) > 0 {
			f.loras = add(f.loras, word(parts[0]))
		}
	}
	return "fooocus", f, true
}

// common reads the members that most generators name alike.
func common(o members) facts {
	f := facts{sampler: o.word("sampler", "sampler_name", "scheduler", "comfyuisampler"), seed: o.word("seed"), steps: o.word("steps"),
		prompt: o.word("positive_prompt", "prompt")}
	f.models = add(f.models, o.word("model", "base_model", "model_weights"))
	return f
}

// dream is the command line that early versions of InvokeAI write.
var dream = regexp.MustCompile(`(?s)^"(.*)" -s ?(\d+) -S ?(\d+) `)

const longestDream = 16 << 10 // bytes of a command line that are read

var dreamSampler = regexp.MustCompile(` -A ?(\w+)`)

// readInvokeAI reads the text that InvokeAI writes under one of its three keywords.
func readInvokeAI(keyword, s string) (f facts, ok bool) {
	if keyword == "dream" {
		p := dream.FindStringSubmatch(s[:min(len(s), longestDream)])
		if p == nil {
			return f, false
		}
		f = facts{prompt: p[1], steps: p[2], seed: p[3]}
		if a := dreamSampler.FindStringSubmatch(s[len(p[0])-1:]); a != nil {
			f.sampler = a[1]
		}
		return f, true
	}
	o := objectIn(s)
	if keyword == "sd-metadata" {
		image := in(o["image"])
		if image == nil || word(o["model"]) == "" && word(o["app_id"]) == "" {
			return f, false
		}
		f = common(image)
		f.models = add(f.models, members(o).word("model_weights", "model"))
		if parts := items(image["prompt"]); len(parts) > 0 {
			f.prompt = in(parts[0]).word("prompt")
		}
		return f, true
	}
	f = common(o)
	f.version = word(o["app_version"])
	f.models = add(f.models, modelOf(o["model"]))
	for _, l := range items(o["loras"]) {
		f.loras = add(f.loras, modelOf(l))
	}
	return f, len(f.words()) > 0
}

// modelOf returns the name of a model in an object, which newer versions of InvokeAI wrap once more.
func modelOf(raw json.RawMessage) string {
	o := in(raw)
	for _, wrap := range []string{"lora", "model"} {
		if inner := in(o[wrap]); inner != nil {
			o = inner
		}
	}
	return o.word("model_name", "name")
}

// readNovelAI reads the texts of a PNG, by keyword in small letters.
func readNovelAI(fields map[string]text) (f facts, ok bool) {
	if fields["software"].value != "NovelAI" {
		return f, false
	}
	o := objectIn(fields["comment"].value)
	f = common(o)
	if f.prompt == "" {
		f.prompt = fields["description"].value
	}
	f.models = add(nil, fields["source"].value)
	return f, true
}

// easyDiffusion reads settings of Easy Diffusion, which it writes as one text each into PNG, and as JSON into other formats.
func easyDiffusion(value func(name string) string) (f facts) {
	f = facts{sampler: value("sampler_name"), seed: value("seed"), steps: value("num_inference_steps"), prompt: value("prompt")}
	f.models = add(f.models, value("use_stable_diffusion_model"))
	f.loras = add(f.loras, value("use_lora_model"))
	return f
}

// readEasyDiffusion reads the texts of a PNG, by keyword in small letters, under either set of names that the program uses.
func readEasyDiffusion(fields map[string]text) (f facts, t text, ok bool) {
	for _, name := range []string{"use_stable_diffusion_model", "stable diffusion model"} {
		steps, found := fields["num_inference_steps"], false
		if t, found = fields[name]; !found {
			continue
		}
		if name != "use_stable_diffusion_model" {
			steps = fields["steps"]
		}
		if steps.value == "" || fields["seed"].value == "" {
			return f, t, false
		}
		f = easyDiffusion(func(name string) string { return fields[name].value })
		f.models, f.steps = add(nil, t.value), steps.value
		if f.sampler == "" {
			f.sampler = fields["sampler"].value
		}
		return f, t, true
	}
	return f, t, false
}

// readTensorArt reads the JSON of that service.
func readTensorArt(s string) (f facts, ok bool) {
	o := objectIn(s)
	base := in(o["baseModel"])
	if base == nil || word(base["modelFileName"]) == "" {
		return f, false
	}
	f = common(o)
	f.models = add(f.models, word(base["modelFileName"]))
	return f, true
}
