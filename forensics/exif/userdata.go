package exif

import (
	"fmt"
	"strings"
	"time"

	"unmask/forensics"
	"unmask/media/isobmff"
)

// userData are names of user data, in lower case, and the names of fields as exiftool has them.
var userData = [...]struct{ key, name string }{
	{"com.apple.quicktime.make", "Make"}, {"©mak", "Make"}, {"com.apple.quicktime.model", "Model"}, {"©mod", "Model"},
	{"com.android.manufacturer", "Make"}, {"com.android.model", "Model"}, {"com.android.version", "AndroidVersion"},
	{"com.apple.quicktime.software", "Software"}, {"©swr", "Software"}, {"©too", "Encoder"}, {"encoder", "Encoder"}, {"©enc", "Encoder"},
	{"com.apple.quicktime.creationdate", "CreationDate"}, {"©day", "ContentCreateDate"}, {"com.apple.quicktime.location.iso6709", "GPSCoordinates"},
	{"©xyz", "GPSCoordinates"}, {"com.apple.quicktime.author", "Author"}, {"com.apple.quicktime.content.identifier", "ContentIdentifier"},
}

// field is a named text of a movie with its place.
type field struct {
	name string
	isobmff.Text
}

func (m *movie) fields() (out []field) {
	for _, k := range userData {
		for _, t := range m.texts {
			if strings.EqualFold(t.Name, k.key) && t.Text != "" && len(out) < 32 {
				out = append(out, field{k.name, t})
			}
		}
	}
	return out
}

// report records what the movie says of its making.
func (m *movie) report(p *forensics.Pass) {
	if m == nil || m.length == 0 {
		return
	}
	c := forensics.Claim{Kind: "exif", Place: "the movie header and user data", Clause: "ISO/IEC 14496-12; QuickTime File Format", Says: "when and with what the video was written", Offset: &m.offset, Length: &m.length}
	var places []string
	add := func(name, value string, offset, length int64) {
		c.Fields = append(c.Fields, forensics.Field{Name: name, Value: shortened(value, longest)})
		places = append(places, fmt.Sprintf("%s %d+%d", name, offset, length))
	}
	if !m.created.IsZero() {
		add("CreateDate", m.created.Format(time.DateTime)+" UTC", m.offset, m.length)
	}
	if !m.modified.IsZero() {
		add("ModifyDate", m.modified.Format(time.DateTime)+" UTC", m.offset, m.length)
	}
	for _, f := range m.fields() {
		add(f.name, f.Text.Text, int64(f.Offset), int64(f.Length))
	}
	for _, t := range m.all {
		if t.handler != "" {
			add("HandlerName", t.handler, t.offset, t.length)
		}
	}
	if len(c.Fields) == 0 {
		return
	}
	maker, model := c.Field("Make"), c.Field("Model")
	if maker != "" && model != "" {
		c.Origin, c.Says = forensics.Captured, "the device "+shortened(maker+" "+model, 100)+" recorded the video"
		p.Report(forensics.Finding{Code: "exif.camera", Score: information, Clause: "QuickTime File Format", Where: at(m.offset, m.length),
			Text: fmt.Sprintf("The file says that the device %s recorded the video; such data are easily copied or forged and were not checked against the frames.", quoted(maker+" "+model))})
	}
	c.Fields = append(c.Fields, forensics.Field{Name: "Bytes", Value: strings.Join(places, ", ")})
	p.Claim(c)
	if m.created.Sub(m.modified) > zones && !m.modified.IsZero() {
		p.Report(forensics.Finding{Code: "exif.dates", Score: .2, Clause: "ISO/IEC 14496-12 section 8.2.2", Where: at(m.offset, m.length),
			Text: fmt.Sprintf("The video is said to have been changed last (%s) before it was created (%s); a clock that was set in between, or dates that were edited.", m.modified.Format(time.DateTime), m.created.Format(time.DateTime))})
	}
}

// programs are the texts that name programs.
func (m *movie) programs() (out []named) {
	if m == nil {
		return nil
	}
	for _, f := range m.fields() {
		if f.name == "Software" || f.name == "Encoder" {
			out = append(out, named{"the item " + quoted(f.Name), f.Text.Text, f.Offset, f.Length})
		}
	}
	for _, t := range m.all {
		if t.handler != "" {
			out = append(out, named{"a handler name", t.handler, int(t.offset), int(t.length)})
		}
	}
	return out
}
