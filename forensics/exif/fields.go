package exif

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"unmask/forensics"
	"unmask/media/tiff"
)

// directory is where a field stands.
type directory int

const (
	ifd0 directory = iota
	exifIFD
	gpsIFD
)

// fields are those that a claim gives, in its order, by the names of exiftool (CIPA DC-008-2023 tables 3, 6 to 8, and 15).
var fields = [...]struct {
	in    directory
	tag   uint16
	name  string
	write func(*tiff.File, tiff.Entry) string
}{
	{ifd0, tiff.Make, "Make", text},
	{ifd0, tiff.Model, "Model", text},
	{exifIFD, 0xa433, "LensMake", text},
	{exifIFD, 0xa434, "LensModel", text},
	{ifd0, tiff.Software, "Software", text},
	{ifd0, 0x000b, "ProcessingSoftware", text},
	{ifd0, 0x013c, "HostComputer", text},
	{exifIFD, 0x9003, "DateTimeOriginal", text},
	{exifIFD, 0x9004, "CreateDate", text},
	{ifd0, 0x0132, "ModifyDate", text},
	{exifIFD, 0x9010, "OffsetTime", text},
	{exifIFD, 0x9011, "OffsetTimeOriginal", text},
	{exifIFD, 0x9291, "SubSecTimeOriginal", text},
	{exifIFD, 0x829a, "ExposureTime", exposure},
	{exifIFD, 0x829d, "FNumber", number},
	{exifIFD, 0x8827, "ISO", number},
	{exifIFD, 0x920a, "FocalLength", number},
	{exifIFD, 0xa405, "FocalLengthIn35mmFormat", number},
	{exifIFD, 0x9209, "Flash", number},
	{exifIFD, 0xa460, "CompositeImage", number},
	{exifIFD, 0xa002, "PixelXDimension", number},
	{exifIFD, 0xa003, "PixelYDimension", number},
	{ifd0, tiff.Orientation, "Orientation", number},
	{exifIFD, 0xa431, "BodySerialNumber", text},
	{exifIFD, 0xa435, "LensSerialNumber", text},
	{ifd0, 0xc62f, "CameraSerialNumber", text}, // DNG
	{exifIFD, 0xa420, "ImageUniqueID", text},
	{exifIFD, 0xa430, "OwnerName", text},
	{ifd0, tiff.Artist, "Artist", text},
	{ifd0, 0x8298, "Copyright", text},
	{gpsIFD, 2, "GPSLatitude", position},
	{gpsIFD, 4, "GPSLongitude", position},
	{gpsIFD, 6, "GPSAltitude", position},
	{gpsIFD, 0x1d, "GPSDateStamp", text},
	{gpsIFD, 7, "GPSTimeStamp", clock},
}

func text(_ *tiff.File, e tiff.Entry) string { return e.String() }

func number(f *tiff.File, e tiff.Entry) string {
	v := f.Numbers(e)
	if len(v) == 0 || math.IsNaN(v[0]) || math.IsInf(v[0], 0) {
		return ""
	}
	return strconv.FormatFloat(v[0], 'g', 9, 64)
}

func exposure(f *tiff.File, e tiff.Entry) string {
	v := f.Numbers(e)
	if len(v) == 1 && v[0] > 0 && v[0] < .3 && 1/v[0] < 1e9 {
		return fmt.Sprintf("1/%.0f s", 1/v[0])
	}
	if s := number(f, e); s != "" {
		return s + " s"
	}
	return ""
}

// position writes degrees or metres as a decimal, with the sign of the reference, which has the tag before.
func position(f *tiff.File, e tiff.Entry) string {
	v := f.Numbers(e)
	sum, unit := 0., 1.
	for _, x := range v {
		sum += x / unit
		unit *= 60
	}
	if len(v) == 0 || len(v) > 3 || math.IsNaN(sum) || math.IsInf(sum, 0) {
		return ""
	}
	if ref, ok := tiff.Find(f.GPS, e.Tag-1); ok {
		if s := ref.String(); s == "S" || s == "W" || e.Tag == 6 && len(ref.Value) > 0 && ref.Value[0]&1 == 1 {
			sum = -sum
		}
	}
	return strconv.FormatFloat(sum, 'f', 6, 64)
}

func clock(f *tiff.File, e tiff.Entry) string {
	v := f.Numbers(e)
	if len(v) != 3 || !(v[0] < 25 && v[1] < 61 && v[2] < 62) {
		return ""
	}
	return fmt.Sprintf("%02.0f:%02.0f:%02.0f UTC", v[0], v[1], v[2])
}

// in returns the fields of a directory.
func (b block) in(d directory) []tiff.Entry {
	switch d {
	case exifIFD:
		return b.Exif
	case gpsIFD:
		return b.GPS
	}
	return b.IFD0
}

// longest is how many characters of a field a claim keeps.
const longest = 300

// fields reads the fields that are known, and at last where each stands.
func (b block) fields() (out []forensics.Field) {
	var places []string
	add := func(name, value string, from, length int) {
		offset, n := b.span(from, length)
		out = append(out, forensics.Field{Name: name, Value: shortened(value, longest)})
		places = append(places, fmt.Sprintf("%s %d+%d", name, offset, n))
	}
	dirs := [...][]tiff.Entry{b.in(ifd0), b.in(exifIFD), b.in(gpsIFD)}
	for _, k := range fields {
		if e, ok := tiff.Find(dirs[k.in], k.tag); ok {
			if v := k.write(b.File, e); v != "" {
				add(k.name, v, e.Offset, len(e.Value))
			}
		}
	}
	if e, ok := tiff.Find(b.Exif, tiff.MakerNote); ok {
		add("MakerNote", fmt.Sprintf("%d bytes", len(e.Value)), e.Offset, len(e.Value))
	}
	if thumb, offset, ok := b.Thumbnail(); ok {
		add("Thumbnail", fmt.Sprintf("%d bytes", len(thumb)), offset, len(thumb))
	}
	if len(out) > 0 {
		out = append(out, forensics.Field{Name: "Bytes", Value: strings.Join(places, ", ")})
	}
	return out
}

// field returns the value of one field, empty where there is none, and where it stands.
func (b block) field(name string) (value string, where *forensics.Region) {
	for _, k := range fields {
		if k.name != name {
			continue
		}
		if e, ok := tiff.Find(b.in(k.in), k.tag); ok {
			offset, n := b.span(e.Offset, len(e.Value))
			return k.write(b.File, e), at(int64(offset), int64(n))
		}
	}
	return "", nil
}
