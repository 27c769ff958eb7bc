package exif

import (
	"bytes"
	"strconv"

	"unmask/media/jpeg"
	"unmask/media/tiff"
)

const (
	google    = "http://ns.google.com/photos/1.0/camera/"         // Android Motion Photo format 1.0
	container = "http://ns.google.com/photos/1.0/container/item/" // Item:Length and Item:Padding of what follows the picture

	mpHeader = "MPF\x00" // CIPA DC-007 section 5.1
	mpEntry  = 0xb002    // section 5.2.3
)

// announced says which announcement of data behind the picture the file holds, and up to which offset it goes; "" for none.
func (f *file) announced() (who string, covered int64) {
	if f.samsung() {
		return "a trailer of a Samsung phone", f.size
	}
	if f.jpeg != nil {
		if end := pictures(f.jpeg); end > 0 {
			who, covered = "further pictures of a multi-picture file", min(end, f.size)
		}
	}
	var length int64
	for _, x := range f.xmp {
		n, err := strconv.ParseInt(x.Value, 10, 64)
		if err != nil || n < 0 || n > f.size {
			continue
		}
		if x.Space == container && (x.Name == "Length" || x.Name == "Padding") || x.Space == google && x.Name == "MicroVideoOffset" {
			length += n
		}
	}
	if length > 0 {
		who = "the video of a motion photo, or pictures that belong to this one"
		covered = max(covered, min(f.end+length, f.size))
	}
	return who, covered
}

// pictures returns the end of the last picture that the index of a multi-picture file names, 0 where there is none.
func pictures(j *jpeg.File) (end int64) {
	for _, s := range j.Segments {
		b, ok := bytes.CutPrefix(s.Payload, []byte(mpHeader))
		if !ok || s.Marker != jpeg.APP2 {
			continue
		}
		t, err := tiff.Parse(b)
		if err != nil {
			continue
		}
		base := int64(s.PayloadOffset() + len(mpHeader))
		if e, ok := tiff.Find(t.IFD0, mpEntry); ok {
			for v := e.Value; len(v) >= 16; v = v[16:] {
				size, offset := int64(t.Order.Uint32(v[4:])), int64(t.Order.Uint32(v[8:]))
				if offset > 0 {
					end = max(end, base+offset+size)
				}
			}
		}
	}
	return end
}

// samsung tells whether the file ends with a directory of Samsung's, "SEFH" ... its length, "SEFT" (as exiftool's Samsung.pm describes it).
func (f *file) samsung() bool {
	tail := f.bytes(max(f.size-8, 0), 8)
	if len(tail) < 8 || string(tail[4:]) != "SEFT" {
		return false
	}
	from := f.size - 8 - int64(le32(tail))
	return from >= f.end && string(f.bytes(from, 4)) == "SEFH"
}
