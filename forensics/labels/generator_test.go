package labels

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/cost"
)

const (
	infotext = "photo of a duck <lora:feathers:0.8>\nNegative prompt: monochrome\nSteps: 15, Sampler: UniPC, CFG scale: 5, Seed: 235284042, Size: 512x400, Model hash: c0d1994c73, Model: realisticVision, Version: v1.9.4"
	graph    = `{"4": {"inputs": {"ckpt_name": "flux1-dev.safetensors"}, "class_type": "CheckpointLoader"}, "5": {"inputs": {"lora_name": "face.safetensors", "strength_model": 0.8}, "class_type": "LoraLoader", "is_changed": [NaN]},
 "6": {"inputs": {"text": "a portrait", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"}, "3": {"inputs": {"seed": 525638936532897, "steps": 27, "sampler_name": "euler", "positive": ["6", 0]}, "class_type": "KSampler"}}`
	workflow = `{"last_node_id": 4, "nodes": [{"type": "CheckpointLoaderSimple", "widgets_values": ["flux1-dev.safetensors"]}, {"type": "LoraLoader", "widgets_values": ["face.safetensors", 0.8]}, {"type": "VHS", "widgets_values": {"a": 1}}]}`
	scaling  = `{"1": {"inputs": {"image": "holiday.jpg"}, "class_type": "LoadImage"}, "2": {"inputs": {"width": 100, "image": ["1", 0]}, "class_type": "ImageScale"}, "3": {"inputs": {"images": ["2", 0]}, "class_type": "SaveImage"}}`
	fooocus  = `{"base_model": "juggernautXL", "loras": [["detail", 0.5, "abc"]], "metadata_scheme": "fooocus", "prompt": "a goldfish", "sampler": "dpmpp_2m", "seed": "6952411511246973023", "steps": 30, "version": "Fooocus v2.4.3"}`
	swarm    = `{"sui_image_params": {"prompt": "a cat", "model": "sd_xl_base", "seed": 1, "steps": 20, "loras": ["cats"]}}`
	invoke   = `{"generation_mode": "sdxl_txt2img", "positive_prompt": "oil painting", "seed": 3293022630, "steps": 35, "scheduler": "euler", "model": {"model_name": "juggernautXL"}, "loras": [{"lora": {"model_name": "paint"}, "weight": 0.7}]}`
	invoke2  = `{"model": "stable diffusion", "model_weights": "deliberate", "app_id": "invoke-ai/InvokeAI", "image": {"prompt": [{"prompt": "a woman"}], "steps": 50, "seed": 2980747362, "sampler": "k_lms"}}`
	dreamt   = `"a woman [glowing eyes]" -s 50 -S 2980747362 -W 512 -H 768 -C 5 -A k_lms -G 0.9`
	novel    = `{"steps": 50, "sampler": "k_euler_ancestral", "seed": 2253955223}`
	uuid     = "4800156b-8880-4786-9056-7ca3da449d8c"
)

var signature = "Signature: " + strings.Repeat("IoR6YcSl", 10) + "=="

func tEXt(keyword, value string) string { return chunk("tEXt", keyword+"\x00"+value) }

func riffChunk(name, data string) string {
	return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data + strings.Repeat("\x00", len(data)&1)
}

func webpWith(chunks ...string) []byte {
	return []byte(riffChunk("RIFF", "WEBP"+riffChunk("VP8X", "\x0c\x00\x00\x00\x1f\x00\x00\x1f\x00\x00")+strings.Join(chunks, "")))
}

func utf16BE(s string) string {
	b := []byte("UNICODE\x00")
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return string(b)
}

// exif2 is an EXIF segment with two fields in the main directory.
func exif2(tag1 uint16, value1 string, tag2 uint16, value2 string) string {
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02")
	for i, f := range []struct {
		tag   uint16
		value string
	}{{tag1, value1}, {tag2, value2}} {
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(b, f.tag), 2<<16)
		binary.BigEndian.PutUint16(b[len(b)-4:], 2)
		b = binary.BigEndian.AppendUint32(b[:len(b)-2], uint32(len(f.value)))
		b = binary.BigEndian.AppendUint32(b, uint32(38+i*len(value1)))
	}
	return segment(0xe1, string(append(b, 0, 0, 0, 0))+value1+value2)
}

// Every carrier gives one finding that names what the settings tell and points at where they stand.
func TestGenerators(t *testing.T) {
	const (
		webuiFacts = `model "realisticVision", LoRA "feathers", sampler "UniPC", seed 235284042, steps 15, prompt "photo of a duck <lora:feathers:0.8>"`
		graphFacts = `model "flux1-dev.safetensors", LoRA "face.safetensors", sampler "euler", seed 525638936532897, steps 27, prompt "a portrait"`
	)
	xmpWith := func(inside string) string {
		return xmpHead + packet(`xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"`, inside)
	}
	for _, c := range []struct {
		name         string
		file         []byte
		code         string
		says, begins string
	}{
		{"web UI", pngWith(tEXt("parameters", infotext)), "sdwebui", webuiFacts, "photo of a duck"},
		{"web UI, iTXt", pngWith(chunk("iTXt", "parameters\x00\x00\x00\x00\x00"+infotext)), "sdwebui", webuiFacts, "photo of a duck"},
		{"web UI, JPEG", jpegWith(exif(0x9286, utf16BE(infotext))), "sdwebui", webuiFacts, "\x00p\x00h\x00o"},
		{"web UI, JPEG, ASCII", jpegWith(exif(0x9286, "ASCII\x00\x00\x00"+infotext)), "sdwebui", webuiFacts, "photo"},
		{"web UI, WebP", webpWith(riffChunk("VP8L", "12345"), riffChunk("EXIF", exif(0x9286, utf16BE(infotext))[10:])), "sdwebui", webuiFacts, "\x00p\x00h\x00o"},
		{"web UI, WebP with JPEG's header", webpWith(riffChunk("EXIF", exif(0x9286, utf16BE(infotext))[4:])), "sdwebui", webuiFacts, "\x00p\x00h\x00o"},
		{"web UI, hash only", pngWith(tEXt("parameters", "x\nSteps: 4, Sampler: Euler a, Model hash: abc, Lora hashes: \"a: 1, b: 2\"")), "sdwebui", `model "hash abc", LoRA "a", LoRA "b"`, "x"},
		{"Fooocus in the form of web UI", pngWith(tEXt("parameters", strings.Replace(infotext, "v1.9.4", "Fooocus v2.4.3", 1)), tEXt("fooocus_scheme", "a1111")), "fooocus", webuiFacts, "photo"},
		{"Fooocus", pngWith(tEXt("fooocus_scheme", "fooocus"), tEXt("parameters", fooocus)), "fooocus", `model "juggernautXL", LoRA "detail", sampler "dpmpp_2m", seed 6952411511246973023, steps 30, prompt "a goldfish"`, `{"base`},
		{"SwarmUI", pngWith(tEXt("parameters", swarm)), "swarmui", `model "sd_xl_base", LoRA "cats", seed 1, steps 20, prompt "a cat"`, `{"sui`},
		{"ComfyUI", pngWith(tEXt("prompt", graph), tEXt("workflow", workflow)), "comfyui", graphFacts, `{"4"`},
		{"ComfyUI, workflow first", pngWith(tEXt("workflow", workflow), tEXt("prompt", graph)), "comfyui", graphFacts, `{"4"`},
		{"ComfyUI, workflow only", pngWith(tEXt("workflow", workflow)), "comfyui", `model "flux1-dev.safetensors", LoRA "face.safetensors".`, `{"last`},
		{"ComfyUI, WebP", webpWith(riffChunk("EXIF", exif2(0x10f, "workflow:"+workflow+"\x00", 0x110, "prompt:"+graph+"\x00")[10:])), "comfyui", graphFacts, `prompt:{"4"`},
		{"InvokeAI", pngWith(tEXt("invokeai_metadata", invoke)), "invokeai", `model "juggernautXL", LoRA "paint", sampler "euler", seed 3293022630, steps 35, prompt "oil painting"`, `{"gen`},
		{"InvokeAI 2", pngWith(tEXt("sd-metadata", invoke2), tEXt("Dream", dreamt)), "invokeai", `model "deliberate", sampler "k_lms", seed 2980747362, steps 50, prompt "a woman"`, `{"model`},
		{"InvokeAI 1", pngWith(tEXt("Dream", dreamt)), "invokeai", `sampler "k_lms", seed 2980747362, steps 50, prompt "a woman [glowing eyes]"`, `"a woman`},
		{"NovelAI", pngWith(tEXt("Title", "AI generated image"), tEXt("Description", "a cat"), tEXt("Software", "NovelAI"), tEXt("Source", "Stable Diffusion 1D44365E"), tEXt("Comment", novel)), "novelai",
			`model "Stable Diffusion 1D44365E", sampler "k_euler_ancestral", seed 2253955223, steps 50, prompt "a cat"`, "NovelAI"},
		{"NovelAI, EXIF", webpWith(riffChunk("EXIF", exif(0x131, "NovelAI Diffusion V4.5\x00")[10:])), "novelai", `names NovelAI`, "NovelAI"},
		{"Grok", jpegWith(exif2(0x10e, signature+"\x00", 0x13b, uuid+"\x00")), "grok", uuid, "Signature"},
		{"Ideogram", jpegWith(exif(0x10f, "Ideogram AI\x00")), "ideogram", `"Ideogram AI"`, "Ideogram"},
		{"Firefly", jpegWith(segment(0xe1, xmpWith("<xmp:CreatorTool>Adobe Firefly 2.0</xmp:CreatorTool>"))), "firefly", "The XMP CreatorTool names Adobe Firefly", "Adobe"},
		{"Google", jpegWith(segment(0xe1, xmpWith("<photoshop:Credit>Edited with Google AI</photoshop:Credit>"))), "google", `"Edited with Google AI"`, "Edited"},
		{"Google, WebP", webpWith(riffChunk("XMP ", xmpWith("<photoshop:Credit>Made with Google AI</photoshop:Credit>")[len(xmpHead):])), "google", "Google AI", "Made"},
		{"Midjourney", pngWith(tEXt("Software", "Midjourney")), "midjourney", `The PNG tEXt chunk "Software"`, "Midj"},
		{"Midjourney, description", pngWith(tEXt("Author", "somebody"), tEXt("Description", "example --ar 2:1 --v 6 Job ID: a7421d2f-b262-44f9-977c-ac23e9c7d3e3")), "midjourney", `prompt "example --ar 2:1 --v 6"`, "example"},
		{"FLUX", jpegWith(exif2(0x10f, "Black Forest Labs\x00", 0x131, "AI generated;txt2img;flux\x00")), "flux", "FLUX (Black Forest Labs)", "Black"},
		{"FLUX, software", jpegWith(exif(0x131, "AI generated;img2img;flux\x00")), "flux", "FLUX (Black Forest Labs)", "AI gen"},
		{"Draw Things", jpegWith(segment(0xe1, xmpWith("<xmp:CreatorTool>Draw Things</xmp:CreatorTool>"))), "drawthings", "Draw Things", "Draw"},
		{"Luma", pngWith(tEXt("Source", "Luma AI")), "luma", `The PNG tEXt chunk "Source" names Luma AI`, "Luma"},
		{"SD.Next", pngWith(tEXt("parameters", strings.Replace(infotext, "Version: v1.9.4", "App: SD.Next, Version: 9c9a7f8", 1))), "sdnext", webuiFacts, "photo"},
		{"Civitai", pngWith(tEXt("parameters", "a\nSteps: 4, Sampler: Euler a, Civitai resources: [{\"type\":\"checkpoint\",\"modelName\":\"Pony\"},{\"type\":\"lora\",\"modelName\":\"Hat\"}], x: 1")), "civitai", `model "Pony", LoRA "Hat"`, "a"},
		{"Easy Diffusion", pngWith(tEXt("prompt", "a boat"), tEXt("seed", "7"), tEXt("use_stable_diffusion_model", "sd-v1-4"), tEXt("num_inference_steps", "25"), tEXt("sampler_name", "euler")),
			"easydiffusion", `model "sd-v1-4", sampler "euler", seed 7, steps 25, prompt "a boat"`, "sd-v1-4"},
		{"Easy Diffusion, other names", pngWith(tEXt("Prompt", "a boat"), tEXt("Seed", "7"), tEXt("Stable Diffusion model", "sd-v1-4"), tEXt("Steps", "25"), tEXt("Sampler", "euler")),
			"easydiffusion", `model "sd-v1-4", sampler "euler", seed 7, steps 25, prompt "a boat"`, "sd-v1-4"},
		{"Easy Diffusion, JPEG", jpegWith(exif(0x9286, utf16BE(`{"prompt":"a boat","seed":7,"use_stable_diffusion_model":"sd-v1-4","num_inference_steps":25}`))), "easydiffusion", `model "sd-v1-4", seed 7, steps 25, prompt "a boat"`, "\x00{"},
		{"Tensor.Art", pngWith(tEXt("generation_data", `{"prompt":"a boat","steps":25,"seed":"7","baseModel":{"modelFileName":"juggernaut"}}`)), "tensorart", `model "juggernaut", seed 7, steps 25, prompt "a boat"`, `{"prompt`},
		{"Mochi Diffusion", jpegWith(exif(0x9286, "ASCII\x00\x00\x00Include in Image: a boat; Model: sd-1; Steps: 25; Seed: 7; Scheduler: DPM; Generator: Mochi Diffusion 4.2")), "mochi", `model "sd-1", sampler "DPM", seed 7, steps 25, prompt "a boat"`, "Include"},
		{"Mochi Diffusion, lines", jpegWith(exif(0x9286, "ASCII\x00\x00\x00Metadata Version: 2\nInclude in Image: a boat; red\nModel: sd-1\nSteps: 25\nGenerator: Mochi Diffusion 6.0")), "mochi", `model "sd-1", steps 25, prompt "a boat; red"`, "Metadata"},
		{"Draw Things, settings", jpegWith(exif(0x9286, "ASCII\x00\x00\x00"+`{"c":"a boat","uc":"","lora":[{"model":"hat","weight":1}],"model":"sd_v1.4_f16.ckpt","sampler":"DDIM","scale":10,"seed":7,"size":"1152x768","steps":10}`)), "drawthings",
			`model "sd_v1.4_f16.ckpt", LoRA "hat", sampler "DDIM", seed 7, steps 10, prompt "a boat"`, `{"c"`},
		{"ComfyUI, node for JPEG", jpegWith(exif2(0x10e, "Workflow: "+workflow+"\x00", 0x10f, "Prompt: "+graph+"\x00")), "comfyui", graphFacts, `Prompt: {"4"`},
		{"Hugging Face", pngWith(tEXt("hf-job-id", uuid)), "huggingface", uuid, "4800"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := examine(t, sample(t, c.file))
			if len(found) != 1 || found[0].Code != "generator."+c.code || !strings.Contains(found[0].Text, c.says) {
				t.Fatalf("%+v", found)
			}
			if from := *found[0].Where.Offset; !strings.HasPrefix(string(c.file[from:from+*found[0].Where.Length]), c.begins) {
				t.Errorf("points at %q", c.file[from:from+*found[0].Where.Length])
			}
		})
	}
}

// What only resembles the mark of a generator is none.
func TestNoGenerators(t *testing.T) {
	for name, file := range map[string][]byte{
		"parameters of something else":     pngWith(tEXt("parameters", "Steps: 1 to 5, then wait")),
		"steps without a sampler":          pngWith(tEXt("parameters", "recipe\nSteps: 5, Servings: 4")),
		"steps in the middle of a line":    pngWith(tEXt("parameters", "see Steps: 5, Sampler: x")),
		"settings under another keyword":   pngWith(tEXt("Comment", infotext)),
		"a graph that only scales":         pngWith(tEXt("prompt", scaling)),
		"a prompt of a person":             pngWith(tEXt("prompt", "say cheese")),
		"other JSON":                       pngWith(tEXt("prompt", `{"a": 1, "b": {"inputs": {"seed": 1}}}`), tEXt("workflow", `{"nodes": [{"type": "KSampler"}]}`), tEXt("parameters", `{"version": "1"}`)),
		"cut JSON":                         pngWith(tEXt("prompt", graph[:len(graph)-1]), tEXt("invokeai_metadata", invoke[:40])),
		"empty JSON":                       pngWith(tEXt("invokeai_metadata", "{}"), tEXt("sd-metadata", "{}"), tEXt("Dream", "of me")),
		"an editor":                        jpegWith(exif(0x131, "Adobe Photoshop CC 2019 (Windows)\x00")),
		"GIMP":                             pngWith(tEXt("Software", "GIMP 2.10")),
		"a camera of nearly that name":     jpegWith(exif(0x10f, "Ideogram AI Camera\x00")),
		"Google, which is Picasa too":      jpegWith(exif(0x131, "Google\x00")),
		"a signature without a number":     jpegWith(exif2(0x10e, signature+"\x00", 0x13b, "Somebody\x00")),
		"a number without a signature":     jpegWith(exif2(0x10e, "Signature: mine\x00", 0x13b, uuid+"\x00")),
		"another scheme":                   pngWith(tEXt("fooocus_scheme", "x")),
		"a job of something else":          pngWith(tEXt("Description", "Job ID: 12345")),
		"another source":                   pngWith(tEXt("Source", "Luma AI camera")),
		"a model without settings":         pngWith(tEXt("use_stable_diffusion_model", "x")),
		"data of no generation":            pngWith(tEXt("generation_data", `{"baseModel": {}}`)),
		"a flux of something else":         jpegWith(exif(0x131, "flux capacitor 1.0\x00")),
		"a title that says AI, by anybody": pngWith(tEXt("Title", "AI generated image"), tEXt("Comment", novel)),
	} {
		if _, found := examine(t, sample(t, file)); len(found) != 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// Every claim is recorded with what it tells, also those that no finding of its own names.
func TestClaims(t *testing.T) {
	p := forensics.NewPass(sample(t, pngWith(tEXt("prompt", graph), tEXt("workflow", workflow), tEXt("parameters", infotext))), forensics.Env{})
	if _, err := p.Detect(&Detector, unregistered); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Claims() {
		if c.Kind != "generator" || c.Origin != forensics.MadeByAI || c.Offset == nil || *c.Length == 0 {
			t.Errorf("%+v", c)
		}
		got = append(got, c.Field("Name")+" "+c.Field("Model")+" "+c.Field("LoRA")+" "+c.Field("Seed")+" "+c.Field("Version"))
	}
	if want := "ComfyUI flux1-dev.safetensors face.safetensors 525638936532897 |ComfyUI flux1-dev.safetensors face.safetensors  |Stable Diffusion web UI realisticVision feathers 235284042 v1.9.4"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
	p = forensics.NewPass(sample(t, jpegWith(segment(0xe1, xmpHead+packet(`xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"`, "<photoshop:Credit>Edited with Google AI</photoshop:Credit>")))), forensics.Env{})
	if _, err := p.Detect(&Detector, unregistered); err != nil || len(p.Claims()) != 1 || p.Claims()[0].Origin != forensics.EditedByAI {
		t.Errorf("%v %+v", err, p.Claims())
	}
}

func TestHostileGenerators(t *testing.T) {
	inputs := strings.Repeat(`"a":[],`, 1<<16)
	big := `{"inputs": {` + inputs + `"x": 1}, "class_type": "x"}`
	var linked, same strings.Builder
	for i := range 1 << 14 {
		fmt.Fprintf(&linked, `"n%d": {"inputs": {"positive": ["big", 0]}, "class_type": "x"},`, i)
		same.WriteString(`"big": 1,`)
	}
	for name, file := range map[string][]byte{
		"links to one large node": pngWith(tEXt("prompt", `{`+linked.String()+`"big": `+big+`}`)),
		"one name many times":     pngWith(tEXt("prompt", `{`+same.String()+`"big": `+big+`}`)),
		"deep":                    pngWith(tEXt("prompt", `{"1": {"class_type": "x", "inputs": {"seed": `+strings.Repeat("[", 1<<20)+`}}}`)),
		"many LoRAs":              pngWith(tEXt("parameters", strings.Repeat("<lora:a:1>", 1<<17)+"\nSteps: 1, Sampler: x, "+strings.Repeat("a: b, ", 1<<17))),
		"many claims":             pngWith(strings.Repeat(tEXt("Software", "Midjourney"), 1<<16)),
		"many graphs":             pngWith(strings.Repeat(tEXt("prompt", graph), 1<<12)),
		"quotes":                  pngWith(tEXt("parameters", "Steps: 1, Sampler: "+strings.Repeat(`"a": `, 1<<18))),
		"nearly dreams":           pngWith(tEXt("dream", strings.Repeat(`" -s 1 -S `, 1<<18))),
	} {
		s := &media.Sample{Info: media.Info{Kind: media.Image, Format: "png"}, Raw: file}
		start := cost.Now()
		_, found := examine(t, s)
		t.Logf("%-24s %7v, %d bytes, %d findings", name, cost.Since(start), len(file), len(found))
		if d := cost.Since(start); d > cost.Most || len(found) > 2 {
			t.Errorf("%s took %v, %d findings", name, d, len(found))
		}
	}
}

// FuzzSettings feeds the readers of settings as texts, which finds more than whole files do.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{infotext, graph, workflow, scaling, fooocus, swarm, invoke, invoke2, dreamt, novel} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var m metadata
		where := text{place: "x", value: s}
		m.parameters(where)
		m.graph(where)
		m.workflow(where)
		for _, keyword := range []string{"invokeai_metadata", "sd-metadata", "dream"} {
			if facts, ok := readInvokeAI(keyword, s); ok {
				m.settings("invokeai", where, facts)
			}
		}
		p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}}, forensics.Env{})
		if res, err := p.Detect(&Detector, func(p *forensics.Pass) error { reportClaims(p, m.claims, text{}); return nil }); err != nil || res.Status != forensics.Done {
			t.Fatal(res.Reason, err)
		}
		for _, x := range p.Findings() {
			if len(x.Text) > 16<<10 || !strings.HasPrefix(x.Text, "X holds") {
				t.Fatalf("%d: %.100s", len(x.Text), x.Text)
			}
		}
	})
}
