package xmp_test

import (
	"strings"
	"testing"

	"unmask/media/cost"
	"unmask/media/xmp"

	"github.com/google/go-cmp/cmp"
)

const label = `{"Label":"1","ContentProducer":"x","ProduceID":"y"}`

func packet(description string) string {
	return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="t"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">` + description + `</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
}

const escaped = `{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;x&quot;,&quot;ProduceID&quot;:&quot;y&quot;}`

// Every way to write a property gives the same value, and the span gives back what was written.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, description, space, property string
		want, written                      []string
	}{
		{"element", `<rdf:Description rdf:about=""><TC260:AIGC> ` + escaped + "\n</TC260:AIGC></rdf:Description>", xmp.AIGC, "AIGC", []string{label}, []string{escaped}},
		{"attribute", `<rdf:Description rdf:about="" TC260:AIGC="` + escaped + `"/>`, xmp.AIGC, "AIGC", []string{label}, []string{escaped}},
		{"single quotes", `<rdf:Description rdf:about='' e:x = '=">' TC260:AIGC = '` + label + `'/>`, xmp.AIGC, "AIGC", []string{label}, []string{label}},
		{"CDATA", `<rdf:Description><TC260:AIGC><![CDATA[` + label + `]]></TC260:AIGC></rdf:Description>`, xmp.AIGC, "AIGC", []string{label}, []string{`<![CDATA[` + label + `]]>`}},
		{"comment", `<rdf:Description><TC260:AIGC>ab<!-- no -->cd</TC260:AIGC></rdf:Description>`, xmp.AIGC, "AIGC", []string{"abcd"}, []string{"ab<!-- no -->cd"}},
		{"other prefix", `<rdf:Description xmlns:q="http://www.tc260.org.cn/ns/AIGC/1.0/" q:AIGC="z"/>`, xmp.AIGC, "AIGC", []string{"z"}, []string{"z"}},
		{"other namespace", `<rdf:Description xmlns:TC260="http://example.org/" TC260:AIGC="z"/>`, xmp.AIGC, "AIGC", nil, nil},
		{"resource", `<rdf:Description><e:DigitalSourceType rdf:resource="http://a/b"/></rdf:Description>`, xmp.IPTC, "DigitalSourceType", []string{"http://a/b"}, []string{"http://a/b"}},
		{"bag", `<rdf:Description><e:DigitalSourceType><rdf:Bag><rdf:li>a</rdf:li><rdf:li rdf:resource="b"/></rdf:Bag></e:DigitalSourceType></rdf:Description>`,
			xmp.IPTC, "DigitalSourceType", []string{"a", "b"}, []string{"a", "b"}},
		{"alternatives", `<rdf:Description><e:DigitalSourceType><rdf:Alt><rdf:li xml:lang="x-default">a</rdf:li></rdf:Alt></e:DigitalSourceType></rdf:Description>`,
			xmp.IPTC, "DigitalSourceType", []string{"a"}, []string{"a"}},
		{"value", `<rdf:Description><e:DigitalSourceType><rdf:Description><rdf:value>a</rdf:value></rdf:Description></e:DigitalSourceType></rdf:Description>`,
			xmp.IPTC, "DigitalSourceType", []string{"a"}, []string{"a"}},
		{"in a structure", `<rdf:Description><e:Shown rdf:parseType="Resource"><e:DigitalSourceType>a</e:DigitalSourceType></e:Shown></rdf:Description>`,
			xmp.IPTC, "DigitalSourceType", []string{"a"}, []string{"a"}},
		{"no end tag", `<rdf:Description><TC260:AIGC>a</rdf:Description>`, xmp.AIGC, "AIGC", []string{"a"}, []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := packet(c.description)
			all, err := xmp.Parse([]byte(text))
			if err != nil {
				t.Error(err)
			}
			var values, written []string
			for _, p := range xmp.Find(all, c.space, c.property) {
				values, written = append(values, p.Value), append(written, text[p.Offset:p.Offset+p.Length])
			}
			if diff := cmp.Diff(c.want, values); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.written, written); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACutPacketGivesWhatStandsBeforeTheCut(t *testing.T) {
	text := packet(`<rdf:Description e:DigitalSourceType="a"><TC260:AIGC>b</TC260:AIGC></rdf:Description>`)
	all, err := xmp.Parse([]byte(text[:strings.Index(text, "</TC260")+3]))
	if err == nil || len(xmp.Find(all, xmp.IPTC, "DigitalSourceType")) != 1 {
		t.Errorf("%v %v", all, err)
	}
	if all, err := xmp.Parse([]byte(text + "\x00\x00")); err != nil || len(all) != 2 {
		t.Errorf("with zeros at its end: %v %v", all, err)
	}
	if all, err := xmp.Parse(nil); err != nil || all != nil {
		t.Errorf("%v %v", all, err)
	}
}

// Entities that a document declares itself are not expanded.
func TestDeclaredEntitiesStayAsTheyAre(t *testing.T) {
	all, _ := xmp.Parse([]byte(`<!DOCTYPE a [<!ENTITY b "cccc">]>` + packet(`<rdf:Description><TC260:AIGC>&b;</TC260:AIGC></rdf:Description>`)))
	for _, p := range all {
		if strings.Contains(p.Value, "cccc") {
			t.Errorf("%+v", p)
		}
	}
}

// What one packet costs is missing to the next; what stands before the end of the budget is read.
func TestBudget(t *testing.T) {
	var b xmp.Budget
	first := packet(`<rdf:Description e:DigitalSourceType="a"/>`)
	if all, err := b.Parse([]byte(first)); err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if all, err := b.Parse([]byte(first + strings.Repeat(" x", 1<<20))); err == nil || len(all) != 1 {
		t.Errorf("%d properties, %v", len(all), err)
	}
	if all, err := b.Parse([]byte(first)); err == nil || len(all) != 0 {
		t.Errorf("%d properties, %v", len(all), err)
	}
}

// hostile packets of two megabytes: deep, wide, many attributes, many entities.
func hostile() map[string]string {
	const n = 2 << 20
	fill := func(s string) string { return strings.Repeat(s, n/len(s)) }
	return map[string]string{
		"deep":       fill("<a>"),
		"wide":       "<a>" + fill("<b/>"),
		"attributes": "<a" + fill(` b="c"`) + ">",
		"names":      "<a" + fill(` b`) + ">",
		"some names": "<a " + strings.Repeat("b ", 100_000),
		"namespaces": "<a" + fill(` xmlns:b="c"`) + ">",
		"entities":   "<a>" + fill("&amp;") + "</a>",
		"properties": `<a xmlns="b">` + fill("<c>d</c>"),
		"comments":   "<a>" + fill("x<!---->"),
		"open tag":   "<a " + fill("x "),
		"directive":  "<!" + fill("<!"),
		"text":       "<a>" + fill("abc") + fill("def"),
		"space":      "<a>" + fill(" ") + fill("\n"),
	}
}

func TestHostilePacketsCostLittle(t *testing.T) {
	for name, text := range hostile() {
		start := cost.Now()
		all, err := xmp.Parse([]byte(text))
		t.Logf("%-10s %8v, %d properties, %v", name, cost.Since(start), len(all), err)
		if d := cost.Since(start); d > cost.Most {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				xmp.Parse([]byte(text))
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(packet(`<rdf:Description rdf:about="" TC260:AIGC="` + escaped + `"><e:DigitalSourceType rdf:resource="a"/></rdf:Description>`)))
	f.Add([]byte(packet(`<rdf:Description><e:DigitalSourceType><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></e:DigitalSourceType><TC260:AIGC>x</rdf:Description>`)))
	f.Add([]byte(`<?xml version="1.0" encoding="UTF-16"?><a b='c' d=e f><!-- --><![CDATA[x]]>&#65;&lt;&z;</b></a>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, _ := xmp.Parse(b)
		for _, p := range all {
			if p.Offset < 0 || p.Length < 0 || p.Offset+p.Length > len(b) {
				t.Fatalf("%+v lies outside %d bytes", p, len(b))
			}
		}
	})
}
