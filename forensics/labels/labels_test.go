package labels

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	stdjpeg "image/jpeg"
	stdpng "image/png"
	"maps"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"
	"unmask/media/cost"

	"github.com/google/go-cmp/cmp"
)

const (
	object1 = `{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"e3578014","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}`
	xmpHead = "http://ns.adobe.com/xap/1.0/\x00"
	aiTerm  = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
)

func picture() image.Image {
	img := image.NewGray(image.Rect(0, 0, 32, 32))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	return img
}

func segment(marker byte, payload string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))) + payload
}

// jpegWith is a JPEG with segments behind its first marker.
func jpegWith(segments ...string) []byte {
	var b bytes.Buffer
	if err := stdjpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	return []byte(b.String()[:2] + strings.Join(segments, "") + b.String()[2:])
}

func chunk(kind, data string) string {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind+data...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

// pngWith is a PNG with chunks behind its header.
func pngWith(chunks ...string) []byte {
	var b bytes.Buffer
	if err := stdpng.Encode(&b, picture()); err != nil {
		panic(err)
	}
	const header = 8 + 12 + 13
	return []byte(b.String()[:header] + strings.Join(chunks, "") + b.String()[header:])
}

// packet is an XMP packet with the inside of one description.
func packet(attributes, elements string) string {
	return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ` +
		`xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ` + attributes + `>` + elements + `</rdf:Description></rdf:RDF></x:xmpmeta>`
}

func element(value string) string {
	return packet("", "<TC260:AIGC>"+strings.ReplaceAll(value, `"`, "&quot;")+"</TC260:AIGC>")
}

// exif is an EXIF segment with one field in the main directory.
func exif(tag uint16, value string) string {
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01")
	b = binary.BigEndian.AppendUint16(b, tag)
	b = binary.BigEndian.AppendUint16(b, 7)
	b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
	b = binary.BigEndian.AppendUint32(b, 26)
	return segment(0xe1, string(append(b, 0, 0, 0, 0))+value)
}

func sample(t testing.TB, b []byte) *media.Sample {
	if bytes.HasPrefix(b, []byte("RIFF")) { // Go has no encoder for WebP, so these hold no picture
		return &media.Sample{Info: media.Info{Kind: media.Image, Format: "webp"}, Raw: b}
	}
	return detectortest.Load(t, b)
}

// examine returns the findings on a sample.
func examine(t testing.TB, s *media.Sample) (forensics.Result, []forensics.Finding) {
	t.Helper()
	p := forensics.NewPass(s, forensics.Env{})
	res, err := p.Detect(&Detector, unregistered)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func codes(findings []forensics.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

func TestContract(t *testing.T) {
	named := sample(t, pngWith(chunk("tEXt", "AIGC\x00"+object1)))
	named.Item.Path = "/case/picture.jpg"
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "clean jpeg", Sample: sample(t, jpegWith()), Clean: true},
		detectortest.Case{Name: "clean png", Sample: sample(t, pngWith()), Clean: true},
		detectortest.Case{Name: "xmp label", Sample: sample(t, jpegWith(segment(0xe1, xmpHead+element(object1))))},
		detectortest.Case{Name: "everything", Sample: sample(t, jpegWith(segment(0xe1, xmpHead+packet(`Iptc4xmpExt:DigitalSourceType="`+aiTerm+`"`, "")),
			exif(0x9286, "ASCII\x00\x00\x00"+`{"AIGC":`+object1+`}`), segment(0xe7, "AIGC"+object1)))},
		detectortest.Case{Name: "png under another name", Sample: named},
		detectortest.Case{Name: "generators", Sample: sample(t, pngWith(tEXt("parameters", infotext), tEXt("prompt", graph), tEXt("Software", "NovelAI")))})
}

// Every carrier gives the label, and the offset points at it.
func TestCarriers(t *testing.T) {
	wrapped := `{"AIGC":` + object1 + `}`
	utf16 := "UNICODE\x00"
	for _, c := range wrapped {
		utf16 += "\x00" + string(c)
	}
	const present, deviant = "label.aigc.present", "label.aigc.present label.aigc.invalid"
	for _, c := range []struct {
		name   string
		file   []byte
		want   string
		begins string
	}{
		{"JPEG, XMP element", jpegWith(segment(0xe1, xmpHead+element(object1))), present, "{&quot;Label"},
		{"JPEG, XMP attribute", jpegWith(segment(0xe1, xmpHead+packet(`TC260:AIGC='`+object1+`'`, ""))), present, `{"Label"`},
		{"JPEG, extended XMP", jpegWith(segment(0xe1, "http://ns.adobe.com/xmp/extension/\x00"+strings.Repeat("0", 32)+"\x00\x00\xff\xff\x00\x00\x00\x00"+element(object1))), present, "{&quot;Label"},
		{"JPEG, UserComment", jpegWith(exif(0x9286, "ASCII\x00\x00\x00"+wrapped)), present, `{"AIGC"`},
		{"JPEG, UserComment in UTF-16", jpegWith(exif(0x9286, utf16)), present, "\x00{\x00\"\x00A"},
		{"JPEG, ImageDescription", jpegWith(exif(0x10e, wrapped+"\x00")), deviant, `{"AIGC"`},
		{"JPEG, bare segment", jpegWith(segment(0xe5, "AIGC"+object1)), deviant, "AIGC{"},
		{"JPEG, comment", jpegWith(segment(0xfe, wrapped)), deviant, `{"AIGC"`},
		{"PNG, tEXt", pngWith(chunk("tEXt", "AIGC\x00"+object1)), present, `{"Label"`},
		{"PNG, tEXt, wrapped", pngWith(chunk("tEXt", "AIGC\x00"+wrapped)), present, `{"AIGC"`},
		{"PNG, iTXt", pngWith(chunk("iTXt", "AIGC\x00\x00\x00\x00\x00"+object1)), present, `{"Label"`},
		{"PNG, XMP element", pngWith(chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+element(object1))), present, "{&quot;Label"},
		{"PNG, eXIf", pngWith(chunk("eXIf", exif(0x9286, wrapped)[10:])), present, `{"AIGC"`},
		{"PNG, other keyword", pngWith(chunk("tEXt", "Comment\x00"+wrapped)), deviant, `{"AIGC"`},
		{"PNG, other text", pngWith(chunk("tEXt", "prompt\x00"+`{"text":"AIGC"}`)), "", ""},
		{"JPEG, other comment", jpegWith(exif(0x9286, `{"Label":"1"}`), segment(0xe5, "AIGC"), segment(0xe6, `{"AIG`)), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := examine(t, sample(t, c.file))
			if got := codes(found); got != c.want {
				t.Errorf("%s: %+v", got, found)
			}
			for _, f := range found {
				if from := *f.Where.Offset; !strings.HasPrefix(string(c.file[from:from+*f.Where.Length]), c.begins) {
					t.Errorf("%s points at %q", f.Code, c.file[from:from+*f.Where.Length])
				}
			}
		})
	}
}

func TestFieldsOfALabel(t *testing.T) {
	good := map[string]string{"Label": `"1"`, "ContentProducer": `"a"`, "ProduceID": `"b"`}
	with := func(name, value string) string {
		var parts []string
		for _, f := range append([]string{"Label", "ContentProducer", "ProduceID"}, name)[:3] {
			v := good[f]
			if f == name {
				v = value
			}
			if v != "" {
				parts = append(parts, fmt.Sprintf("%q:%s", f, v))
			}
		}
		if good[name] == "" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	for _, c := range []struct {
		value    string
		problems []string
	}{
		{object1, nil},
		{with("Label", `"3"`), nil},
		{with("Label", `"4"`), []string{`Label is "4", not 1, 2 or 3`}},
		{with("Label", `"AIGC"`), []string{`Label is "AIGC", not 1, 2 or 3`}},
		{with("Label", `1`), []string{"Label is no string"}},
		{with("Label", ""), []string{"Label is missing"}},
		{with("ContentProducer", `""`), []string{"ContentProducer is empty"}},
		{with("ProduceID", ""), []string{"ProduceID is missing"}},
		{with("PropagateID", `null`), []string{"PropagateID is no string"}},
		{with("ContentProducer", `"两"`), []string{"ContentProducer holds characters other than 0x21 to 0x7E"}},
		{with("ServiceUser", `"x"`), []string{`the field "ServiceUser" is unknown to the standard: it belongs to a schema of Tencent Cloud`}},
		{`{"Label":"1","Label":"2","ContentProducer":"a","ProduceID":"b"}`, []string{`the field "Label" stands twice`}},
		{object1 + "x", []string{"other text follows it"}},
		{fmt.Sprintf("%q", object1), []string{"it is JSON inside a JSON string"}},
		{fmt.Sprintf(`{"AIGC":%q}`, object1), []string{"it is JSON inside a JSON string"}},
		{"eyJMYWJlbCI6IjEiLCJDb250ZW50UHJvZHVjZXIiOiJhIiwiUHJvZHVjZUlEIjoiYiJ9", []string{"it is in base64"}},
		{"yes", []string{"it is no JSON object"}},
		{"", []string{"it is no JSON object"}},
		{`{"Label":`, []string{"it is no JSON object"}},
		{strings.Repeat(`{"AIGC":`, 5) + "1" + strings.Repeat("}", 5), []string{"it is wrapped more than once"}},
	} {
		if diff := cmp.Diff(c.problems, readLabel(text{value: c.value}).problems); diff != "" {
			t.Errorf("%s: %s", c.value, diff)
		}
	}
}

func TestTwoLabels(t *testing.T) {
	other := strings.Replace(object1, `"1"`, `"2"`, 1)
	_, found := examine(t, sample(t, pngWith(chunk("tEXt", "AIGC\x00"+object1), chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+element(other)))))
	if got := codes(found); got != "label.aigc.present label.aigc.present label.aigc.duplicate" {
		t.Errorf("%s", got)
	}
	if last := found[len(found)-1].Text; !strings.Contains(last, "different fields") {
		t.Error(last)
	}
	many := strings.Repeat(chunk("tEXt", "AIGC\x00"+object1), 1000)
	if _, found := examine(t, sample(t, pngWith(many))); len(found) != most+1 {
		t.Errorf("%d findings on a thousand labels", len(found))
	}
}

func TestSourceTypes(t *testing.T) {
	const cv = "http://cv.iptc.org/newscodes/digitalsourcetype/"
	for value, want := range map[string]string{
		cv + "trainedAlgorithmicMedia": "iptc.ai", cv + "compositeWithTrainedAlgorithmicMedia": "iptc.ai", cv + "algorithmicMedia": "iptc.source",
		cv + "compositeSynthetic": "iptc.ai", "digsrctype:trainedAlgorithmicMedia": "iptc.ai", cv + "TrainedAlgorithmicMedia/": "iptc.ai",
		cv + "digitalCapture": "iptc.capture", cv + "algorithmicallyEnhanced": "iptc.source", cv + "somethingNew": "iptc.source", "x": "iptc.source",
	} {
		for form, p := range map[string]string{
			"attribute": packet(`Iptc4xmpExt:DigitalSourceType="`+value+`"`, ""),
			"element":   packet("", "<Iptc4xmpExt:DigitalSourceType>"+value+"</Iptc4xmpExt:DigitalSourceType>"),
			"resource":  packet("", `<Iptc4xmpExt:DigitalSourceType rdf:resource="`+value+`"/>`),
			"list":      packet("", "<Iptc4xmpExt:DigitalSourceType><rdf:Bag><rdf:li>"+value+"</rdf:li></rdf:Bag></Iptc4xmpExt:DigitalSourceType>"),
		} {
			file := jpegWith(segment(0xe1, xmpHead+p))
			_, found := examine(t, sample(t, file))
			if codes(found) != want {
				t.Errorf("%s as %s: %+v", value, form, found)
				continue
			}
			if from := *found[0].Where.Offset; string(file[from:from+*found[0].Where.Length]) != value {
				t.Errorf("%s as %s is not at %d", value, form, from)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		path, format string
		wrong        bool
	}{
		{"a.jpg", "jpeg", false}, {"a.JPEG", "jpeg", false}, {"a.png", "jpeg", true}, {"a.jpg", "gif", true}, {"a.jpg", "mp4", true}, {"a.mov", "mp4", false},
		{"a.dng", "tiff", false}, {"a", "jpeg", false}, {"a.unknown", "jpeg", false}, {"a.pdf", "jpeg", true}, {"jpg", "png", false}, {"x.png/a", "jpeg", false},
		{"a\xff.mkv", "webm", false}, {"a.heic", "jpeg", true}, {"a.png", "", false}, {".png", "jpeg", true},
	} {
		s := &media.Sample{Item: media.Item{Path: media.Path(c.path)}, Info: media.Info{Kind: media.Image, Format: c.format}, Raw: jpegWith()}
		if c.format == "gif" {
			s.Raw = gifWith()
		}
		_, found := examine(t, s)
		if got := codes(found) == "format.extension"; got != c.wrong {
			t.Errorf("%q of format %q: %q", c.path, c.format, codes(found))
		}
	}
}

// A wrong name is reported even where labels are not read.
func TestOtherFormats(t *testing.T) {
	s := &media.Sample{Item: media.Item{Path: "a.jpg"}, Info: media.Info{Kind: media.Image, Format: "ico"}}
	res, found := examine(t, s)
	if res.Status != forensics.NotApplied || !strings.Contains(res.Reason, "ico") || codes(found) != "format.extension" {
		t.Errorf("%+v %+v", res, found)
	}
}

func TestHostileFilesCostLittle(t *testing.T) {
	for name, file := range map[string][]byte{
		"many boxes":   pngWith(chunk("caBX", strings.Repeat("\x00\x00\x00\x08jumb", 1<<19))),
		"many labels":  pngWith(strings.Repeat(chunk("tEXt", "AIGC\x00{}"), 1<<17)),
		"deep JSON":    pngWith(chunk("tEXt", "AIGC\x00"+strings.Repeat(`{"AIGC":`, 1<<18))),
		"many members": pngWith(chunk("tEXt", "AIGC\x00{"+strings.Repeat(`"a":1,`, 1<<18))),
	} {
		s := &media.Sample{Info: media.Info{Kind: media.Image, Format: "png"}, Raw: file}
		start := cost.Now()
		_, found := examine(t, s)
		t.Logf("%-12s %7v, %d bytes, %d findings", name, cost.Since(start), len(file), len(found))
		if d := cost.Since(start); d > cost.Most || len(found) > 100 {
			t.Errorf("%s took %v, %d findings", name, d, len(found))
		}
	}
}

func FuzzLabels(f *testing.F) {
	f.Add(jpegWith(segment(0xe1, xmpHead+element(object1)), exif(0x9286, `{"AIGC":`+object1+`}`)))
	f.Add(pngWith(chunk("tEXt", "AIGC\x00"+object1), chunk("eXIf", exif(0x10e, "AIGC"+object1)[10:])))
	for _, name := range slices.Sorted(maps.Keys(carried())) {
		f.Add(carried()[name].file)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, format, _ := media.Sniff(b)
		p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image, Format: format}, Raw: b}, forensics.Env{})
		if res, err := p.Detect(&Detector, unregistered); err != nil || strings.HasPrefix(res.Reason, "panic") {
			t.Fatal(res.Reason, err)
		}
		for _, x := range p.Findings() {
			if x.Where != nil && (*x.Where.Offset < 0 || *x.Where.Length < 0 || *x.Where.Offset+*x.Where.Length > int64(len(b))) {
				t.Fatalf("%+v lies outside %d bytes", x, len(b))
			}
		}
	})
}
