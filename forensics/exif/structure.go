package exif

import (
	"bytes"
	"fmt"

	"unmask/forensics"
	"unmask/media/jpeg"
)

// duplicates reports what a file may hold once and holds twice.
func (f *file) duplicates(p *forensics.Pass) {
	count := map[string][]int{} // offsets
	add := func(what string, offset int) { count[what] = append(count[what], offset) }
	switch {
	case f.jpeg != nil:
		for _, s := range f.jpeg.Segments {
			switch {
			case s.Marker == jpeg.APP1 && bytes.HasPrefix(s.Payload, []byte(exifHeader)):
				add("EXIF blocks", s.Offset)
			case s.Marker == jpeg.APP1 && bytes.HasPrefix(s.Payload, []byte("http://ns.adobe.com/xap/1.0/\x00")):
				add("main XMP packets", s.Offset)
			case s.Marker == jpeg.APP0 && bytes.HasPrefix(s.Payload, []byte("JFIF\x00")):
				add("JFIF headers", s.Offset)
			case s.Marker == jpeg.SOI:
				add("starts of a picture", s.Offset)
			case s.Marker >= 0xc0 && s.Marker <= 0xcf && s.Marker != 0xc4 && s.Marker != 0xc8 && s.Marker != 0xcc:
				add("frame headers", s.Offset)
			}
		}
	case f.png != nil:
		for _, c := range f.png.Chunks {
			if c.Type == "eXIf" || c.Type == "IHDR" {
				add(map[string]string{"eXIf": "EXIF blocks", "IHDR": "image headers"}[c.Type], c.Offset)
			}
		}
		for _, t := range f.png.Texts {
			if t.Keyword == xmpKeyword {
				add("main XMP packets", t.Offset)
			}
		}
	case f.webp != nil:
		for _, c := range f.webp.Chunks {
			switch c.Name {
			case "EXIF":
				add("EXIF blocks", c.Offset)
			case "XMP ":
				add("main XMP packets", c.Offset)
			}
		}
	}
	for _, what := range [...]string{"EXIF blocks", "main XMP packets", "JFIF headers", "starts of a picture", "frame headers", "image headers"} {
		if where := count[what]; len(where) > 1 {
			p.Report(forensics.Finding{Code: "container.duplicate", Score: .2, Where: at(int64(where[1]), 4),
				Text: fmt.Sprintf("The file holds %d %s (at bytes %d and %d), of which it may hold one; programs differ in which they show, and a program that adds metadata without removing the old ones leaves two.",
					len(where), what, where[0], where[1])})
		}
	}
}

// order reports camera data that do not stand where cameras put them: first of all (CIPA DC-008-2023 section 4.5.4).
func (f *file) order(p *forensics.Pass, camera bool) {
	if f.jpeg == nil || !camera {
		return
	}
	var first *jpeg.Segment
	for i := range f.jpeg.Segments {
		s := &f.jpeg.Segments[i]
		switch {
		case s.Marker == jpeg.APP1 && bytes.HasPrefix(s.Payload, []byte(exifHeader)):
			if first == nil {
				return
			}
			what := fmt.Sprintf("a segment APP%d", first.Marker-jpeg.APP0)
			if bytes.HasPrefix(first.Payload, []byte("JFIF\x00")) {
				what = "a JFIF header"
			}
			p.Report(forensics.Finding{Code: "container.order", Score: information, Clause: clause + " section 4.5.4", Where: at(int64(first.Offset), int64(len(first.Payload)+4)),
				Text: "Before the data of the camera stands " + what + ", though cameras put theirs first: ordinary software, which writes it so, saved the file after the camera."})
			return
		case s.Marker >= jpeg.APP0 && s.Marker <= jpeg.APP15 && first == nil:
			first = s
		}
	}
}
