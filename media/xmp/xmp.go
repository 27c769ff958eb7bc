// Package xmp reads the properties of XMP packets (ISO 16684-1), whichever of the equivalent RDF forms they are written in: as
// elements, as attributes, as rdf:resource, in lists and inside structures. Packets in UTF-16 and UTF-32 are not read. It is bounded
// in depth, tokens and attributes.
package xmp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Namespaces that callers ask for.
const (
	AIGC = "http://www.tc260.org.cn/ns/AIGC/1.0/"        // TC260-PG-20259A, property AIGC
	IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/" // IPTC Extension, property DigitalSourceType
	XAP  = "http://ns.adobe.com/xap/1.0/"                // XMP part 1 section 8.4, property CreatorTool
	DC   = "http://purl.org/dc/elements/1.1/"            // XMP part 1 section 8.3, property description
	EXIF = "http://ns.adobe.com/exif/1.0/"               // XMP part 2 section 3.3, property UserComment
	PS   = "http://ns.adobe.com/photoshop/1.0/"          // XMP part 2 section 3.2, property Credit
	rdf  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#" // lists and structures
	meta = "adobe:ns:meta/"                              // the element around a packet
	xml1 = "http://www.w3.org/XML/1998/namespace"        // xml:lang
)

const maxDepth = 64

// Property is one value of one property. A list gives one Property for each of its items.
type Property struct {
	Space, Name    string // namespace URI and local name of the property, or of the field where it stands inside a structure
	Value          string // with entities resolved, without space around it
	Attribute      bool   // written as an attribute
	Offset, Length int    // of the value as it is written, in bytes from the start of the packet
}

var errBound = errors.New("XMP packet: more than is read")

// Parse is that of a Budget of its own.
func Parse(packet []byte) ([]Property, error) { return new(Budget).Parse(packet) }

func (r *reader) read() error {
	d := xml.NewDecoder(bytes.NewReader(r.packet))
	d.Strict = false // a forgotten end tag must not hide a label
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		from := int(d.InputOffset())
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("XMP packet: %w", err)
		}
		to := int(d.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			if len(r.open) >= maxDepth {
				return errBound
			}
			r.start(t, from, to)
		case xml.CharData:
			r.text(t, from, to)
		case xml.EndElement:
			r.end()
		}
	}
}

// Find returns the values of one property.
func Find(properties []Property, space, name string) []Property {
	var out []Property
	for _, p := range properties {
		if p.Space == space && p.Name == name {
			out = append(out, p)
		}
	}
	return out
}

type reader struct {
	packet []byte
	open   []element
	found  []Property
}

// element is an element that was opened and not closed.
type element struct {
	name     xml.Name
	text     []byte
	from, to int // of the text, where it is not blank
}

func (r *reader) start(t xml.StartElement, from, to int) {
	r.open = append(r.open, element{name: t.Name})
	var spans [][2]int
	for i, a := range t.Attr {
		owner := a.Name
		switch a.Name.Space {
		case "", "xmlns", meta, xml1:
			continue
		case rdf:
			if a.Name.Local != "resource" && a.Name.Local != "value" {
				continue
			}
			owner = r.property()
		}
		if owner.Local == "" {
			continue
		}
		if spans == nil {
			spans = attributes(r.packet[from:to])
		}
		p := Property{Space: owner.Space, Name: owner.Local, Value: strings.TrimSpace(a.Value), Attribute: true, Offset: from, Length: to - from}
		if i < len(spans) {
			p.Offset, p.Length = from+spans[i][0], spans[i][1]-spans[i][0]
		}
		r.found = append(r.found, p)
	}
}

func (r *reader) text(t xml.CharData, from, to int) {
	if len(r.open) == 0 || len(bytes.TrimSpace(t)) == 0 {
		return
	}
	e := &r.open[len(r.open)-1]
	if len(e.text) == 0 {
		e.from = from
	}
	e.text = append(e.text, t...)
	e.to = to
}

func (r *reader) end() {
	if len(r.open) == 0 {
		return
	}
	if e := &r.open[len(r.open)-1]; len(e.text) > 0 {
		if owner := r.property(); owner.Local != "" {
			raw := r.packet[e.from:e.to]
			lead := len(raw) - len(bytes.TrimLeft(raw, " \t\r\n"))
			r.found = append(r.found, Property{Space: owner.Space, Name: owner.Local, Value: string(bytes.TrimSpace(e.text)),
				Offset: e.from + lead, Length: len(bytes.TrimSpace(raw))})
		}
	}
	r.open = r.open[:len(r.open)-1]
}

// property is the name of the innermost open element that is one: not part of RDF's own syntax nor the element around the packet.
func (r *reader) property() xml.Name {
	for i := len(r.open) - 1; i >= 0; i-- {
		if n := r.open[i].name; n.Space != rdf && n.Space != meta {
			return n
		}
	}
	return xml.Name{}
}

// attributes returns where the values of the attributes stand in a start tag, in their order.
func attributes(tag []byte) (spans [][2]int) {
	for i := 0; i < len(tag); i++ {
		if tag[i] != '=' {
			continue
		}
		i++
		for i < len(tag) && (tag[i] == ' ' || tag[i] == '\t' || tag[i] == '\r' || tag[i] == '\n') {
			i++
		}
		if i == len(tag) || tag[i] != '"' && tag[i] != '\'' {
			return spans
		}
		n := bytes.IndexByte(tag[i+1:], tag[i])
		if n < 0 {
			return spans
		}
		spans = append(spans, [2]int{i + 1, i + 1 + n})
		i += 1 + n
	}
	return spans
}
