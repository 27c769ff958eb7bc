package labels

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"unmask/media/asf"
	"unmask/media/extract"
	"unmask/media/flv"
	"unmask/media/matroska"
	"unmask/media/ogg"
)

// fromBoxes reads the files of the ISO base media format and its kin. A bare codestream of JPEG XL has no boxes.
func (m *metadata) fromBoxes() error {
	f, err := m.pass.Boxes()
	if err != nil {
		return err
	}
	m.unread += f.Unread
	for _, t := range f.Texts {
		place := fmt.Sprintf("the item %s of %s", quoted(t.Name), t.Box)
		if t.Name == "" {
			place = "an item without a name in " + t.Box
		}
		m.entry(t.Name, text{place, t.Text, t.Offset, t.Length}, t.Box == "moov/udta/meta" && t.Keyed)
	}
	m.packets(f.XMP, f.Exif)
	for _, p := range f.Canon {
		if len(p.Data) > 0 {
			m.exif(p)
		}
	}
	return nil
}

func (m *metadata) packets(xmp, exif []extract.Packet) {
	for _, p := range xmp {
		m.xmp(p)
	}
	for _, p := range exif {
		m.exif(p)
	}
}

func (m *metadata) fromMatroska(r io.ReaderAt, size int64) error {
	f := matroska.ReadTags(r, size)
	m.unread += f.Unread
	for _, t := range f.Texts {
		name, place := t.Name, fmt.Sprintf("the Matroska tag %s", quoted(t.Name))
		if t.Element != "SimpleTag" {
			name, place = t.Element, "the Matroska "+t.Element
		}
		m.entry(name[strings.LastIndexByte(name, '/')+1:], text{place, t.Text, t.Offset, t.Length}, !strings.Contains(name, "/"))
	}
	return nil
}

func (m *metadata) fromAVI() error {
	f, err := m.pass.Chunks()
	if err != nil {
		return err
	}
	m.unread += f.Unread
	for _, t := range f.Texts {
		place := "the RIFF chunk "
		if t.List != "" {
			place = "the " + t.List + " chunk "
		}
		m.entry(t.Chunk, text{place + quoted(t.Chunk), t.Text, t.Offset, t.Length}, t.List == "INFO")
	}
	m.packets(f.XMP, f.Exif)
	return nil
}

func (m *metadata) fromFLV(r io.ReaderAt, size int64) error {
	f, err := flv.ReadScripts(r, size)
	m.unread += f.Unread
	for _, t := range f.Texts {
		name := t.Name[strings.LastIndexByte(t.Name, '.')+1:]
		if name == "liveXML" { // of onXMPData
			m.xmp(extract.Whole([]byte(t.Text), t.Offset))
			continue
		}
		m.entry(name, text{"the script value " + quoted(t.Name), t.Text, t.Offset, t.Length}, t.Name == "onMetaData."+name)
	}
	return err
}

func (m *metadata) fromASF(r io.ReaderAt, size int64) error {
	f, err := asf.Read(r, size)
	if err != nil {
		return err
	}
	m.unread += f.Unread
	for _, t := range f.Texts {
		m.entry(strings.TrimPrefix(t.Name, "WM/"), text{"the ASF attribute " + quoted(t.Name), t.Text, t.Offset, t.Length}, false)
	}
	m.packets(f.XMP, nil)
	return nil
}

// fromOgg reads comments; that a label may stand in them is said of sound only (TC260-PG-202510A).
func (m *metadata) fromOgg(r io.ReaderAt, size int64) error {
	f, err := ogg.ReadComments(r, size)
	m.unread += f.Unread
	for _, t := range f.Texts {
		m.entry(t.Name, text{"the Ogg comment " + quoted(t.Name), t.Text, t.Offset, t.Length}, true)
	}
	return err
}

// entry reads a text that may be anything, by its name. Conforming tells whether the standard puts a label of the name AIGC there.
func (m *metadata) entry(name string, t text, conforming bool) {
	if !strings.EqualFold(name, "AIGC") {
		if m.affords(len(t.value)) {
			m.free(t, false)
			m.settingsIn(strings.ToLower(name), t)
		}
		return
	}
	n := len(m.aigc)
	if m.named(t); !conforming && len(m.aigc) > n {
		m.aigc[n].problem(misplaced)
	}
}

// Names, in lower case, under which containers note the software and the maker of a video.
var (
	toolNames = []string{"software", "encoder", "encoded_by", "tool", "vendor", "encodingsettings", "creator_tool", "creatortool", "metadatacreator", "writingapp", "muxingapp", "isft", "itch",
		"©too", "©swr", "©enc", "com.apple.quicktime.software"}
	makerNames = []string{"make", "manufacturer", "©mak", "com.apple.quicktime.make"}
)

// settingsIn looks in a text for the marks of generators, by its name in lower case.
func (m *metadata) settingsIn(name string, t text) {
	switch {
	case slices.Contains(toolNames, name):
		m.mark(software, t)
	case slices.Contains(makerNames, name):
		m.mark(maker, t)
	case name == "credit":
		m.mark(credit, t)
	case name == "prompt":
		m.graph(t)
	case name == "workflow":
		m.workflow(t)
	default:
		m.parameters(t)
		m.wrapped(t)
	}
}

// wrapped reads the comment in which the nodes of ComfyUI that write videos put graph and workflow together.
func (m *metadata) wrapped(t text) {
	var o struct{ Prompt, Workflow json.RawMessage }
	if !strings.HasPrefix(strings.TrimSpace(t.value), "{") || json.Unmarshal([]byte(standard(t.value)), &o) != nil {
		return
	}
	m.graph(t.with(o.Prompt))
	m.workflow(t.with(o.Workflow))
}

// with is the text of a member of the JSON object that t is, which may be JSON inside a string.
func (t text) with(member json.RawMessage) text {
	t.value = string(member)
	if s := word(member); s != "" {
		t.value = s
	}
	return t
}
