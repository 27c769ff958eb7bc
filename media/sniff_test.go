package media

import (
	"strings"
	"testing"
)

// ftyp is the start of a file of the ISO base media family.
func ftyp(major string, compatible ...string) string {
	size := 16 + 4*len(compatible)
	return "\x00\x00\x00" + string(rune(size)) + "ftyp" + major + "\x00\x00\x00\x00" + strings.Join(compatible, "")
}

func TestSniff(t *testing.T) {
	const riff = "RIFF\x10\x00\x00\x00"
	packet := func(n int) string { return "G" + strings.Repeat("\xff", n-1) }
	for _, c := range []struct{ head, want string }{
		{"\xff\xd8\xff\xe0\x00\x10JFIF", "image jpeg image/jpeg"},
		{"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "image png image/png"},
		{"GIF89a\x01\x00\x01\x00", "image gif image/gif"},
		{riff + "WEBPVP8 ", "image webp image/webp"},
		{"II*\x00\x08\x00\x00\x00", "image tiff image/tiff"},
		{"MM\x00*\x00\x00\x00\x08", "image tiff image/tiff"},
		{"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + strings.Repeat("\x00", 12), "image bmp image/bmp"},
		{"BMW is a make of motor car, and no picture at all.", "other  application/octet-stream"},
		{"\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x14ftypjp2 ", "image jp2 image/jp2"},
		{"\xff\x4f\xff\x51\x00\x2f", "image j2k image/x-jp2-codestream"},
		{"\xff\x0a\x5f\x04", "image jxl image/jxl"},
		{"\x00\x00\x00\x0cJXL \r\n\x87\n", "image jxl image/jxl"},
		{"P6\n640 480\n255\n", "image pnm image/x-portable-anymap"},
		{"P3 was the name of a lodge, not of a pixmap", "other  text/plain"},
		{ftyp("heic", "mif1", "heic"), "image heic image/heic"},
		{ftyp("mif1", "mif1", "heic"), "image heic image/heic"},
		{ftyp("mif1", "mif1", "avif"), "image avif image/avif"},
		{ftyp("avif", "mif1", "miaf"), "image avif image/avif"},
		{ftyp("avis", "avif", "msf1"), "image avif image/avif"},
		{ftyp("MiHB", "mif1", "heic"), "image heic image/heic"},
		{ftyp("crx ", "crx ", "isom"), "image cr3 image/x-canon-cr3"},
		{ftyp("isom", "isom", "iso2", "avc1", "mp41"), "video mp4 video/mp4"},
		{ftyp("mp42", "mp42", "mif1"), "video mp4 video/mp4"},
		{ftyp("dash"), "video mp4 video/mp4"},
		{ftyp("qt  ", "qt  "), "video mov video/quicktime"},
		{ftyp("3gp5", "3gp5", "isom"), "video 3gp video/3gpp"},
		{ftyp("M4A ", "M4A ", "mp42"), "other  audio/mp4"},
		{"\x00\x00\x00\x08wide\x00\x01\x02\x03mdat", "video mov video/quicktime"},
		{"\x00\x00\x0b\xb0moov\x00\x00\x00\x6cmvhd", "video mov video/quicktime"},
		{"sugarfree lemonade for everybody", "other  text/plain"},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "video webm video/webm"},
		{"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska", "video matroska video/x-matroska"},
		{riff + "AVI LIST", "video avi video/x-msvideo"},
		{riff + "WAVEfmt ", "other  audio/wave"},
		{"FLV\x01\x05\x00\x00\x00\x09", "video flv video/x-flv"},
		{packet(188) + packet(188) + packet(188), "video mpegts video/mp2t"},
		{"\x00\x00\x00\x00" + packet(192) + packet(192) + packet(192), "video mpegts video/mp2t"},
		{"\x00\x00\x01\xba\x44", "video mpeg video/mpeg"},
		{"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video asf video/x-ms-asf"},
		{"OggS" + strings.Repeat("\x00", 24) + "\x80theora", "video ogg video/ogg"},
		{"OggS" + strings.Repeat("\x00", 24) + "\x01vorbis", "other  audio/ogg"},
		{"8BPS\x00\x01", "image psd image/vnd.adobe.photoshop"},
		{"\x00\x00\x01\x00\x01\x00\x10\x10\x00\x00\x01\x00\x20\x00\x68\x04\x00\x00\x16\x00\x00\x00", "image ico image/x-icon"},
		{"\x00\x00\x01\x00\x00\x00\x00\x10\x00\x00\x01\x00\x20\x00\x68\x04\x00\x00\x16\x00\x00\x00", "other  application/octet-stream"},
		{strings.Repeat("\x00", 128) + "DICM", "image dicom application/dicom"},
		{"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "other  application/vnd.apple.mpegurl"},
		{"ffconcat version 1.0\nfile '/etc/passwd'\n", "other  text/plain"},
		{"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "other  text/plain"},
		{"%PDF-1.7", "other  application/pdf"},
		{"", "other  "},
	} {
		kind, format, mime := Sniff([]byte(c.head))
		if got := kind.String() + " " + format + " " + mime; got != c.want {
			t.Errorf("%.24q: %q, not %q", c.head, got, c.want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte(ftyp("isom", "iso2")))
	f.Add([]byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"))
	f.Add([]byte("P6\n640 480\n255\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		kind, format, mime := Sniff(head)
		if (kind == Other) != (format == "") || (mime == "") != (len(head) == 0) {
			t.Errorf("%v %q %q", kind, format, mime)
		}
	})
}
