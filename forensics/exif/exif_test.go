package exif

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
	"unmask/media/cost"
)

func sample(file []byte) *media.Sample {
	kind, format, mime := media.Sniff(file)
	return &media.Sample{Info: media.Info{Kind: kind, Format: format, MIME: mime}, Raw: file}
}

func examined(t testing.TB, s *media.Sample) *forensics.Pass {
	t.Helper()
	p := forensics.NewPass(s, forensics.Env{})
	if res, err := p.Detect(&Detector, run); err != nil || res.Status == forensics.Broken {
		t.Fatal(res, err)
	}
	return p
}

func codes(p *forensics.Pass) string {
	var out []string
	for _, f := range p.Findings() {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestContract(t *testing.T) {
	plain := jpegOf(64, 48)
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "clean", Sample: detectortest.Load(t, plain), Clean: true},
		detectortest.Case{Name: "camera", Sample: detectortest.Load(t, with(plain, exifSegment(camera(canon, exposed, place, jpegOf(160, 120)))))},
		detectortest.Case{Name: "archive", Sample: detectortest.Load(t, append(bytes.Clone(plain), "Rar!\x1a\x07\x00 and the rest of it"...))})
}

func TestClaim(t *testing.T) {
	file := with(jpegOf(64, 48), exifSegment(camera(canon, exposed, place, jpegOf(160, 120))))
	claims := examined(t, sample(file)).Claims()
	if len(claims) != 1 || claims[0].Origin != forensics.Captured || claims[0].Kind != "exif" {
		t.Fatalf("%+v", claims)
	}
	c := claims[0]
	for name, want := range map[string]string{"Make": "Canon", "Model": "Canon EOS 5D", "ExposureTime": "1/250 s", "FNumber": "2.8", "ISO": "400", "DateTimeOriginal": "2020:05:01 12:00:00",
		"GPSLatitude": "-33.858333", "GPSLongitude": "151.200000", "GPSTimeStamp": "02:00:05 UTC", "MakerNote": "6 bytes", "BodySerialNumber": "0420", "PixelXDimension": "64"} {
		if got := c.Field(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for place := range strings.SplitSeq(c.Field("Bytes"), ", ") {
		var name string
		var offset, length int
		if _, err := fmt.Sscanf(strings.ReplaceAll(place, "+", " "), "%s %d %d", &name, &offset, &length); err != nil {
			t.Fatal(err)
		}
		if name == "Model" && string(file[offset:offset+length]) != "Canon EOS 5D\x00" {
			t.Errorf("%s is not at its place", place)
		}
	}
	if !bytes.HasPrefix(file[*c.Offset:], []byte("MM\x00*")) {
		t.Errorf("no block at %d", *c.Offset)
	}
}

func TestTIFF(t *testing.T) {
	file := camera(canon, exposed, place, nil)
	c := examined(t, sample(file)).Claims()
	if len(c) != 1 || c[0].Field("Model") != "Canon EOS 5D" {
		t.Fatalf("%+v", c)
	}
	_, rest, _ := strings.Cut(c[0].Field("Bytes"), "Model ")
	var offset, length int
	if _, err := fmt.Sscanf(rest, "%d+%d", &offset, &length); err != nil || string(file[offset:offset+length]) != "Canon EOS 5D\x00" {
		t.Error(c[0].Field("Bytes"))
	}
}

func changed(values []value, v value) []value {
	out := slices.DeleteFunc(slices.Clone(values), func(x value) bool { return x.tag == v.tag })
	return append(out, v)
}

func TestFindings(t *testing.T) {
	plain := jpegOf(64, 48)
	whole := camera(canon, exposed, place, jpegOf(160, 120))
	file := func(t []byte) []byte { return with(plain, exifSegment(t)) }
	xmp := func(inner string) string {
		return "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:xmp='http://ns.adobe.com/xap/1.0/' " +
			"xmlns:Item='http://ns.google.com/photos/1.0/container/item/' " + inner + "/></rdf:RDF></x:xmpmeta>"
	}
	mpf := func(size, offset int) string {
		entry := be.AppendUint32(be.AppendUint32(be.AppendUint32(make([]byte, 16), 0), uint32(size)), uint32(offset))
		return segment(0xe2, mpHeader+"MM\x00*\x00\x00\x00\x08"+string(directoryAt(8, 0, value{mpEntry, 7, 32, append(entry, 0, 0, 0, 0)})))
	}
	video := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	zip := "PK\x03\x04" + strings.Repeat("x", 60) + "PK\x01\x02" + strings.Repeat("y", 42) + "PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\x2e\x00\x00\x00\x40\x00\x00\x00\x00\x00"
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":                {plain, ""},
		"camera":                 {file(whole), "exif.camera"},
		"turned":                 {with(jpegOf(48, 64), exifSegment(whole)), "exif.camera"},
		"resized":                {with(jpegOf(32, 24), exifSegment(whole)), "exif.camera exif.dimensions"},
		"no such day":            {file(camera(canon, changed(exposed, ascii(0x9003, "2020:02:31 12:00:00")), place, nil)), "exif.camera exif.dates"},
		"clock never set":        {file(camera(canon, changed(exposed, ascii(0x9003, "0000:00:00 00:00:00")), place, nil)), "exif.camera"},
		"digitised before":       {file(camera(canon, changed(exposed, ascii(0x9004, "2019:05:01 12:00:00")), place, nil)), "exif.camera exif.dates"},
		"changed before":         {file(camera(changed(canon, ascii(0x132, "2019:05:01 12:00:00")), exposed, place, nil)), "exif.camera exif.dates"},
		"another time zone":      {file(camera(changed(canon, ascii(0x132, "2020:05:01 00:30:00")), exposed, place, nil)), "exif.camera"},
		"satellite says earlier": {file(camera(canon, exposed, changed(place, ascii(0x1d, "2018:05:01")), nil)), "exif.camera exif.dates"},
		"editor":                 {file(camera(changed(canon, ascii(0x131, "Adobe Photoshop 25.0 (Windows)")), exposed, place, nil)), "exif.camera exif.software"},
		"canvas":                 {file(camera(changed(canon, ascii(0x131, "html canvas")), exposed, place, nil)), "exif.camera"},
		"editor in XMP":          {with(plain, segment(0xe1, xmp("xmp:CreatorTool='GIMP 2.10'"))), "exif.software"},
		"cut-out face":           {with(plain, segment(0xef, "\x80\x03}(face_type landmarks")), "exif.software"},
		"cropped":                {with(jpegOf(64, 16), exifSegment(camera(nil, []value{ascii(0x9003, "2020:05:01 12:00:00")}, nil, jpegOf(160, 107)))), "exif.thumbnail_size"},
		"padding":                {append(bytes.Clone(plain), make([]byte, 100)...), ""},
		"text behind":            {append(bytes.Clone(plain), "some hidden text"...), "container.trailing"},
		"picture behind":         {append(bytes.Clone(plain), plain...), "container.trailing"},
		"announced picture":      {append(with(plain, mpf(len(plain), len(plain)+58)), plain...), "container.trailing"},
		"motion photo":           {append(with(plain, segment(0xe1, xmp("Item:Length='24'"))), video...), "container.trailing"},
		"Samsung":                {append(bytes.Clone(plain), video+"SEFH\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00SEFT"...), "container.trailing"},
		"archive":                {append(bytes.Clone(plain), zip...), "container.trailing container.polyglot"},
		"broken archive":         {append(bytes.Clone(plain), strings.Replace(zip, "PK\x01\x02", "PK\x01\x00", 1)...), "container.trailing"},
		"web page":               {append(bytes.Clone(plain), "<html><script>alert(1)</script></html>"...), "container.trailing container.polyglot"},
		"document":               {append(with(plain, segment(0xfe, "%PDF-1.7\n1 0 obj")), "\n%%EOF"...), "container.trailing container.polyglot"},
		"two blocks":             {with(plain, exifSegment(whole), exifSegment(whole)), "exif.camera exif.camera container.duplicate"},
		"two packets":            {with(plain, segment(0xe1, xmp("")), segment(0xe1, xmp(""))), "container.duplicate"},
		"JFIF first":             {with(plain, segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"), exifSegment(whole)), "exif.camera container.order"},
		"PNG":                    {pngWith(chunk("eXIf", string(whole)) + chunk("tEXt", "Software\x00Snapseed 2.0")), "exif.camera exif.software"},
		"PNG of faceswap":        {pngWith(chunk("iTXt", "faceswap\x00\x00\x00\x00\x00{'alignments': {}}")), "exif.software"},
	} {
		p := examined(t, sample(c.file))
		if got := codes(p); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		for _, f := range p.Findings() {
			if f.Where == nil || *f.Where.Offset < 0 || *f.Where.Offset+*f.Where.Length > int64(len(c.file)) || f.Score <= 0 || !strings.HasSuffix(f.Text, ".") {
				t.Errorf("%s: %+v %v", name, f, f.Where)
			}
			announced := slices.Contains([]string{"announced picture", "motion photo", "Samsung"}, name)
			if f.Code == "container.trailing" && announced != (f.Score == information) {
				t.Errorf("%s: %.2f %s", name, f.Score, f.Text)
			}
		}
	}
}

func box(kind string, content ...string) string {
	s := strings.Join(content, "")
	return string(be.AppendUint32(nil, uint32(len(s)+8))) + kind + s
}

func TestMovie(t *testing.T) {
	hour := be.AppendUint32(nil, 3_600_000_000)
	header := func(created, modified []byte) string {
		return box("mvhd", "\x00\x00\x00\x00", string(created), string(modified), strings.Repeat("\x00", 88))
	}
	track := func(w, h uint32) string {
		entry := make([]byte, 78)
		be.PutUint16(entry[24:], 640)
		be.PutUint16(entry[26:], 480)
		size := be.AppendUint32(be.AppendUint32(nil, w<<16), h<<16)
		return box("trak", box("tkhd", strings.Repeat("\x00", 76), string(size)), box("mdia", box("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00vide", strings.Repeat("\x00", 12), "VideoHandler\x00"),
			box("minf", box("stbl", box("stsd", "\x00\x00\x00\x00\x00\x00\x00\x01", box("avc1", string(entry)))))))
	}
	data := func(s string) string { return box("data", "\x00\x00\x00\x01\x00\x00\x00\x00", s) }
	udta := box("udta", box("meta", "\x00\x00\x00\x00", box("hdlr", strings.Repeat("\x00", 8), "mdir", strings.Repeat("\x00", 13)), box("ilst", box("\xa9too", data("Lavf60.3.100")))))
	file := []byte(box("ftyp", "isom\x00\x00\x02\x00isom") + box("moov", header(hour, []byte{0, 0, 0, 9}), track(320, 480), udta) + box("mdat", "frames"))
	p := examined(t, sample(file))
	if got := codes(p); got != "exif.dates exif.software exif.header_size" {
		t.Errorf("%q", got)
	}
	c := p.Claims()
	if len(c) != 1 || c[0].Field("CreateDate") != "2018-01-28 16:00:00 UTC" || c[0].Field("Encoder") != "Lavf60.3.100" || c[0].Field("HandlerName") != "VideoHandler" {
		t.Errorf("%+v", c)
	}
	sound := []byte(box("ftyp", "isom\x00\x00\x02\x00isom") + box("moov", header(hour, hour), track(640, 480)) + box("mdat", "frames"))
	if got := codes(examined(t, sample(sound))); got != "" {
		t.Errorf("%q", got)
	}
	if got := codes(examined(t, sample(append(sound, "Rar!\x1a\x07\x00 ......"...)))); got != "container.trailing container.polyglot" {
		t.Errorf("%q", got)
	}
}

func TestHostileFilesCostLittle(t *testing.T) {
	whole := exifSegment(camera(canon, exposed, place, nil))
	boxes := box("ftyp", "isom\x00\x00\x02\x00isom") + box("moov", strings.Repeat(box("trak", box("mdia", box("minf", box("stbl", "")))), 1<<18))
	for name, file := range map[string][]byte{
		"many blocks":   with(jpegOf(64, 48), strings.Repeat(whole, 2000)),
		"many boxes":    []byte(boxes),
		"many archives": append(jpegOf(64, 48), strings.Repeat("PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00\x2e\x00\x00\x00\x40\x00\x00\x00\xff\xff", 1<<18)...),
		"many texts":    pngWith(strings.Repeat(chunk("tEXt", "Software\x00Photoshop"), 1<<15)),
		"padding":       append(jpegOf(64, 48), make([]byte, 16<<20)...),
	} {
		start := cost.Now()
		p := examined(t, sample(file))
		t.Logf("%-14s %9d bytes %v, %d findings", name, len(file), cost.Since(start), len(p.Findings()))
		if d := cost.Since(start); d > cost.Most || len(p.Findings()) > 40 {
			t.Errorf("%s: %v, %d findings", name, d, len(p.Findings()))
		}
	}
}

func FuzzFile(f *testing.F) {
	f.Add(with(jpegOf(64, 48), exifSegment(camera(canon, exposed, place, jpegOf(160, 107)))))
	f.Add(pngWith(chunk("eXIf", string(camera(canon, exposed, place, nil)))))
	f.Add([]byte(box("ftyp", "isom\x00\x00\x02\x00isom") + box("moov", box("mvhd", strings.Repeat("\x01", 100)), box("trak", box("tkhd", strings.Repeat("\x01", 84))))))
	f.Add([]byte("RIFF\x20\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x10\x00\x00\x00\x40\x00\x00\x40\x00\x00VP8L\x05\x00\x00\x00\x2f\x40\x00\x00\x00\x00"))
	f.Add([]byte("GIF89a/*\x01\x00\x00\x00\x00;*/=1"))
	f.Add(camera(canon, exposed, place, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := forensics.NewPass(sample(b), forensics.Env{})
		res, err := p.Detect(&Detector, run)
		if err != nil || strings.HasPrefix(res.Reason, "panic") {
			t.Fatal(res, err)
		}
		for _, x := range p.Findings() {
			if x.Where == nil || *x.Where.Offset < 0 || *x.Where.Length < 0 || *x.Where.Offset+*x.Where.Length > int64(len(b)) {
				t.Fatalf("%+v", x.Where)
			}
		}
		for _, c := range p.Claims() {
			if len(c.Fields) > 100 {
				t.Fatalf("%d fields", len(c.Fields))
			}
		}
	})
}
