package media

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
)

// SniffLen is how many bytes from the start of a file Sniff looks at.
const SniffLen = 4096

// signature is a format with the bytes that stand at an offset; '?' stands for any byte.
type signature struct {
	offset int
	magic  string
	kind   Kind
	format string
	mime   string
}

// signatures of formats that fixed bytes are enough to tell. Those in the second part are named but not decoded.
var signatures = [...]signature{
	{0, "\xff\xd8\xff", Image, "jpeg", "image/jpeg"},
	{0, "\x89PNG\r\n\x1a\n", Image, "png", "image/png"},
	{0, "RIFF????WEBP", Image, "webp", "image/webp"},
	{0, "GIF87a", Image, "gif", "image/gif"},
	{0, "GIF89a", Image, "gif", "image/gif"},
	{0, "II*\x00", Image, "tiff", "image/tiff"}, // most raw camera formats too
	{0, "MM\x00*", Image, "tiff", "image/tiff"},
	{0, "\x00\x00\x00\x0cjP  \r\n\x87\n", Image, "jp2", "image/jp2"},
	{0, "\xff\x4f\xff\x51", Image, "j2k", "image/x-jp2-codestream"},
	{0, "\xff\x0a", Image, "jxl", "image/jxl"},
	{0, "\x00\x00\x00\x0cJXL \r\n\x87\n", Image, "jxl", "image/jxl"},
	{0, "RIFF????AVI ", Video, "avi", "video/x-msvideo"},
	{0, "FLV\x01", Video, "flv", "video/x-flv"},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", Video, "asf", "video/x-ms-asf"},
	{0, "\x00\x00\x01\xba", Video, "mpeg", "video/mpeg"}, // program stream
	{0, "\x00\x00\x01\xb3", Video, "mpeg", "video/mpeg"}, // bare video stream

	{0, "II+\x00", Image, "bigtiff", "image/tiff"},
	{0, "MM\x00+", Image, "bigtiff", "image/tiff"},
	{0, "IIRO", Image, "orf", "image/x-olympus-orf"},
	{0, "IIRS", Image, "orf", "image/x-olympus-orf"},
	{0, "IIU\x00", Image, "rw2", "image/x-panasonic-rw2"},
	{0, "II\xbc", Image, "jxr", "image/vnd.ms-photo"},
	{0, "FUJIFILMCCD-RAW", Image, "raf", "image/x-fuji-raf"},
	{0, "FOVb", Image, "x3f", "image/x-sigma-x3f"},
	{0, "8BPS", Image, "psd", "image/vnd.adobe.photoshop"},
	{0, "gimp xcf ", Image, "xcf", "image/x-xcf"},
	{0, "DDS ", Image, "dds", "image/vnd-ms.dds"},
	{0, "BLP1", Image, "blp", "image/x-blp"},
	{0, "BLP2", Image, "blp", "image/x-blp"},
	{0, "icns", Image, "icns", "image/x-icns"},
	{0, "v/1\x01", Image, "exr", "image/x-exr"},
	{0, "#?RADIANCE", Image, "hdr", "image/vnd.radiance"},
	{0, "\x01\xda\x00\x01\x00", Image, "sgi", "image/sgi"},
	{0, "\x01\xda\x01\x01\x00", Image, "sgi", "image/sgi"},
	{0, "\x59\xa6\x6a\x95", Image, "sunraster", "image/x-sun-raster"},
	{0, "BPG\xfb", Image, "bpg", "image/bpg"},
	{0, "SIMPLE  =", Image, "fits", "image/fits"},
	{0, "\x0a\x05\x01\x08", Image, "pcx", "image/x-pcx"},
	{0, "P7\nWIDTH ", Image, "pam", "image/x-portable-arbitrarymap"},
	{0, "qoif", Image, "qoi", "image/qoi"},
	{0, "\x8aMNG\r\n\x1a\n", Video, "mng", "video/x-mng"},
	{128, "DICM", Image, "dicom", "application/dicom"},
	{4, "\x11\xaf??????\x08\x00", Video, "flic", "video/x-flc"},
	{4, "\x12\xaf??????\x08\x00", Video, "flic", "video/x-flc"},
	{0, ".RMF", Video, "rm", "application/vnd.rn-realmedia"},
	{0, "\xb7\xd8\x00\x20\x37\x49\xda\x11", Video, "wtv", "video/x-ms-wtv"},
	{0, "\x06\x0e\x2b\x34\x02\x05\x01\x01", Video, "mxf", "application/mxf"},
	{0, "YUV4MPEG2 ", Video, "y4m", "video/x-yuv4mpeg"},
	{0, "DKIF\x00\x00", Video, "ivf", "video/x-ivf"},
	{0, "\x00\x00\x00\x01\x67", Video, "h264", "video/h264"},
	{0, "\x00\x00\x00\x01\x40\x01", Video, "hevc", "video/h265"},
}

// Sniff tells from the first bytes of a file, SniffLen of them where there are so many, and from nothing else, what it holds.
// Format is "" for anything that is neither picture nor video; playlists, which only point to videos, are such.
func Sniff(head []byte) (kind Kind, format, mime string) {
	head = head[:min(len(head), SniffLen)]
	for _, s := range signatures {
		if s.matches(head) {
			return s.kind, s.format, s.mime
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return sniffEBML(head)
	case bytes.HasPrefix(head, []byte("OggS")):
		return sniffOgg(head)
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return sniffBrands(head)
	case startsWithBox(head, "moov", "mdat", "wide", "free", "skip", "pnot"):
		return Video, "mov", "video/quicktime"
	case startsWithBox(head, "styp", "sidx", "moof"):
		return Video, "mp4", "video/mp4"
	case syncs(head, 0, 188), syncs(head, 4, 192):
		return Video, "mpegts", "video/mp2t"
	case isBMP(head):
		return Image, "bmp", "image/bmp"
	case len(head) >= 22 && string(head[:4]) == "\x00\x00\x01\x00" && head[4] > 0 && head[5] == 0 && head[9] == 0:
		return Image, "ico", "image/x-icon"
	case isPNM(head):
		return Image, "pnm", "image/x-portable-anymap"
	}
	return Other, "", otherMIME(head)
}

func (s *signature) matches(head []byte) bool {
	if len(head) < s.offset+len(s.magic) {
		return false
	}
	for i := range len(s.magic) {
		if s.magic[i] != '?' && head[s.offset+i] != s.magic[i] {
			return false
		}
	}
	return true
}

// otherMIME guesses as browsers do, but claims no picture and no video where the checks above, which are stricter, saw none.
func otherMIME(head []byte) string {
	if len(head) == 0 {
		return ""
	}
	if bytes.HasPrefix(head, []byte("#EXTM3U")) {
		return "application/vnd.apple.mpegurl"
	}
	mime, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if strings.HasPrefix(mime, "image/") || strings.HasPrefix(mime, "video/") {
		return "application/octet-stream"
	}
	return mime
}

// sniffEBML tells WebM from other Matroska by the DocType element of the header (RFC 8794 section 11.2.6).
func sniffEBML(head []byte) (Kind, string, string) {
	header := head[:min(len(head), 64)]
	if i := bytes.Index(header, []byte("\x42\x82")); i >= 0 && bytes.HasPrefix(header[min(i+3, len(header)):], []byte("webm")) {
		return Video, "webm", "video/webm"
	}
	return Video, "matroska", "video/x-matroska"
}

// sniffOgg leaves out files whose first stream is sound; a skeleton (fishead) stands before any kind of stream.
func sniffOgg(head []byte) (Kind, string, string) {
	first := head[min(len(head), 28):]
	for _, codec := range []string{"\x01vorbis", "OpusHead", "Speex   ", "\x7fFLAC"} {
		if bytes.HasPrefix(first, []byte(codec)) && !bytes.Contains(head, []byte("\x80theora")) {
			return Other, "", "audio/ogg"
		}
	}
	return Video, "ogg", "video/ogg"
}

// startsWithBox tells whether the file starts with a box of one of the types, whose length is not mere text.
func startsWithBox(head []byte, types ...string) bool {
	return len(head) >= 16 && slices.Contains(types, string(head[4:8])) &&
		slices.ContainsFunc(head[:4], func(c byte) bool { return c < ' ' || c > '~' })
}

// syncs tells whether three transport stream packets of the given size start with the sync byte, at offset in each.
func syncs(head []byte, offset, size int) bool {
	return len(head) > offset+2*size && head[offset] == 0x47 && head[offset+size] == 0x47 && head[offset+2*size] == 0x47
}

// isBMP checks the length of the second header too, as two letters are little to go by.
func isBMP(head []byte) bool {
	return len(head) >= 26 && head[0] == 'B' && head[1] == 'M' &&
		slices.Contains([]uint32{12, 16, 40, 52, 56, 64, 108, 124}, binary.LittleEndian.Uint32(head[14:]))
}

// isPNM wants a number or a comment after the two letters of a portable bitmap, graymap or pixmap.
func isPNM(head []byte) bool {
	if len(head) < 4 || head[0] != 'P' || head[1] < '1' || head[1] > '6' || !strings.ContainsRune(" \t\r\n", rune(head[2])) {
		return false
	}
	rest := bytes.TrimLeft(head[3:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '#' || rest[0] >= '0' && rest[0] <= '9')
}

// sniffBrands tells the members of the ISO base media family apart by their major brand, and by the compatible ones where that one
// is shared or unknown (ISO/IEC 14496-12 section 4.3, 23000-22, 23008-12).
func sniffBrands(head []byte) (Kind, string, string) {
	end := min(uint64(binary.BigEndian.Uint32(head)), uint64(len(head)))
	major := string(head[8:12])
	var compatible []string
	for i := uint64(16); i+4 <= end; i += 4 {
		compatible = append(compatible, string(head[i:i+4]))
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(compatible, n) })
	}
	switch major {
	case "avif", "avis":
		return Image, "avif", "image/avif"
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
		return Image, "heic", "image/heic"
	case "crx ":
		return Image, "cr3", "image/x-canon-cr3"
	case "qt  ":
		return Video, "mov", "video/quicktime"
	case "M4A ", "M4B ", "M4P ":
		return Other, "", "audio/mp4"
	}
	switch {
	case strings.HasPrefix(major, "3g"):
		return Video, "3gp", "video/3gpp"
	case has("isom", "iso2", "mp41", "mp42", "avc1"):
		return Video, "mp4", "video/mp4"
	case has("avif", "avis"):
		return Image, "avif", "image/avif"
	case major == "mif1" || major == "msf1" || has("heic", "heix", "mif1", "msf1"):
		return Image, "heic", "image/heic"
	}
	return Video, "mp4", "video/mp4"
}
