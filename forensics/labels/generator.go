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
	"civitai":         "Civitai",
	"comfyui":         "ComfyUI",
	"dalle":           "DALL-E",
	"drawthings":      "Draw Things",
	"dreamstudio":     "DreamStudio",
	"easydiffusion":   "Easy Diffusion",
	"firefly":         "Adobe Firefly",
	"flux":            "FLUX (Black Forest Labs)",
	"fooocus":         "Fooocus",
	"google":          "Google AI",
	"grok":            "Grok (xAI)",
	"huggingface":     "Hugging Face",
	"ideogram":        "Ideogram",
	"invokeai":        "InvokeAI",
	"luma":            "Luma AI",
	"midjourney":      "Midjourney",
	"mochi":           "Mochi Diffusion",
	"novelai":         "NovelAI",
	"reve":            "Reve",
	"sdnext":          "SD.Next",
	"sdwebui":         "Stable Diffusion web UI",
	"stablediffusion": "Stable Diffusion",
	"swarmui":         "SwarmUI",
	"tensorart":       "Tensor.Art",
}

// maxClaims is how many pieces of metadata of one file may name a generator.
const maxClaims = 64

// claim is a piece of metadata by which a generator says that it made the picture.
type claim struct {
	text
	name  string // in generators
	says  string // what it does, after its place
	facts facts
	edits bool // it says that the generator edited the picture, not that it made it
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
	m.claim(claim{text: t, name: name, says: "holds settings of " + generators[name] + " for generating the picture", facts: f})
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
			m.claim(claim{text: t, name: "huggingface", says: "names the job with which Hugging Face made the picture: " + quoted(t.value)})
		case "software":
			m.mark(software, t)
		case "source":
			m.mark(source, t)
		case "description":
			m.job(t)
		case "generation_data":
			if f, ok := readTensorArt(t.value); ok {
				m.settings("tensorart", t, f)
			}
		}
	}
	if f, t, ok := readEasyDiffusion(fields); ok {
		m.settings("easydiffusion", t, f)
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
	} else if f, ok := readMochi(t.value); ok {
		m.settings("mochi", t, f)
	}
}

// jobNumber ends the prompt in the descriptions that Midjourney writes into pictures of its web site.
var jobNumber = regexp.MustCompile(`\bJob ID: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func (m *metadata) job(t text) {
	if !strings.Contains(t.value, "Job ID: ") {
		return // the expression takes longer
	}
	if at := jobNumber.FindStringIndex(t.value); at != nil {
		m.claim(claim{text: t, name: "midjourney", says: "holds the prompt and the number of a job of Midjourney", facts: facts{prompt: t.value[:at[0]], job: t.value[at[0]+len("Job ID: ") : at[1]]}})
	}
}

func (m *metadata) graph(t text) {
	if len(m.claims) == maxClaims {
		m.unread++ // a graph takes long to read
	} else if f, ok := readGraph(t.value); ok {
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

// fromExif looks for labels and for the marks of generators in EXIF fields. ComfyUI and nodes for it write Model, Make and ImageDescription where a format has no texts.
func (m *metadata) fromExif(f *tiff.File) {
	if f.Beyond {
		m.unread++
	}
	each := func(tag uint16, place string, use func(text)) {
		texts, all := f.Texts(tag)
		if !all {
			m.unread++
		}
		for _, t := range texts {
			if m.affords(len(t.Text)) {
				use(text{place, t.Text, t.Offset, t.Length})
			}
		}
	}
	nodes := func(t text) {
		name, v, _ := strings.Cut(t.value, ":")
		rest := text{t.place, strings.TrimSpace(v), t.offset, t.length}
		switch strings.ToLower(name) {
		case "prompt":
			m.graph(rest)
		case "workflow":
			m.workflow(rest)
		}
	}
	each(tiff.UserComment, "the EXIF UserComment", func(t text) { m.free(t, true); m.parameters(t) })
	each(tiff.Model, "the EXIF Model", nodes)
	each(tiff.Make, "the EXIF Make", func(t text) { nodes(t); m.mark(maker, t) })
	each(tiff.Software, "the EXIF Software", func(t text) { m.mark(software, t) })
	each(tiff.ImageDescription, "the EXIF ImageDescription", func(t text) { m.free(t, false); nodes(t); m.job(t) })
	if number := f.Text(tiff.Artist); grokNumber.MatchString(number) {
		each(tiff.ImageDescription, "the EXIF ImageDescription", func(t text) {
			if grokSignature.MatchString(t.value) {
				m.claim(claim{text: t, name: "grok", says: "holds a signature, and the EXIF Artist the number of a picture (" + quoted(number) +
					"), as xAI writes them for pictures that Grok made"})
			}
		})
	}
}

// reportClaims records every claim, those of Midjourney with the number that its pictures have in their IPTC metadata, and reports for each generator
// the claim that says most.
func reportClaims(p *forensics.Pass, claims []claim, guid text) {
	var names []string
	best := map[string]claim{}
	for _, c := range append(claims, hidden(p)...) {
		r := c.record()
		if c.name == "midjourney" && guid.value != "" {
			r.Fields = append(r.Fields, guid.field("DigitalImageGUID")...)
		}
		p.Claim(r)
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
		f := forensics.Finding{Code: "generator." + name, Score: 1, Where: at(c.offset, c.length), Text: strings.ToUpper(sentence[:1]) + sentence[1:] + "."}
		if c.length == 0 { // it stands in pixels
			f.Where = &forensics.Region{Box: &[4]int{0, 0, p.Info.Width, p.Info.Height}}
		}
		p.Report(f)
	}
}

// record makes the claim as records keep it.
func (c claim) record() forensics.Claim {
	out := forensics.Claim{Kind: "generator", Place: c.place, Origin: forensics.MadeByAI, Says: generators[c.name] + " made the picture"}
	if c.edits {
		out.Origin, out.Says = forensics.EditedByAI, generators[c.name]+" edited the picture"
	}
	if c.length > 0 {
		where := at(c.offset, c.length)
		out.Offset, out.Length = where.Offset, where.Length
	}
	out.Fields = append([]forensics.Field{{Name: "Name", Value: generators[c.name]}}, c.facts.fields()...)
	if len(out.Fields) == 1 {
		out.Fields = append(out.Fields, forensics.Field{Name: "Text", Value: shortened(c.value)})
	}
	return out
}
