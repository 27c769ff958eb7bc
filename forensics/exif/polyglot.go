package exif

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"unmask/forensics"
)

// polyglot reports a picture or video that is at once a valid file of another kind.
func (f *file) polyglot(p *forensics.Pass) {
	report := func(offset, length int64, format string, args ...any) {
		p.Report(forensics.Finding{Code: "container.polyglot", Score: .8, Where: at(offset, length),
			Text: fmt.Sprintf("The file is a picture or video and at once "+format+": such files are made to pass checks, or to hide one file in another.", args...)})
	}
	tail := max(f.size-0xffff-eocd, 0)
	last := f.bytes(tail, 0xffff+eocd)
	if start, length, files, ok := archive(last); ok {
		if at := tail + start - length; at >= 0 && string(f.bytes(at, 4)) == "PK\x01\x02" {
			report(at, f.size-at, "a ZIP archive with %d files, which programs for archives open", files)
		}
	}
	head := f.bytes(0, 1024)
	if i := bytes.Index(head, []byte("%PDF-")); i >= 0 && i+6 < len(head) && head[i+5] >= '1' && head[i+5] <= '2' && head[i+6] == '.' &&
		(bytes.Contains(last, []byte("%%EOF")) || bytes.Contains(head[i:], []byte(" obj"))) {
		report(int64(i), f.size-int64(i), "a PDF document, which viewers of documents open")
	}
	if scripted(f.format, f.raw) {
		report(0, 10, "a script, which a web browser runs")
	}
	if f.end <= 0 || f.end >= f.size {
		return
	}
	rest := bytes.TrimLeft(f.bytes(f.end, window), padding)
	switch k := kind(rest); k {
	case "a RAR archive", "a 7-Zip archive", "a web page", "a script of a web page", "a PHP program":
		report(f.end, f.size-f.end, "%s, which begins where the picture ends", k)
	}
}

// eocd is the length of the end of a central directory in bytes, without its comment.
const eocd = 22

// archive finds the end of the central directory of a ZIP archive that ends with the file (PKWARE APPNOTE 4.3.16), in the last bytes of that. The directory
// has the given length and ends at the offset in these bytes, if it is one.
func archive(b []byte) (end, length int64, files int, ok bool) {
	for i := len(b); ; {
		if i = bytes.LastIndex(b[:i], []byte("PK\x05\x06")); i < 0 {
			return 0, 0, 0, false
		}
		e := b[i:]
		if len(e) < eocd {
			continue
		}
		files, length = int(binary.LittleEndian.Uint16(e[10:])), int64(binary.LittleEndian.Uint32(e[12:]))
		if comment := int(binary.LittleEndian.Uint16(e[20:])); files > 0 && length >= 46 && comment <= len(e)-eocd {
			return int64(i), length, files, true
		}
	}
}

// scripted tells whether the lengths or sizes in a header spell the begin of a comment or an assignment of a script.
func scripted(format string, b []byte) bool {
	switch {
	case format == "gif" && len(b) > 10 && (string(b[6:8]) == "/*" || string(b[6:8]) == "=1" || string(b[6:8]) == "='"):
		return bytes.Contains(b, []byte("*/"))
	case format == "jpeg" && len(b) > 6 && string(b[4:6]) == "/*":
		return bytes.Contains(b, []byte("*/="))
	}
	return false
}
