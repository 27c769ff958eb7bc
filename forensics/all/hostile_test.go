package all

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/media"
	"unmask/media/cost"
)

func chunk(kind, data string) string {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

func pngWith(chunks string) []byte {
	return []byte("\x89PNG\r\n\x1a\n" + chunk("IHDR", "\x00\x00\x00\x20\x00\x00\x00\x10\x08\x06\x00\x00\x01") + chunks + chunk("IEND", ""))
}

func segment(marker byte, payload string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))) + payload
}

func jpegWith(segments string) []byte { return []byte("\xff\xd8" + segments + "\xff\xd9") }

func box(kind string, content ...string) string {
	s := strings.Join(content, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(s)+8))) + kind + s
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

// fill repeats a text to n bytes or a little less.
func fill(n int, s string) string { return strings.Repeat(s, n/len(s)) }

// several makes n bytes of texts that differ.
func several(n int, text func(number string) string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(text(fmt.Sprintf("<!--%d-->", i)))
	}
	return b.String()
}

// laid is a TIFF structure of sixty directories of four thousand fields that lie on each other.
func laid() string {
	const at = 8 + 2 + 12 + 4
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x4a\x00\x04\x00\x00\x00\x3c\x00\x00\x00\x1a\x00\x00\x00\x00")
	for i := range 60 {
		b = binary.BigEndian.AppendUint32(b, uint32(at+240+12*i))
	}
	return string(b) + strings.Repeat("\x10\x00\x01\x0e\x00\x02\x00\x00\x00\x04ab", 5000)
}

// texts is a TIFF structure of four thousand descriptions that lie on each other.
func texts(tag uint16, text string) string {
	const n = 4096
	b := binary.BigEndian.AppendUint16([]byte("MM\x00*\x00\x00\x00\x08"), n)
	for range n {
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, tag), 2)
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(len(text))), 8+2+12*n+4)
	}
	return string(append(b, 0, 0, 0, 0)) + text
}

// hostile are files of the sizes that cost most.
func hostile() map[string][]byte {
	const head, extension = "http://ns.adobe.com/xap/1.0/\x00", "http://ns.adobe.com/xmp/extension/\x00"
	const mb = 1 << 20
	ftyp := box("ftyp", "isom\x00\x00\x02\x00isom")
	packets := map[string]string{
		"names": "<a " + fill(60_000, "b ") + "/>", "properties": `<a xmlns="b">` + fill(60_000, "<c>d</c>") + "</a>", "entities": "<a>" + fill(60_000, "&amp;") + "</a>", "tiny": "<a/>",
		"text": "<a xmlns='x'><b>" + fill(60_000, "abc ") + "</b></a>",
	}
	files := map[string][]byte{}
	for name, p := range packets {
		files["JPEG, XMP of "+name] = jpegWith(several(16*mb, func(n string) string { return segment(0xe1, head+n+p) }))
		big := p
		if len(p) > 1000 {
			middle := p[len(p)/2-10 : len(p)/2+10]
			big = p[:len(p)/2] + fill(1000*1000, middle) + p[len(p)/2+10:]
		}
		files["MP4, XMP of "+name] = []byte(ftyp + several(30*mb, func(n string) string {
			return box("uuid", "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", n, big)
		}))
		files["PNG, XMP of "+name] = pngWith(several(4*mb, func(n string) string { return chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+n+p) }) +
			fill(mb, chunk("iTXt", "XML:com.adobe.xmp\x00\x01\x00\x00\x00"+deflated(fill(4*mb, p)))))
	}
	parts := ""
	for i := range 250 {
		parts += segment(0xe1, extension+strings.Repeat("d", 32)+string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 16<<20), uint32(i*60_000)))+fill(60_000, "base64=="))
	}
	files["JPEG, extended XMP"] = jpegWith(segment(0xe1, head+"<a/>") + parts)
	for name, t := range map[string]string{"braces": "{", "NaN": `{"a": [NaN, `, "steps": "Steps: 1, Sampler: x, ", "text": "abc ", "quotes": `{"AIGC":"`, "spaces": "[ ", "lora": "<lora:a:1>", "job": "Job ID: ", "mochi": "Generator: Mochi Diffusion; "} {
		long := box("name", fill(mb-20, t))
		files["MP4, texts of "+name] = []byte(ftyp + box("moov", box("udta", fill(33*mb, long))))
		short := box("name", fill(4000, t))
		files["MP4, short texts of "+name] = []byte(ftyp + box("moov", box("udta", fill(33*mb, short))))
		files["PNG, parameters of "+name] = pngWith(fill(4*mb, chunk("tEXt", "parameters\x00"+fill(16_000, t))))
		files["PNG, one text of "+name] = pngWith(chunk("tEXt", "parameters\x00"+fill(4*mb-100, t)))
		files["PNG, other texts of "+name] = pngWith(fill(4*mb, chunk("tEXt", "x\x00"+fill(16_000, t))))
		files["JPEG, comments of "+name] = jpegWith(fill(16*mb, segment(0xfe, fill(65_000, t))))
		files["JPEG, segments of "+name] = jpegWith(fill(16*mb, segment(0xe5, fill(16_000, t))))
		files["JPEG, descriptions of "+name] = jpegWith(segment(0xe1, "Exif\x00\x00"+texts(0x10e, fill(4000, t))))
		files["JPEG, user comments of "+name] = jpegWith(segment(0xe1, "Exif\x00\x00"+texts(0x9286, fill(4000, t))))
		files["GIF, comments of "+name] = []byte("GIF89a\x20\x00\x10\x00\x00\x00\x00" + fill(8*mb, "\x21\xfe"+strings.Repeat("\xc8"+fill(200, t)+strings.Repeat(" ", 200-len(fill(200, t))), 80)+"\x00") + ";")
	}
	for name, t := range map[string]string{"NaN": `{"a": [NaN, `, "braces": "{", "text": "abc "} {
		riff := func(kind, data string) string {
			return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data + strings.Repeat("\x00", len(data)%2)
		}
		files["AVI, texts of "+name] = []byte(riff("RIFF", "AVI "+riff("LIST", "INFO"+fill(20*mb, riff("ICMT", fill(16_000, t))))))
		files["MP4, tools of "+name] = []byte(ftyp + box("moov", box("udta", fill(20*mb, box("\xa9too", string(binary.BigEndian.AppendUint16(nil, uint16(len(fill(16_000, t)))))+"\x00\x00"+fill(16_000, t))))))
		files["WebP, XMP of "+name] = []byte(riff("RIFF", "WEBP"+several(16*mb, func(n string) string { return riff("XMP ", "<a>"+n+fill(100_000, t)+"</a>") })))
	}
	files["PNG, EXIF"] = pngWith(fill(16*mb, chunk("eXIf", laid())))
	files["JPEG, EXIF"] = jpegWith(fill(16*mb, segment(0xe1, "Exif\x00\x00"+laid())))
	files["PNG, small EXIF"] = pngWith(fill(8*mb, chunk("eXIf", "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0e\x00\x02\x00\x00\x00\x04abcd\x00\x00\x00\x00")))
	files["JPEG, tables"] = jpegWith(fill(16*mb, segment(0xdb, strings.Repeat("\x00"+strings.Repeat("\x01", 64), 1000))))
	files["JPEG, tiny segments"] = jpegWith(fill(16*mb, segment(0xe1, head)))
	files["JPEG, APP11"] = jpegWith(fill(16*mb, segment(0xeb, "JP\x00\x01\x00\x00\x00\x01\x00\x00\x00\x10jumb")))
	files["PNG, tiny chunks"] = pngWith(fill(16*mb, chunk("aaaa", "")))
	files["PNG, small zTXt"] = pngWith(fill(8*mb, chunk("zTXt", "k\x00\x00"+deflated("a"))))
	files["PNG, bombs"] = pngWith(fill(8*mb, chunk("zTXt", "k\x00\x00"+deflated(fill(mb, "a")))))
	files["PNG, labels"] = pngWith(fill(8*mb, chunk("tEXt", "AIGC\x00{}")))
	files["PNG, long labels"] = pngWith(fill(4*mb, chunk("tEXt", `AIGC`+"\x00{"+fill(16_000, `"a":1,`)+`"b":1}`)))
	files["PNG, salvaged labels"] = pngWith(fill(4*mb, chunk("tEXt", `AIGC`+"\x00{"+fill(16_000, `'a':`))))
	files["TIFF, directories"] = []byte(laid())
	files["TIFF, XMP"] = []byte(texts(0x2bc, "<a "+fill(300_000, "b ")+"/>"))
	files["MP4, tiny boxes"] = []byte(ftyp + fill(16*mb, box("free")))
	files["MP4, tracks"] = []byte(ftyp + box("moov", fill(16*mb, box("trak", box("udta", box("name", "a"))))))
	return files
}

// Whatever a file holds, all readers of metadata together examine it at little cost. Memory is what they allocate in all, which is more than they ever hold.
func TestHostileFilesCostLittle(t *testing.T) {
	files := hostile()
	runs := map[string]forensics.Run{}
	for _, d := range Detectors() {
		if slices.Contains(metadataReaders, d.Name) {
			var err error
			if runs[d.Name], err = d.New(forensics.Env{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		b := files[name]
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		s := &media.Sample{Item: media.Item{Path: "/nonexistent/a", Size: int64(len(b))}, Raw: b}
		s.Info.Kind, s.Info.Format, s.Info.MIME = media.Sniff(b[:min(len(b), media.SniffLen)])
		p := forensics.NewPass(s, forensics.Env{})
		unread := 0.
		start := cost.Now()
		for _, d := range Detectors() {
			if run := runs[d.Name]; run != nil {
				res, err := p.Detect(&d, run)
				if err != nil || strings.HasPrefix(res.Reason, "panic") {
					t.Fatal(name, res, err)
				}
				unread += res.Features["unread"]
			}
		}
		took := cost.Since(start)
		runtime.ReadMemStats(&after)
		memory := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%-34s %5d kB: %4d ms, %3d MB, %d findings, %v unread", name, len(b)>>10, took.Milliseconds(), memory, len(p.Findings()), unread)
		if took > cost.Most || memory > 80 || len(p.Findings()) > 40 {
			t.Errorf("%s costs too much", name)
		}
		if read := name == "JPEG, tables" || strings.HasPrefix(name, "JPEG, segments"); unread == 0 && !read {
			t.Errorf("%s: it is not said that a part was left out", name)
		}
	}
}
