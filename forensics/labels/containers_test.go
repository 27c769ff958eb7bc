package labels

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
)

// mkbox is a box of ISO/IEC 14496-12.
func mkbox(kind string, content ...string) string {
	body := strings.Join(content, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + kind + body
}

func be32(v ...int) (out string) {
	for _, n := range v {
		out += string(binary.BigEndian.AppendUint32(nil, uint32(n)))
	}
	return out
}

func be16(v ...int) (out string) {
	for _, n := range v {
		out += string(binary.BigEndian.AppendUint16(nil, uint16(n)))
	}
	return out
}

func le32(v int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(v))) }

// keyed is a meta box with one named value, as QuickTime has them; ISO tells whether version and flags stand before it.
func keyed(iso bool, key, value string) string {
	full := ""
	if iso {
		full = be32(0)
	}
	return mkbox("meta", full, mkbox("hdlr", be32(0, 0), "mdta", be32(0, 0, 0)), mkbox("keys", be32(0, 1), mkbox("mdta", key)),
		mkbox("ilst", mkbox("\x00\x00\x00\x01", mkbox("data", be32(1, 0), value))))
}

func mp4(moov ...string) []byte {
	return []byte(mkbox("ftyp", "isom", be32(0), "isom") + mkbox("mdat", strings.Repeat("x", 100)) + mkbox("moov", moov...))
}

// heif is a file with one item of metadata, in pieces: method 0 puts them into the media data, 1 into the meta box itself.
func heif(brand, kind, typ, item string, method int) []byte {
	half := len(item) / 2
	infe := mkbox("infe", be32(2<<24), be16(1, 0), kind, "\x00", typ)
	build := func(base int) string {
		first, second := base, base+half+7
		iloc := mkbox("iloc", be32(1<<24), "\x44\x00", be16(1, 1, method, 0, 2), be32(first, half, second, len(item)-half))
		inside := item[:half] + "-------" + item[half:]
		idat, mdat := "", ""
		if method == 1 {
			idat = mkbox("idat", inside)
		} else {
			mdat = mkbox("mdat", inside)
		}
		return mkbox("ftyp", brand, be32(0), "mif1") + mkbox("meta", be32(0), mkbox("hdlr", be32(0, 0), "pict", be32(0, 0, 0)), mkbox("iinf", be32(0), be16(1), infe), iloc, idat) + mdat
	}
	if method == 1 {
		return []byte(build(0))
	}
	return []byte(build(len(build(0)) - len(item) - 7))
}

func ebml(id uint32, content ...string) string {
	body := strings.Join(content, "")
	return strings.TrimLeft(be32(int(id)), "\x00") + string(binary.BigEndian.AppendUint64(nil, 1<<56|uint64(len(body)))) + body
}

func simpleTag(name, value string, inner ...string) string {
	return ebml(0x67c8, ebml(0x45a3, name), ebml(0x4487, value), strings.Join(inner, ""))
}

const ebmlHead = "\x1a\x45\xdf\xa3\x84\x42\x82\x81w"

func amf(s string) string { return be16(len(s)) + s }

// flvWith is a file with sound, then a script tag of a name and a value.
func flvWith(name, value string) []byte {
	tag := func(kind byte, data string) string {
		return string(kind) + be32(len(data))[1:] + be32(0) + "\x00\x00\x00" + data + be32(len(data)+11)
	}
	return []byte("FLV\x01\x05" + be32(9) + be32(0) + tag(8, "\xaf\x00sound") + tag(18, "\x02"+amf(name)+value))
}

// tiffWith is a TIFF of one field behind others that go astray: a directory that comes after itself, and a value beyond the end.
func tiffWith(tag uint16, value string) []byte {
	b := "II*\x00" + le32(8) + "\x02\x00"
	b += string(binary.LittleEndian.AppendUint16(nil, 0x10e)) + "\x02\x00" + le32(1<<30) + le32(1<<30)
	b += string(binary.LittleEndian.AppendUint16(nil, tag)) + "\x07\x00" + le32(len(value)) + le32(38)
	return []byte(b + le32(8) + value)
}

func bigTIFF(tag uint16, value string) []byte {
	be64 := func(v int) string { return be32(0, v) }
	return []byte("MM\x00+\x00\x08\x00\x00" + be64(16) + be64(1) + be16(int(tag), 7) + be64(len(value)) + be64(52) + be64(0) + value)
}

func gifWith(extensions ...string) []byte {
	return []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00" + strings.Join(extensions, "") + ";")
}

func subBlocks(s string) (out string) {
	for len(s) > 0 {
		n := min(255, len(s))
		out += string([]byte{byte(n)}) + s[:n]
		s = s[n:]
	}
	return out + "\x00"
}

func gifXMP(packet string) string {
	trailer := []byte{1}
	for i := 255; i >= 0; i-- {
		trailer = append(trailer, byte(i))
	}
	return "\x21\xff\x0bXMP DataXMP" + packet + string(trailer) + "\x00"
}

// bim is an image resource of Photoshop.
func bim(id int, data string) string {
	return "8BIM" + be16(id, 0) + be32(len(data)) + data + strings.Repeat("\x00", len(data)&1)
}

func compressed(s string) string {
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func wideText(s string) (out string) {
	for _, c := range s + "\x00" {
		out += string(byte(c)) + "\x00"
	}
	return out
}

// asfWith is an ASF header with one attribute.
func asfWith(name, value string) []byte {
	object := func(kind, content string) string { return kind + le32(24+len(content)) + le32(0) + content }
	half := func(v int) string { return le32(v)[:2] }
	n, v := wideText(name), wideText(value)
	return []byte(object("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", le32(1)+"\x01\x02"+
		object("\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\x00\xa0\xc9\x5e\xa8\x50", half(1)+half(len(n))+n+half(0)+half(len(v))+v)))
}

// oggWith is the start of a Theora stream with one comment, shorter than 254 bytes.
func oggWith(comment string) []byte {
	page := func(packet string) string {
		return "OggS\x00\x00" + strings.Repeat("\x00", 8) + le32(7) + le32(0) + le32(0) + "\x01" + string([]byte{byte(len(packet))}) + packet
	}
	return []byte(page("\x80theora") + page("\x81theora"+le32(0)+le32(1)+le32(len(comment))+comment))
}

const (
	xmpUUID  = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"
	cr3UUID  = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"
	jxlHead  = "\x00\x00\x00\x0cJXL \r\n\x87\n"
	wrapped1 = `{"AIGC":` + object1 + `}`
)

// carried are files that carry object1, bare or wrapped, with the format that they are sniffed as.
func carried() map[string]struct {
	file   []byte
	begins string // what stands at the offset of the label
	astray bool   // the standard puts no label there
} {
	type carrier = struct {
		file   []byte
		begins string
		astray bool
	}
	const bare, quoted, wrapped = `{"Label"`, `{&quot;Label`, `{"AIGC"`
	list := func(kind, name, value string) string {
		return mkbox(kind, mkbox("mean", be32(0), "com.example"), mkbox("name", be32(0), name), mkbox("data", be32(1, 0), value))
	}
	exifBlock := exif(0x9286, "ASCII\x00\x00\x00"+wrapped1)[4+6:]
	return map[string]carrier{
		"mp4, moov/udta/meta":            {mp4(mkbox("udta", keyed(true, "AIGC", object1))), bare, false},
		"mp4, meta as QuickTime has it":  {mp4(mkbox("udta", keyed(false, "AIGC", object1))), bare, false},
		"mp4, moov/meta":                 {mp4(keyed(true, "AIGC", object1)), bare, true},
		"mp4, list without keys":         {mp4(mkbox("meta", be32(0), mkbox("hdlr", be32(0, 0), "mdir", be32(0, 0, 0)), mkbox("ilst", mkbox("\x00\x00\x00\x01", mkbox("data", be32(1, 0), wrapped1))))), wrapped, true},
		"mp4, item of its own type":      {mp4(mkbox("udta", mkbox("meta", be32(0), mkbox("ilst", mkbox("AIGC", mkbox("data", be32(1, 0), object1)))))), bare, true},
		"mp4, freeform item":             {mp4(mkbox("udta", mkbox("meta", be32(0), mkbox("ilst", list("----", "AIGC", object1))))), bare, true},
		"mp4, comment":                   {mp4(mkbox("udta", mkbox("meta", be32(0), mkbox("ilst", mkbox("\xa9cmt", mkbox("data", be32(1, 0), wrapped1)))))), wrapped, true},
		"mp4, aigc box":                  {mp4(mkbox("udta", mkbox("aigc", object1))), bare, true},
		"mp4, aigc box with version":     {mp4(mkbox("udta", mkbox("aigc", be32(0), object1))), bare, true},
		"mp4, user data":                 {mp4(mkbox("udta", mkbox("\xa9cmt", be16(3, 0), "abc", be16(len(wrapped1), 0), wrapped1))), wrapped, true},
		"mp4, 3GPP description":          {mp4(mkbox("udta", mkbox("dscp", be32(0), be16(0x15c7), wrapped1+"\x00"))), wrapped, true},
		"mp4, of a track":                {mp4(mkbox("trak", mkbox("udta", keyed(true, "AIGC", object1)))), bare, true},
		"mp4, uuid with XMP":             {append(mp4(), mkbox("uuid", xmpUUID, element(object1))...), quoted, false},
		"mp4, XMP_":                      {mp4(mkbox("udta", mkbox("XMP_", element(object1)))), quoted, false},
		"heic, XMP item in idat":         {heif("heic", "mime", "application/rdf+xml\x00", element(object1), 1), quoted, false},
		"heic, XMP item in mdat":         {heif("heic", "mime", "application/rdf+xml\x00", element(object1), 0), quoted, false},
		"avif, EXIF item":                {heif("avif", "Exif", "", be32(0)+exifBlock, 0), wrapped, false},
		"cr3, EXIF of Canon":             {[]byte(mkbox("ftyp", "crx ", be32(1)) + mkbox("moov", mkbox("uuid", cr3UUID, mkbox("CMT1", exifBlock)))), wrapped, false},
		"jp2, uuid with XMP":             {[]byte("\x00\x00\x00\x0cjP  \r\n\x87\n" + mkbox("uuid", xmpUUID, element(object1))), quoted, false},
		"jxl, XMP":                       {[]byte(jxlHead + mkbox("ftyp", "jxl ", be32(0), "jxl ") + mkbox("xml ", element(object1))), quoted, false},
		"jxl, EXIF":                      {[]byte(jxlHead + mkbox("Exif", be32(0), exifBlock)), wrapped, false},
		"jxl, compressed XMP":            {[]byte(jxlHead + mkbox("brob", "xml ", compressed(element(object1)))), "\x00\x00", false},
		"jxl, compressed EXIF":           {[]byte(jxlHead + mkbox("brob", "Exif", compressed(be32(0)+exifBlock))), "\x00\x00", false},
		"matroska, tag":                  {[]byte(ebmlHead + ebml(0x18538067, ebml(0x1f43b675, strings.Repeat("x", 300)), ebml(0x1254c367, ebml(0x7373, simpleTag("AIGC", object1))))), bare, false},
		"matroska, tag in a tag":         {[]byte(ebmlHead + ebml(0x18538067, ebml(0x1254c367, ebml(0x7373, simpleTag("X", "", simpleTag("AIGC", object1)))))), bare, true},
		"matroska, after a live cluster": {[]byte(ebmlHead + "\x18\x53\x80\x67\xff" + "\x1f\x43\xb6\x75\xff" + ebml(0xe7, "\x00") + ebml(0xa3, strings.Repeat("\x00", 9000)) + ebml(0x1254c367, ebml(0x7373, simpleTag("AIGC", object1)))), bare, false},
		"matroska, title":                {[]byte(ebmlHead + ebml(0x18538067, ebml(0x1549a966, ebml(0x7ba9, wrapped1)))), wrapped, true},
		"avi, INFO":                      {[]byte(riffChunk("RIFF", "AVI "+riffChunk("LIST", "movi"+riffChunk("00dc", "abc"))+riffChunk("LIST", "INFO"+riffChunk("ISFT", "x")+riffChunk("AIGC", object1+"\x00")))), bare, false},
		"avi, INFO behind its end":       {[]byte(riffChunk("RIFF", "AVI "+riffChunk("LIST", "movi"+riffChunk("00dc", "abc"))) + riffChunk("RIFF", "AVIX"+riffChunk("LIST", "movi")) + riffChunk("LIST", "INFO"+riffChunk("AIGC", object1))), bare, false},
		"avi, chunk outside a list":      {[]byte(riffChunk("RIFF", "AVI "+riffChunk("AIGC", object1))), bare, true},
		"avi, XMP":                       {[]byte(riffChunk("RIFF", "AVI "+riffChunk("_PMX", element(object1)))), quoted, false},
		"flv, onMetaData":                {flvWith("onMetaData", "\x08"+be32(2)+amf("duration")+"\x00"+strings.Repeat("\x00", 8)+amf("AIGC")+"\x02"+amf(object1)+"\x00\x00\x09"), bare, false},
		"flv, long string in an object":  {flvWith("onMetaData", "\x03"+amf("a")+"\x03"+amf("b")+"\x0a"+be32(1)+"\x01\x01\x00\x00\x09"+amf("AIGC")+"\x0c"+be32(len(object1))+object1+"\x00\x00\x09"), bare, false},
		"flv, another script tag":        {flvWith("onOther", "\x03"+amf("AIGC")+"\x02"+amf(object1)+"\x00\x00\x09"), bare, true},
		"flv, onXMPData":                 {flvWith("onXMPData", "\x03"+amf("liveXML")+"\x02"+amf(element(object1))+"\x00\x00\x09"), quoted, false},
		"tiff, XMP":                      {tiffWith(700, element(object1)), quoted, false},
		"tiff, ImageDescription":         {tiffWith(0x10e, wrapped1), wrapped, true},
		"tiff, UserComment":              {tiffWith(0x9286, "ASCII\x00\x00\x00"+wrapped1), wrapped, false},
		"tiff, IPTC caption":             {tiffWith(0x83bb, "\x1c\x02\x78"+be16(len(wrapped1))+wrapped1), wrapped, true},
		"tiff, IPTC in image resources":  {tiffWith(0x8649, bim(0x404, "\x1c\x02\x78"+be16(len(wrapped1))+wrapped1)), wrapped, true},
		"bigtiff, XMP":                   {bigTIFF(700, element(object1)), quoted, false},
		"gif, XMP":                       {gifWith(gifXMP(element(object1))), quoted, false},
		"gif, comment":                   {gifWith("\x21\xfe" + subBlocks(wrapped1)), wrapped, true},
		"gif, XMP in sub-blocks":         {gifWith("\x21\xff\x0bXMP DataXMP" + subBlocks(element(object1))), quoted, false},
		"psd, XMP":                       {[]byte("8BPS" + strings.Repeat("\x00", 22) + be32(0) + be32(len(bim(0x424, element(object1)))) + bim(0x424, element(object1))), quoted, false},
		"jpeg, IPTC caption":             {jpegWith(segment(0xed, "Photoshop 3.0\x00"+bim(0x404, "\x1c\x02\x78"+be16(len(wrapped1))+wrapped1))), wrapped, true},
		"asf, extended description":      {asfWith("AIGC", object1), "{\x00\"\x00L", true},
		"ogg, comment of Theora":         {oggWith("AIGC=" + object1), bare, false},
		"bmp, behind it":                 {[]byte("BM" + le32(58) + le32(0) + le32(54) + le32(40) + strings.Repeat("\x00", 40) + wrapped1), wrapped, true},
		"webp, XMP":                      {[]byte(riffChunk("RIFF", "WEBP"+riffChunk("XMP ", element(object1)))), quoted, false},
	}
}
