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

// signature is a format with the bytes it starts with; '?' in magic stands for any byte.
type signature struct {
	offset int
	magic  string
	kind   Kind
	format string
	mime   string
}

// signatures of formats with fixed bytes. JPEG, PNG and so on are decoded; those after "not decoded" are only named.
var signatures = []signature{
	{0, "\xff\xd8\xff", Image, "jpeg", "image/jpeg"},
	{0, "\x89PNG\r\n\x1a\n", Image, "png", "image/png"},
	{0, "RIFF????WEBP", Image, "webp", "image/webp"},
	{0, "GIF87a", Image, "gif", "image/gif"},
	{0, "GIF89a", Image, "gif", "image/gif"},
	{0, "II*\x00", Image, "tiff", "image/tiff"},
	{0, "MM\x00*", Image, "tiff", "image/tiff"},
	{0, "\x00\x00\x00\x0cjP  \r\n\x87\n", Image, "jp2", "image/jp2"},
	{0, "\xff\x4f\xff\x51", Image, "j2k", "image/x-jp2-codestream"},
	{0, "\xff\x0a", Image, "jxl", "image/jxl"},
	{0, "\x00\x00\x00\x0cJXL \r\n\x87\n", Image, "jxl", "image/jxl"},
	{0, "RIFF????AVI ", Video, "avi", "video/x-msvideo"},
	{0, "FLV\x01", Video, "flv", "video/x-flv"},
	{0, "OggS", Video, "ogg", "video/ogg"},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", Video, "asf", "video/x-ms-asf"},
	{0, "\x00\x00\x01\xba", Video, "mpeg", "video/mpeg"},
	{0, "\x00\x00\x01\xb3", Video, "mpeg", "video/mpeg"},
	// not decoded
	{0, "II+\x00", Image, "bigtiff", "image/tiff"},
	{0, "MM\x00+", Image, "bigtiff", "image/tiff"},
	{0, "IIRO", Image, "orf", "image/x-olympus-orf"},
	{0, "IIU\x00", Image, "rw2", "image/x-panasonic-rw2"},
	{0, "FUJIFILMCCD-RAW", Image, "raf", "image/x-fuji-raf"},
	{0, "FOVb", Image, "x3f", "image/x-sigma-x3f"},
	{0, "8BPS", Image, "psd", "image/vnd.adobe.photoshop"},
	{0, "gimp xcf ", Image, "xcf", "image/x-xcf"},
	{0, "DDS ", Image, "dds", "image/vnd-ms.dds"},
	{0, "\x00\x00\x01\x00", Image, "ico", "image/x-icon"},
	{0, "v/1\x01", Image, "exr", "image/x-exr"},
	{0, "#?RADIANCE", Image, "hdr", "image/vnd.radiance"},
	{0, "\x01\xda", Image, "sgi", "image/sgi"},
	{0, "BPG\xfb", Image, "bpg", "image/bpg"},
	{0, "SIMPLE  =", Image, "fits", "image/fits"},
	{0, "\x0a\x05\x01\x08", Image, "pcx", "image/x-pcx"},
	{0, "qoif", Image, "qoi", "image/qoi"},
	{4, "\x11\xaf", Video, "flic", "video/x-flc"},
	{4, "\x12\xaf", Video, "flic", "video/x-flc"},
	{0, ".RMF", Video, "rm", "application/vnd.rn-realmedia"},
	{0, "\xb7\xd8\x00\x20\x37\x49\xda\x11", Video, "wtv", "video/x-ms-wtv"},
}

// Sniff tells from the first bytes of a file, and from nothing else, what it holds. Format is "" for anything that is neither
// picture nor video.
func Sniff(head []byte) (kind Kind, format, mime string) {
	for _, s := range signatures {
		if s.matches(head) {
			return s.kind, s.format, s.mime
		}
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		if bytes.Contains(head, []byte("webm")) {
			return Video, "webm", "video/webm"
		}
		return Video, "matroska", "video/x-matroska"
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return sniffBrands(head)
	case len(head) >= 16 && slices.Contains([]string{"moov", "mdat", "wide", "free", "skip", "pnot"}, string(head[4:8])):
		return Video, "mov", "video/quicktime"
	case len(head) >= 377 && head[0] == 0x47 && head[188] == 0x47 && head[376] == 0x47:
		return Video, "mpegts", "video/mp2t"
	case len(head) >= 26 && string(head[:2]) == "BM" && plausibleBMP(head):
		return Image, "bmp", "image/bmp"
	case len(head) >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '7' && strings.ContainsRune(" \t\r\n#", rune(head[2])):
		return Image, "pnm", "image/x-portable-anymap"
	}
	mime, _, _ = strings.Cut(http.DetectContentType(head), ";")
	if len(head) == 0 {
		mime = ""
	}
	return Other, "", mime
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

// plausibleBMP checks the size of the second header: two letters are too little to go by.
func plausibleBMP(head []byte) bool {
	n := binary.LittleEndian.Uint32(head[14:])
	return n >= 12 && n <= 124
}

// sniffBrands tells the members of the ISO base media family apart by their brands (ISO/IEC 14496-12, 23008-12).
func sniffBrands(head []byte) (Kind, string, string) {
	size := min(int(binary.BigEndian.Uint32(head)), len(head))
	major := string(head[8:12])
	brands := []string{major}
	for i := 16; i+4 <= size; i += 4 {
		brands = append(brands, string(head[i:i+4]))
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(brands, n) })
	}
	switch {
	case major == "avif" || major == "avis" || (major == "mif1" || major == "msf1") && has("avif", "avis"):
		return Image, "avif", "image/avif"
	case slices.Contains([]string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"}, major):
		return Image, "heic", "image/heic"
	case major == "crx ":
		return Image, "cr3", "image/x-canon-cr3"
	case major == "qt  ":
		return Video, "mov", "video/quicktime"
	case strings.HasPrefix(major, "3g"):
		return Video, "3gp", "video/3gpp"
	case major == "M4A " || major == "M4B ":
		return Other, "", "audio/mp4"
	}
	return Video, "mp4", "video/mp4"
}
