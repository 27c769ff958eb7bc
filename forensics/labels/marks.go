package labels

import "strings"

// field is a kind of metadata that names who or what made a picture.
type field int

const (
	maker    field = iota // EXIF Make
	software              // EXIF Software, XMP CreatorTool, PNG text Software
	credit                // XMP Credit
)

// marks are values by which generators name themselves. Those of software may stand inside a longer value, with a version for instance; the
// others are the whole value. Programs that edit pictures without generating them are none.
//
// Sources: documentation and tables of github.com/wiltodelta/remove-ai-watermarks, which collected pictures of these services; for
// the credits of Google, 9to5google.com of 2024-10-24 on Google Photos, and the IPTC's note on Google's use of its fields.
var marks = []struct {
	field       field
	value, name string
}{
	{maker, "Ideogram AI", "ideogram"},
	{maker, "Aphrodite AI", "aphrodite"},
	{credit, "Made with Google AI", "google"},
	{credit, "Edited with Google AI", "google"},
	{software, "reve.com", "reve"},
	{software, "Aphrodite AI", "aphrodite"},
	{software, "Adobe Firefly", "firefly"},
	{software, "AUTOMATIC1111", "sdwebui"},
	{software, "ComfyUI", "comfyui"},
	{software, "DALL-E", "dalle"},
	{software, "DALL·E", "dalle"},
	{software, "DreamStudio", "dreamstudio"},
	{software, "Fooocus", "fooocus"},
	{software, "Ideogram AI", "ideogram"},
	{software, "InvokeAI", "invokeai"},
	{software, "Midjourney", "midjourney"},
	{software, "NovelAI", "novelai"},
	{software, "Stable Diffusion", "stablediffusion"},
}

// mark adds a claim where a value of such a field is that of a generator.
func (m *metadata) mark(f field, t text) {
	for _, k := range marks {
		whole := strings.EqualFold(strings.TrimSpace(t.value), k.value)
		if f == k.field && (whole || f == software && strings.Contains(strings.ToLower(t.value), strings.ToLower(k.value))) {
			m.claim(claim{t, k.name, "names " + generators[k.name] + " as what made or edited the picture: " + quoted(t.value), facts{}})
			return
		}
	}
}
