package exif

import (
	"unmask/media/extract"
	"unmask/media/isobmff"
	"unmask/media/tiff"
)

// maxCanon bounds the directories of a CR3 file that are put together, in bytes; those of cameras have some hundred thousand.
const maxCanon = 4 << 20

// canon makes one block of the structures in which CR3 files keep what other files have as the directories of one: the main one, EXIF, the
// maker's notes, GPS.
func (f *file) canon(boxes [isobmff.CanonBoxes]extract.Packet) {
	whole := block{&tiff.File{}, extract.Packet{}, "the Canon boxes CMT1 to CMT4"}
	for i, b := range boxes {
		t, err := tiff.Parse(b.Data)
		if err != nil || whole.Order != nil && t.Order != whole.Order || len(whole.packet.Data)+len(b.Data) > maxCanon {
			continue
		}
		at := len(whole.packet.Data)
		whole.Order = t.Order
		switch entries := moved(t.IFD0, at); i {
		case 0:
			whole.IFD0 = entries
		case 1:
			whole.Exif = entries
		case 2:
			whole.Exif = append(whole.Exif, tiff.Entry{Tag: tiff.MakerNote, Type: 7, Count: uint32(len(b.Data)), Value: b.Data, Offset: at})
		case 3:
			whole.GPS = entries
		}
		offset, _ := b.Span(0, 1)
		whole.packet.Add(b.Data, offset)
	}
	if whole.Order != nil && len(f.blocks) < maxBlocks {
		f.blocks = append(f.blocks, whole)
	}
}

// moved are fields of a structure that stands n bytes behind the start of another.
func moved(entries []tiff.Entry, n int) []tiff.Entry {
	out := make([]tiff.Entry, len(entries))
	for i, e := range entries {
		e.Offset += n
		out[i] = e
	}
	return out
}
