// Package exif reads what cameras, phones and programs note in a file about its making, and the structure of the file, and says where
// the two contradict each other.
package exif

import (
	_ "embed"
	"fmt"
	"io"

	"unmask/forensics"
	"unmask/media"
)

//go:embed validation.json
var validation []byte

// Detector reports what camera data say and where they do not fit the file. Everything it reads can be forged with common programs.
var Detector = forensics.Detector{
	Name:    "exif",
	Version: 2,
	Doc: `Reads camera, date and structure data (EXIF, user data of videos, containers) and looks for contradictions between them and the file.
Claims: camera, lens, serial numbers, dates, exposure, position, software, length of MakerNote and thumbnail; the field "Bytes" gives offset+length in the file of each value.
exif.camera: camera data are there. exif.dimensions: EXIF gives another size than the picture has. exif.dates: impossible dates, or dates in an impossible order.
exif.software: a program that edits pictures or videos wrote the file; whether it has functions that generate picture content is said. exif.thumbnail_size: the thumbnail
has another shape. exif.header_size: two headers of the container give different sizes. container.trailing: bytes follow the end of the picture. container.polyglot: the
file is also a valid file of another kind. container.duplicate: what may stand once stands twice. container.order: EXIF does not stand where cameras put it.
Resizing, cropping and saving anew with ordinary software cause most of these, so that their scores are low; only foreign bytes and polyglots have no everyday cause.
A missing MakerNote is noted in the claim but not reported: ordinary software drops it, too. Maker notes are not read, nor are dates of the file system.
Sources: CIPA DC-008-2023 (EXIF 3.0), CIPA DC-007 (multi-picture format), Android Motion Photo format 1.0, ISO/IEC 14496-12, QuickTime File Format, RFC 9649, PKWARE APPNOTE 4.3.16.`,
	Accepts:    media.Image | media.Video | media.Other,
	Triage:     true,
	Validation: forensics.MustValidation(validation),
	New:        func(forensics.Env) (forensics.Run, error) { return run, nil },
}

// information is the score of what innocent handling causes every day; it raises no triage level.
const information = .05

func run(p *forensics.Pass) error {
	switch {
	case p.Info.Format == "":
		return forensics.NotApplicable("the file is neither a picture nor a video that is known here")
	case p.Raw == nil && p.Item.SHA256 == "":
		return forensics.NotApplicable("the file could not be read")
	}
	return p.Content(func(r io.ReaderAt, size int64) error { return examine(p, r, size) })
}

func examine(p *forensics.Pass, source io.ReaderAt, size int64) error {
	f, err := read(p, source, size)
	if err != nil {
		return fmt.Errorf("structure cannot be read: %w", err)
	}
	if f == nil {
		return forensics.NotApplicable("camera and structure data in files of the format %s are not read", p.Info.Format)
	}
	camera := false
	for _, b := range f.blocks[:min(len(f.blocks), most)] {
		camera = b.claim(p) || camera
		b.dates(p)
		b.dimensions(p, f)
		b.thumbnail(p, f)
	}
	f.movie.report(p)
	f.software(p)
	f.headerSizes(p)
	f.trailing(p)
	f.polyglot(p)
	f.duplicates(p)
	f.order(p, camera)
	p.Feature("exif_blocks", float64(len(f.blocks)))
	return nil
}

// most is how many things of one kind are reported of one file.
const most = 4

// at makes a Region of bytes of the file.
func at(offset, length int64) *forensics.Region {
	return &forensics.Region{Offset: &offset, Length: &length}
}

// quoted puts text out of a file into quotes, shortened to what a reader needs to recognise it.
func quoted(s string) string { return fmt.Sprintf("%q", shortened(s, 100)) }

func shortened(s string, longest int) string {
	if r := []rune(s[:min(len(s), 4*longest)]); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}
