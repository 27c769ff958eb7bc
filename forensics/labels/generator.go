package labels

import (
	"fmt"
	"regexp"
	"strings"

	"unmask/forensics"
	"unmask/media/png"
	"unmask/media/tiff"
)

// generators gives the names of programs and services that make pictures, as codes (generator.NAME) have them, their names in words.
var generators = map[string]string{
	"aphrodite":       "Aphrodite AI",
	"comfyui":         "ComfyUI",
	"dalle":           "DALL-E",
	"dreamstudio":     "DreamStudio",
	"firefly":         "Adobe Firefly",
	"fooocus":         "Fooocus",
	"google":          "Google AI",
	"grok":            "Grok (xAI)",
	"huggingface":     "Hugging Face",
	"ideogram":        "Ideogram",
	"invokeai":        "InvokeAI",
	"midjourney":      "Midjourney",
	"novelai":         "NovelAI",
	"reve":            "Reve",
	"sdwebui":         "Stable Diffusion web UI",
	"stablediffusion": "Stable Diffusion",
	"swarmui":         "SwarmUI",
}

// maxClaims is how many pieces of metadata of one file may name a generator.
const maxClaims = 64

// claim is a piece of metadata by which a generator says that it made the picture.
type claim struct {
	text
	name  string // in generators
	says  string // what it does, after its place
	facts facts
}

func (m *metadata) claim(c claim) {
	if len(m.claims) == maxClaims {
		m.unread++
		return
	}
	m.claims = append(m.claims, c)
}

// settings adds settings with which a generator made the picture.
func (m *metadata) settings(name string, t text, f facts) {
	m.claim(claim{t, name, "holds settings of " + generators[name] + " for generating the picture", f})
}

// fromTexts looks for the marks of generators in the texts of a PNG.
func (m *metadata) fromTexts(texts []png.Text) {
	fields := map[string]text{}
	for _, p := range texts {
		t := text{fmt.Sprintf("the PNG %s chunk %s", p.Chunk, quoted(p.Keyword)), p.Text, p.Offset, p.Length}
		keyword := strings.ToLower(p.Keyword)
		fields[keyword] = t
		switch keyword {
		case "parameters":
			m.parameters(t)
		case "prompt":
			m.graph(t)
		case "workflow":
			m.workflow(t)
		case "invokeai_metadata", "sd-metadata", "dream":
			if f, ok := readInvokeAI(keyword, t.value); ok {
				m.settings("invokeai", t, f)
			}
		case "fooocus_scheme":
			if t.value == "fooocus" || t.value == "a1111" {
				m.settings("fooocus", t, facts{})
			}
		case "hf-job-id":
			m.claim(claim{t, "huggingface", "names the job with which Hugging Face made the picture: " + quoted(t.value), facts{}})
		case "software":
			m.mark(software, t)
		}
	}
	if f, ok := readNovelAI(fields); ok {
		m.settings("novelai", fields["software"], f)
	}
}

// parameters reads what PNG texts with that keyword and EXIF UserComments hold.
func (m *metadata) parameters(t text) {
	if name, f, ok := readInfotext(t.value); ok {
		m.settings(name, t, f)
	} else if name, f, ok := readJSONSettings(t.value); ok {
		m.settings(name, t, f)
	}
}

func (m *metadata) graph(t text) {
	if f, ok := readGraph(t.value); ok {
		m.settings("comfyui", t, f)
	}
}

func (m *metadata) workflow(t text) {
	if f, ok := readWorkflow(t.value); ok {
		m.settings("comfyui", t, f)
	}
}

// The pair by which xAI marks pictures: a signature, and the number of the picture.
var (
	grokSignature = regexp.MustCompile(`^Signature: ?[A-Za-z0-9+/=]{64,}$`)
	grokNumber    = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// fromExif looks for the marks of generators in EXIF fields. ComfyUI writes Model and Make where a file has no texts (SaveAnimatedWEBP).
func (m *metadata) fromExif(f *tiff.File, offset int) {
	each := func(tag uint16, place string, use func(text)) {
		for _, t := range f.Texts(tag) {
			use(text{place, t.Text, offset + t.Offset, t.Length})
		}
	}
	nodes := func(t text) {
		if v, ok := strings.CutPrefix(t.value, "prompt:"); ok {
			m.graph(text{t.place, v, t.offset, t.length})
		} else if v, ok := strings.CutPrefix(t.value, "workflow:"); ok {
			m.workflow(text{t.place, v, t.offset, t.length})
		}
	}
	each(tiff.UserComment, "the EXIF UserComment", m.parameters)
	each(tiff.Model, "the EXIF Model", nodes)
	each(tiff.Make, "the EXIF Make", func(t text) { nodes(t); m.mark(maker, t) })
	each(tiff.Software, "the EXIF Software", func(t text) { m.mark(software, t) })
	if number := f.Text(tiff.Artist); grokNumber.MatchString(number) {
		each(tiff.ImageDescription, "the EXIF ImageDescription", func(t text) {
			if grokSignature.MatchString(t.value) {
				m.claim(claim{t, "grok", "holds a signature, and the EXIF Artist the number of a picture (" + quoted(number) +
					"), as xAI writes them for pictures that Grok made", facts{}})
			}
		})
	}
}

// reportClaims reports, for each generator, the claim that says most.
func reportClaims(p *forensics.Pass, claims []claim) {
	var names []string
	best := map[string]claim{}
	for _, c := range claims {
		b, seen := best[c.name]
		if !seen {
			names = append(names, c.name)
		}
		if !seen || len(c.facts.words()) > len(b.facts.words()) {
			best[c.name] = c
		}
	}
	for _, name := range names {
		c := best[name]
		sentence := c.place + " " + c.says
		if words := c.facts.words(); words != nil {
			sentence += ": " + strings.Join(words, ", ")
		}
		p.Report(forensics.Finding{Code: "generator." + name, Score: 1, Where: at(c.offset, c.length), Text: strings.ToUpper(sentence[:1]) + sentence[1:] + "."})
	}
}
