package c2pa

import (
	"fmt"
	"slices"
	"strings"

	"unmask/forensics"
	"unmask/forensics/sourcetype"
	"unmask/media/jumbf"
)

// origins reports what the active manifest claims of how the picture came about.
func (r *reporter) origins(m *manifest) {
	seen := map[string]bool{}
	for _, s := range m.sources() {
		code := "c2pa.source"
		switch {
		case s.kind.AI():
			code = "c2pa.ai"
		case s.kind.Origin == forensics.Captured:
			code = "c2pa.capture"
		case s.kind.Origin == "" && s.kind.Term == "empty":
			continue
		}
		if seen[s.kind.Term] {
			continue
		}
		seen[s.kind.Term] = true
		whose := "the picture"
		if s.of != "" {
			whose = s.of
		}
		r.p.Report(forensics.Finding{Code: code, Score: 1, Where: r.where(s.box), Clause: standard + "18.15",
			Text: fmt.Sprintf("A C2PA manifest claims of %s that %s%s.", whose, s.kind.Words(), s.tool())})
	}
}

// source is a statement on how something came about.
type source struct {
	kind  sourcetype.Type
	box   *jumbf.Box
	agent string
	of    string // what it is about, where that is not the picture
}

func (s source) tool() string {
	if s.agent == "" {
		return ""
	}
	return ", with " + quoted(s.agent)
}

// sources reads the digital source types of a manifest: of its actions, and of IPTC metadata that it carries.
func (m *manifest) sources() (out []source) {
	for _, x := range m.actions() {
		term := first(text(x.value["digitalSourceType"]), text(object(x.value["parameters"])["digitalSourceType"]))
		if term == "" {
			continue
		}
		t, _ := sourcetype.Of(term)
		s := source{kind: t, box: x.box, agent: agent(x.value["softwareAgent"])}
		if name := text(x.value["action"]); name == placing || name == "c2pa.removed" {
			s.of = "something that was placed in the picture"
		}
		out = append(out, s)
	}
	for _, label := range []string{"stds.iptc", "stds.iptc.photo-metadata", "cawg.metadata", "c2pa.metadata", "stds.schema-org.CreativeWork"} {
		for _, a := range m.labelled(label) {
			for _, key := range []string{"Iptc4xmpExt:DigitalSourceType", "DigitalSourceType", "digitalSourceType", "iptc:DigitalSourceType"} {
				if term := text(a.value[key]); term != "" {
					t, _ := sourcetype.Of(term)
					out = append(out, source{kind: t, box: a.box})
				}
			}
		}
	}
	return out
}

// agent names the software of an action: a text, or since version 2 an object.
func agent(v any) string {
	if o := object(v); o != nil {
		return strings.TrimSpace(text(o["name"]) + " " + text(o["version"]))
	}
	return text(v)
}

// inherited reports AI that the manifest of an ingredient claims. Where the active manifest says that the ingredient was placed in the picture,
// the picture contains it.
func (r *reporter) inherited(in ingredient, placed bool) {
	for _, s := range in.manifest.sources() {
		if !s.kind.AI() {
			continue
		}
		f := forensics.Finding{Code: "c2pa.ingredient_ai", Score: .5, Where: r.where(s.box), Clause: standard + "18.17",
			Text: fmt.Sprintf("A C2PA manifest claims of %s of the picture, %s, that %s%s.", in.relationText, quoted(in.title), s.kind.Words(), s.tool())}
		if placed {
			f.Code, f.Score = "c2pa.ai", 1
			f.Text = fmt.Sprintf("A C2PA manifest says that %s was placed in the picture, and claims of it that %s%s.", quoted(in.title), s.kind.Words(), s.tool())
		}
		r.p.Report(f)
		return
	}
}

// places tells whether an action says that an ingredient was placed in the picture: by the address of its assertion, or in older files by
// its instance (C2PA 2.2 section 18.15.4).
func (m *manifest) places(in ingredient) bool {
	named := func(link any) bool { return strings.HasSuffix(text(object(link)["url"]), "/"+in.assertion.box.Label) }
	for _, x := range m.actions() {
		if text(x.value["action"]) != placing {
			continue
		}
		parameters := object(x.value["parameters"])
		several := list(parameters["ingredients"])
		instance := first(text(x.value["instanceId"]), text(parameters["instanceId"]))
		if named(parameters["ingredient"]) || slices.ContainsFunc(several[:min(len(several), maxAssertions)], named) ||
			instance != "" && instance == first(text(in.assertion.value["instanceID"]), text(in.assertion.value["instanceId"])) {
			return true
		}
	}
	return false
}

const placing = "c2pa.placed"

// action is one thing that was done, as a manifest has it (C2PA 2.2 section 18.15).
type action struct {
	value map[string]any
	box   *jumbf.Box // the assertion that it stands in
}

const maxActions = 512 // of a manifest that are looked at

func (m *manifest) actions() (out []action) {
	for _, a := range m.labelled("c2pa.actions") {
		all := list(a.value["actions"])
		for _, x := range all[:min(len(all), maxActions-len(out))] {
			out = append(out, action{object(x), a.box})
		}
	}
	return out
}
