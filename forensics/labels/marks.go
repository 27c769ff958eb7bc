package labels

import "strings"

// field is a kind of metadata that names who or what made a picture.
type field int

const (
	maker    field = iota // EXIF Make
	software              // EXIF Software, XMP CreatorTool, PNG text Software
	credit                // XMP and IPTC Credit
	source                // PNG text Source
)

// marks are values by which generators name themselves. Those of software may stand inside a longer value, with a version for instance; the
// others are the whole value. Programs that edit pictures without generating them are none. Each has its source.
var marks = []struct {
	field       field
	value, name string
	from        origin
}{
	{maker, "Ideogram AI", "ideogram", collected},
	{maker, "Aphrodite AI", "aphrodite", collected},
	{maker, "Black Forest Labs", "flux", flux},
	{credit, "Made with Google AI", "google", google},
	{credit, "Edited with Google AI", "google", google},
	{source, "Luma AI", "luma", collected},
	{software, "AI generated;txt2img;flux", "flux", flux},
	{software, "AI generated;img2img;flux", "flux", flux},
	{software, "reve.com", "reve", collected},
	{software, "Aphrodite AI", "aphrodite", collected},
	{software, "Adobe Firefly", "firefly", collected},
	{software, "AUTOMATIC1111", "sdwebui", collected},
	{software, "ComfyUI", "comfyui", collected},
	{software, "DALL-E", "dalle", collected},
	{software, "DALL·E", "dalle", collected},
	{software, "Draw Things", "drawthings", drawThings},
	{software, "DreamStudio", "dreamstudio", collected},
	{software, "Fooocus", "fooocus", collected},
	{software, "Ideogram AI", "ideogram", collected},
	{software, "InvokeAI", "invokeai", collected},
	{software, "Midjourney", "midjourney", collected},
	{software, "Mochi Diffusion", "mochi", mochi},
	{software, "NovelAI", "novelai", collected},
	{software, "Stable Diffusion", "stablediffusion", horde},
}

// origin says where a mark was read.
type origin string

const (
	collected  origin = "documentation and tables of github.com/wiltodelta/remove-ai-watermarks, which collected pictures of these services"
	google     origin = "9to5google.com of 2024-10-24 on Google Photos, and the IPTC's note on Google's use of its fields"
	flux       origin = "the command line of github.com/black-forest-labs/flux, which writes EXIF Software, Make and Model"
	drawThings origin = "parsers of XMP CreatorTool in github.com/Ktiseos-Nyx/Dataset-Tools; drawthingsai/draw-things-community issue 129; cocktailpeanut/breadmachine issue 2, with exiftool's output"
	mochi      origin = "IPTC OriginatingProgram, as github.com/Ktiseos-Nyx/Dataset-Tools and the metadata codec of Mochi Diffusion have it"
	horde      origin = "github.com/aqualxx/stable-ui pull request 21 and daveschumaker/artbot-for-stable-diffusion pull request 147, with exiftool's output"
)

// mark adds a claim where a value of such a field is that of a generator.
func (m *metadata) mark(f field, t text) {
	const longest = 4096 // bytes that are looked at
	value := strings.ToLower(t.value[:min(len(t.value), longest)])
	for _, k := range marks {
		mark := strings.ToLower(k.value)
		if f == k.field && (strings.TrimSpace(value) == mark || f == software && strings.Contains(value, mark)) {
			m.claim(claim{text: t, name: k.name, says: "names " + generators[k.name] + " as what made or edited the picture: " + quoted(t.value), edits: strings.HasPrefix(k.value, "Edited")})
			return
		}
	}
}
