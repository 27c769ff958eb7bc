package jpeghistory

import (
	"bytes"
	"fmt"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/jpeg"
)

// isPadding tells bytes that cameras and programs fill files up with.
func isPadding(c byte) bool {
	return c == 0 || c == 0xff || c == '\r' || c == '\n' || c == '\t' || c == ' '
}

// reportTrailing reports data behind the end marker, unless the file says in its header that further pictures or a video follow.
func reportTrailing(p *forensics.Pass, f *jpeg.File) {
	if !f.Complete || announced(f) {
		return
	}
	rest := p.Raw[f.End:]
	from := 0
	for from < len(rest) && isPadding(rest[from]) {
		from++
	}
	if from == len(rest) {
		return
	}
	what, back := kind(rest, from)
	offset, length := int64(f.End+from-back), int64(len(rest)-from+back)
	p.Feature("trailing_bytes", float64(length))
	p.Report(forensics.Finding{Code: "jpeg.trailing", Score: 1, Where: &forensics.Region{Offset: &offset, Length: &length},
		Text: fmt.Sprintf("%d bytes%s follow the end of the picture; viewers do not show them.", length, what)})
}

// announced tells whether the file is a multi-picture file (CIPA DC-007) or a motion photo, which carry more behind the first picture.
func announced(f *jpeg.File) bool {
	for _, s := range f.Segments {
		if s.Marker == jpeg.APP2 && bytes.HasPrefix(s.Payload, []byte("MPF\x00")) {
			return true
		}
	}
	for _, x := range f.XMP() {
		for _, name := range []string{"MotionPhoto", "MicroVideo", "Container:Directory"} {
			if bytes.Contains(x.Data, []byte(name)) {
				return true
			}
		}
	}
	return false
}

// kind continues "n bytes" where the data is of a kind that is known. Back is how many of the bytes before from, which look like padding,
// belong to it.
func kind(rest []byte, from int) (what string, back int) {
	for back := range min(from, 3) + 1 {
		b := rest[from-back:]
		if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
			return " of a ZIP archive", back
		}
		if k, format, _ := media.Sniff(b[:min(len(b), media.SniffLen)]); k != media.Other {
			return fmt.Sprintf(" of %s data", format), back
		}
	}
	return "", 0
}
