package labels

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"unmask/forensics"
)

// Kinds of JUMBF superbox by the first four bytes of their type; the rest is jumbfType (C2PA 2.2 section 11.1.4.2).
const (
	storeType  = "c2pa"
	jumbfType  = "\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
	maxBoxes   = 4096 // of one superbox that are looked at
	maxSources = 256  // source types of one manifest
	headerSize = 8
)

// store is a C2PA manifest store. The last manifest is the active one; the others belong to what the picture was made from.
type store struct {
	manifests      []manifest
	offset, length int
}

// manifest is what one manifest claims.
type manifest struct {
	label     string
	generator string // what made the claim, as it names itself
	sources   []text // digital source types
}

// box is one box of ISO/IEC 19566-5.
type box struct {
	kind string
	at   int // of data, in what the box was read from
	data []byte
}

// boxes yields the boxes in b. One that claims to be longer than what there is is cut.
func boxes(b []byte) iter.Seq[box] {
	return func(yield func(box) bool) {
		for i, n := 0, 0; i+headerSize <= len(b) && n < maxBoxes; n++ {
			size, head := uint64(binary.BigEndian.Uint32(b[i:])), headerSize
			if size == 1 && i+16 <= len(b) {
				size, head = binary.BigEndian.Uint64(b[i+8:]), 16
			}
			if size == 0 || size > uint64(len(b)-i) {
				size = uint64(len(b) - i)
			}
			if size < uint64(head) || !yield(box{string(b[i+4 : i+8]), i + head, b[i+head : i+int(size)]}) {
				return
			}
			i += int(size)
		}
	}
}

// describe returns type and label of a superbox, from the description box that it starts with.
func describe(b []byte) (kind, label string) {
	for d := range boxes(b) {
		if d.kind != "jumd" || len(d.data) < 17 {
			break
		}
		const hasLabel = 2
		if d.data[16]&hasLabel != 0 {
			l, _, _ := bytes.Cut(d.data[17:], []byte{0})
			label = string(l)
		}
		if string(d.data[4:16]) == jumbfType {
			kind = string(d.data[:4])
		}
		break
	}
	return kind, label
}

// jumbf adds the C2PA manifest stores among the boxes of a packet.
func (m *metadata) jumbf(packet []byte, span spanner) {
	for b := range boxes(packet) {
		if b.kind != "jumb" {
			continue
		}
		if kind, _ := describe(b.data); kind != storeType {
			continue
		}
		var s store
		s.offset, s.length = span(b.at-headerSize, b.at+len(b.data))
		for c := range boxes(b.data) {
			if c.kind != "jumb" {
				continue
			}
			_, label := describe(c.data)
			s.manifests = append(s.manifests, readManifest(label, c.data, func(from, to int) (int, int) { return span(b.at+c.at+from, b.at+c.at+to) }))
		}
		m.stores = append(m.stores, s)
	}
}

// readManifest looks for keys and their texts in the assertions and the claim, whether they are CBOR or JSON, without decoding these.
func readManifest(label string, b []byte, span spanner) manifest {
	m := manifest{label: label}
	for i := range keys(b, "igitalSourceType") { // C2PA writes it with d, IPTC in JSON-LD with D
		v, from, ok := value(b, i)
		if !ok {
			continue
		}
		t := text{place: "a C2PA manifest", value: v}
		t.offset, t.length = span(from, from+len(v))
		if m.sources = append(m.sources, t); len(m.sources) == maxSources {
			break
		}
	}
	for i := range keys(b, "claim_generator") {
		if v, _, ok := value(b, i); ok {
			m.generator = v
			return m
		}
	}
	for i := range keys(b, "claim_generator_info") { // a map, or a list of them (C2PA 2.2 section 10.2.2)
		for k := range keys(b[i:min(len(b), i+256)], "name") {
			if v, _, ok := value(b, i+k); ok {
				m.generator = v
				return m
			}
		}
	}
	return m
}

// keys yields the offset behind each place where the text stands.
func keys(b []byte, name string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; ; {
			i := bytes.Index(b[at:], []byte(name))
			if i < 0 {
				return
			}
			at += i + len(name)
			if !yield(at) {
				return
			}
		}
	}
}

// value reads the text that follows a key at i: a CBOR text string of up to 65535 bytes (RFC 8949 section 3.1), or a JSON string
// without escapes.
func value(b []byte, i int) (v string, from int, ok bool) {
	if i >= len(b) {
		return "", 0, false
	}
	n := -1
	switch c := b[i]; {
	case c >= 0x60 && c <= 0x77:
		n, from = int(c-0x60), i+1
	case c == 0x78 && i+1 < len(b):
		n, from = int(b[i+1]), i+2
	case c == 0x79 && i+2 < len(b):
		n, from = int(binary.BigEndian.Uint16(b[i+1:])), i+3
	case c == '"':
		rest := bytes.TrimLeft(b[i+1:], " \t\r\n:")
		if len(rest) == 0 || rest[0] != '"' {
			return "", 0, false
		}
		from = len(b) - len(rest) + 1
		n = bytes.IndexByte(rest[1:], '"')
	}
	if n < 0 || from+n > len(b) {
		return "", 0, false
	}
	return string(b[from : from+n]), from, true
}

func reportC2PA(p *forensics.Pass, stores []store) {
	for _, s := range stores[:min(len(stores), most)] {
		active := len(s.manifests) - 1
		by := ""
		if active >= 0 {
			by = s.manifests[active].words()
		}
		p.Report(forensics.Finding{Code: "c2pa.present", Score: 1, Where: at(s.offset, s.length),
			Text: fmt.Sprintf("The file carries C2PA provenance (manifests: %d%s). It is a claim: this version does not validate its signature.", len(s.manifests), by)})
		seen := map[string]bool{}
		for i := active; i >= 0; i-- {
			s.manifests[i].report(p, i == active, seen)
		}
	}
}

// words says who made the manifest, and the first source type in it that is not AI.
func (m *manifest) words() string {
	out := ""
	if m.generator != "" {
		out = "; the active one was made by " + quoted(m.generator)
	}
	for _, t := range m.sources {
		if ai, words := saying(term(t.value)); !ai {
			return out + "; it claims that " + words
		}
	}
	return out
}

// report reports each AI source type that was not seen in the store before.
func (m *manifest) report(p *forensics.Pass, active bool, seen map[string]bool) {
	whose := "the picture"
	if !active {
		whose = "something that the picture was made from"
	}
	for _, t := range m.sources {
		ai, words := saying(term(t.value))
		if !ai || seen[whose+words] {
			continue
		}
		seen[whose+words] = true
		p.Report(forensics.Finding{Code: "c2pa.ai", Score: 1, Where: at(t.offset, t.length),
			Text: fmt.Sprintf("A C2PA manifest (%s) claims of %s that %s. The claim is present; this version does not validate its signature.", quoted(m.label), whose, words)})
	}
}
