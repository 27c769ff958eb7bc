package labels

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Bounds of a graph that is read; those in the wild have some hundred nodes.
const (
	maxNodes    = 4096
	maxFollowed = 2 // links to a prompt
)

// notNumbers stand in the JSON of Python, against RFC 8259.
var notNumbers = [...]string{"NaN", "Infinity", "-Infinity"}

// standard makes JSON of that of Python.
func standard(s string) string {
	var out strings.Builder
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == 'N' || c == 'I' || c == '-'):
			for _, word := range notNumbers {
				if strings.HasPrefix(s[i:], word) {
					out.WriteString(s[from:i] + "null")
					i += len(word) - 1
					from = i + 1
					break
				}
			}
		}
	}
	if from == 0 {
		return s
	}
	return out.String() + s[from:]
}

// readGraph reads the graph that ComfyUI executed: nodes by number, each with class_type and inputs. One in which nothing generates, such as
// a picture that was loaded, scaled and saved, says nothing about AI.
func readGraph(s string) (f facts, ok bool) {
	nodes := objectIn(standard(s))
	if len(nodes) > maxNodes {
		return f, false
	}
	followed := 0
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		n := in(nodes[id])
		class, inputs := strings.ToLower(word(n["class_type"])), in(n["inputs"])
		if class == "" || inputs == nil {
			continue
		}
		ok = ok || strings.Contains(class, "sampler")
		for _, name := range slices.Sorted(maps.Keys(inputs)) {
			v := word(inputs[name])
			switch {
			case name == "ckpt_name" || name == "unet_name":
				f.models = add(f.models, v)
				ok = true
			case strings.HasPrefix(name, "lora"):
				f.loras = add(f.loras, loraOf(inputs[name]))
			case name == "sampler_name" && f.sampler == "":
				f.sampler = v
			case (name == "seed" || name == "noise_seed") && v != "" && f.seed == "":
				f.seed, ok = v, true
			case name == "steps" && f.steps == "":
				f.steps = v
			case name == "prompt" && v != "" && f.prompt == "":
				f.prompt, ok = v, true
			case name == "positive" && f.prompt == "" && followed < maxFollowed:
				followed++ // each costs the reading of a node
				if link := items(inputs[name]); len(link) == 2 {
					f.prompt = in(in(nodes[word(link[0])])["inputs"]).word("text")
				}
			}
		}
	}
	return f, ok
}

// loraOf returns the file that an input of a LoRA node names; some name it in an object, with a switch.
func loraOf(raw json.RawMessage) string {
	if o := in(raw); o != nil {
		if string(o["on"]) == "false" {
			return ""
		}
		raw = o["lora"]
	}
	if v := word(raw); isModelFile(v) {
		return v
	}
	return ""
}

// readWorkflow reads the workflow as ComfyUI's editor keeps it, which names the same files but not which value is what.
func readWorkflow(s string) (f facts, ok bool) {
	w := objectIn(standard(s))
	if w["links"] == nil && w["last_node_id"] == nil {
		return f, false
	}
	for _, raw := range items(w["nodes"]) {
		n := in(raw)
		kind := strings.ToLower(word(n["type"]))
		loads := strings.Contains(kind, "checkpoint") || strings.Contains(kind, "unet")
		ok = ok || loads || strings.Contains(kind, "sampler")
		for _, value := range items(n["widgets_values"]) {
			switch v := word(value); {
			case !isModelFile(v):
			case strings.Contains(kind, "lora"):
				f.loras = add(f.loras, v)
			case loads:
				f.models = add(f.models, v)
			}
		}
	}
	return f, ok
}

func isModelFile(name string) bool {
	return slices.ContainsFunc([]string{".safetensors", ".ckpt", ".gguf", ".pt", ".sft"}, func(end string) bool { return strings.HasSuffix(name, end) })
}
