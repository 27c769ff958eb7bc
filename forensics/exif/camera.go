package exif

import (
	"fmt"
	"strings"

	"unmask/forensics"
)

// clause is the standard of camera data.
const clause = "CIPA DC-008-2023 (EXIF 3.0)"

// claim records what the block says, and tells whether it names a camera and an exposure.
func (b block) claim(p *forensics.Pass) (camera bool) {
	all := b.fields()
	if len(all) == 0 {
		return false
	}
	value := func(name string) string {
		for _, f := range all {
			if f.Name == name {
				return f.Value
			}
		}
		return ""
	}
	maker, model := value("Make"), value("Model")
	exposed := value("ExposureTime") != "" || value("FNumber") != "" || value("ISO") != ""
	camera = maker != "" && model != "" && exposed
	name := model
	if !strings.HasPrefix(strings.ToLower(model), strings.ToLower(maker)) {
		name = strings.TrimSpace(maker + " " + model)
	}
	taken := value("DateTimeOriginal")
	c := forensics.Claim{Kind: "exif", Place: b.place, Clause: clause, Fields: all, Says: "which program or device wrote the file"}
	if len(b.packet.Data) > 0 {
		offset, length := b.span(0, len(b.packet.Data))
		where := at(int64(offset), int64(length))
		c.Offset, c.Length = where.Offset, where.Length
	}
	switch {
	case camera:
		c.Origin = forensics.Captured
		c.Says = "the camera " + shortened(name, 100) + " took the picture"
		if taken != "" {
			c.Says += " on " + shortened(taken, 30)
		}
	case name != "":
		c.Says = "the device " + shortened(name, 100) + " wrote the file"
	case value("Software") != "":
		c.Says = "the program " + quoted(value("Software")) + " wrote the file"
	}
	p.Claim(c)
	if !camera {
		return false
	}
	var words []string
	for _, x := range [...]struct{ before, name string }{{"taken on ", "DateTimeOriginal"}, {"exposure ", "ExposureTime"}, {"aperture f/", "FNumber"}, {"ISO ", "ISO"}} {
		if v := value(x.name); v != "" {
			words = append(words, x.before+shortened(v, 30))
		}
	}
	note := "it carries the maker's own notes"
	if value("MakerNote") == "" {
		note = "it carries no maker's notes, as after saving with other software"
	}
	_, region := b.field("Make")
	p.Report(forensics.Finding{Code: "exif.camera", Score: information, Clause: clause, Where: region,
		Text: fmt.Sprintf("The file says that the camera %s took the picture (%s); %s; such data are easily copied or forged and were not checked against the pixels.",
			quoted(name), strings.Join(words, ", "), note)})
	return true
}
