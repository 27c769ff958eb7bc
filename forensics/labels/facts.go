package labels

import (
	"encoding/json"
	"slices"
	"strings"

	"unmask/forensics"
)

// facts are what the settings of a generator tell an investigator. What is empty is unknown.
type facts struct {
	models, loras        []string // names of files, mostly
	sampler, seed, steps string
	prompt               string
	version, job         string // of the program; number by which a service knows the picture
}

// words names the facts that are known, each in a few words.
func (f facts) words() (out []string) {
	for _, m := range f.models[:min(len(f.models), most)] {
		out = append(out, "model "+quoted(m))
	}
	for _, l := range f.loras[:min(len(f.loras), most)] {
		out = append(out, "LoRA "+quoted(l))
	}
	for _, x := range []struct{ what, value string }{{"sampler", f.sampler}, {"seed", f.seed}, {"steps", f.steps}, {"prompt", f.prompt}} {
		switch v := strings.TrimSpace(x.value); {
		case v == "":
		case len(v) <= 20 && strings.Trim(v, "0123456789") == "":
			out = append(out, x.what+" "+v)
		default:
			out = append(out, x.what+" "+quoted(v))
		}
	}
	return out
}

// fields are the facts that are known, for a claim.
func (f facts) fields() (out []forensics.Field) {
	add := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			out = append(out, forensics.Field{Name: name, Value: shortened(value)})
		}
	}
	for _, m := range f.models[:min(len(f.models), most)] {
		add("Model", m)
	}
	for _, l := range f.loras[:min(len(f.loras), most)] {
		add("LoRA", l)
	}
	add("Sampler", f.sampler)
	add("Seed", f.seed)
	add("Steps", f.steps)
	add("Version", f.version)
	add("Job", f.job)
	add("Prompt", f.prompt)
	return out
}

// add adds a name to a short list, once.
func add(list []string, name string) []string {
	if name == "" || name == "None" || len(list) > most || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// members of a JSON object.
type members map[string]json.RawMessage

// in returns the members of an object, nil of anything else.
func in(raw json.RawMessage) (o members) {
	_ = json.Unmarshal(raw, &o)
	return o
}

// objectIn returns the members of the object that a text holds, nil where it holds anything else.
func objectIn(s string) members { return in(json.RawMessage(strings.TrimRight(s, "\x00"))) }

// items returns the items of an array, nil of anything else.
func items(raw json.RawMessage) (out []json.RawMessage) {
	_ = json.Unmarshal(raw, &out)
	return out
}

// word returns a string, or a number as it is written, and nothing of anything else.
func word(raw json.RawMessage) (s string) {
	if json.Unmarshal(raw, &s) != nil && len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		return string(raw)
	}
	return s
}

// word returns the first of the named members that is a string or a number.
func (o members) word(names ...string) string {
	for _, name := range names {
		if s := word(o[name]); s != "" {
			return s
		}
	}
	return ""
}
