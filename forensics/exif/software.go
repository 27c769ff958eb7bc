package exif

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"unmask/forensics"
	"unmask/media/jpeg"
	"unmask/media/xmp"
)

// use is what a program is for.
type use int

const (
	edits     use = iota // changes pictures by hand
	generates            // edits, and has functions that generate picture content
	filters              // an app that beautifies or changes faces, or lays effects over them
	swaps                // swaps faces
	encodes              // writes videos of others anew
)

// words of a use continue "NAME".
var words = [...]string{
	edits:     "an editor",
	generates: "an editor whose newer versions can also generate picture content",
	filters:   "an app that beautifies or changes faces and adds effects",
	swaps:     "a program for swapping faces",
	encodes:   "a program that writes videos anew, as messengers and web sites do",
}

// programs are names as they stand in Software, CreatorTool, and user data of videos, in lower case, longer ones before those they contain.
// Generators of whole pictures are not among them; the detector labels has those.
var programs = [...]struct {
	mark, name string
	use        use
}{
	{"photoshop elements", "Adobe Photoshop Elements", edits}, {"photoshop lightroom", "Adobe Lightroom", generates}, {"lightroom", "Adobe Lightroom", generates},
	{"photoshop express", "Adobe Photoshop Express", generates}, {"photoshop camera raw", "Adobe Camera Raw", generates}, {"photoshop", "Adobe Photoshop", generates},
	{"gimp", "GIMP", edits}, {"snapseed", "Snapseed", edits}, {"picsart", "PicsArt", generates}, {"canva", "Canva", generates}, {"affinity photo", "Affinity Photo", edits},
	{"pixelmator", "Pixelmator", edits}, {"paint.net", "Paint.NET", edits}, {"photopea", "Photopea", edits}, {"krita", "Krita", edits}, {"acdsee", "ACDSee", edits},
	{"picasa", "Picasa", edits}, {"capture one", "Capture One", edits}, {"darktable", "darktable", edits}, {"rawtherapee", "RawTherapee", edits}, {"luminar", "Luminar", generates},
	{"topaz", "Topaz Labs", generates}, {"polarr", "Polarr", edits}, {"vsco", "VSCO", edits}, {"pixlr", "Pixlr", generates}, {"fotor", "Fotor", generates},
	{"photoscape", "PhotoScape", edits}, {"paint shop", "PaintShop", edits}, {"paintshop", "PaintShop", edits}, {"photofiltre", "PhotoFiltre", edits}, {"photoimpact", "PhotoImpact", edits},
	{"irfanview", "IrfanView", edits}, {"microsoft windows photo", "Microsoft Photos", edits}, {"photogallery", "Windows Photo Gallery", edits},
	{"faceapp", "FaceApp", filters}, {"facetune", "Facetune", filters}, {"meitu", "Meitu", filters}, {"meituxiuxiu", "Meitu", filters}, {"beautyplus", "BeautyPlus", filters}, {"remini", "Remini", filters},
	{"youcam", "YouCam", filters}, {"camera360", "Camera360", filters}, {"b612", "B612", filters}, {"ulike", "Ulike", filters}, {"snapchat", "Snapchat", filters},
	{"instagram", "Instagram", filters}, {"facefusion", "FaceFusion", swaps}, {"deepfacelab", "DeepFaceLab", swaps},
	{"premiere", "Adobe Premiere", generates}, {"after effects", "Adobe After Effects", edits}, {"final cut", "Final Cut", edits}, {"davinci", "DaVinci Resolve", edits},
	{"capcut", "CapCut", generates}, {"inshot", "InShot", edits}, {"kinemaster", "KineMaster", edits}, {"imovie", "iMovie", edits},
	{"handbrake", "HandBrake", encodes}, {"lavf", "FFmpeg", encodes}, {"ffmpeg", "FFmpeg", encodes},
}

const event = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#" // XMP part 2 section 1.2.6.5

// software reports programs that wrote the file, each once.
func (f *file) software(p *forensics.Pass) {
	all := slices.Clone(f.texts)
	for _, b := range f.blocks {
		for _, name := range []string{"Software", "ProcessingSoftware"} {
			if v, where := b.field(name); v != "" {
				all = append(all, named{"the EXIF " + name, v, int(*where.Offset), int(*where.Length)})
			}
		}
	}
	for _, x := range f.xmp {
		if x.Space == xmp.XAP && x.Name == "CreatorTool" || x.Space == event && x.Name == "softwareAgent" {
			all = append(all, named{"the XMP " + x.Name, x.Value, x.offset, x.length})
		}
	}
	all = append(all, f.movie.programs()...)
	var seen []string
	for _, t := range all {
		name, what := program(t)
		if name == "" || slices.Contains(seen, name) || len(seen) == 2*most {
			continue
		}
		seen = append(seen, name)
		score, rest := information, "; what was done with it, and whether such functions were used, the file does not say"
		switch what {
		case swaps:
			score, rest = .5, ""
		case edits, encodes:
			rest = "; what was done with it, the file does not say"
		}
		p.Report(forensics.Finding{Code: "exif.software", Score: score, Where: at(int64(t.offset), int64(t.length)),
			Text: fmt.Sprintf("The file went through %s, %s: %s holds %s%s.", name, words[what], t.place, quoted(t.value), rest)})
	}
	f.aligned(p)
}

// program returns the program that a text names, "" for none that is known.
func program(t named) (name string, what use) {
	if t.place == `the PNG text "faceswap"` {
		return "Faceswap", swaps // lib/image.py of github.com/deepfakes/faceswap writes alignments of cut-out faces under that keyword
	}
	v := strings.ToLower(shortened(t.value, longest))
	for _, k := range programs {
		if hasWord(v, k.mark) {
			return k.name, k.use
		}
	}
	return "", edits
}

// hasWord tells whether a word stands in a text with no letter before or behind it: Canva, but not canvas.
func hasWord(s, word string) bool {
	for {
		before, rest, ok := strings.Cut(s, word)
		if !ok {
			return false
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(rest)
		if !unicode.IsLetter(last) && !unicode.IsLetter(next) {
			return true
		}
		s = rest
	}
}

// aligned reports the segment that DeepFaceLab writes into faces that it cuts out (DFLIMG/DFLJPG.py of github.com/iperov/DeepFaceLab: APP15 with
// a pickled dictionary).
func (f *file) aligned(p *forensics.Pass) {
	if f.jpeg == nil {
		return
	}
	for _, s := range f.jpeg.Segments {
		if s.Marker == jpeg.APP15 && len(s.Payload) > 2 && s.Payload[0] == 0x80 && bytes.Contains(s.Payload, []byte("landmarks")) && bytes.Contains(s.Payload, []byte("face_type")) {
			p.Report(forensics.Finding{Code: "exif.software", Score: .5, Where: at(int64(s.Offset), int64(len(s.Payload)+4)),
				Text: "The file is a face that DeepFaceLab, a program for swapping faces, cut out of a picture or video to learn from it; the face itself may be genuine."})
			return
		}
	}
}
