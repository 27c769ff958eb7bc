package flv

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Types of values (AMF 0 section 2.1).
const (
	number = iota
	boolean
	text
	object
	movieClip
	null
	undefined
	reference
	ecmaArray
	objectEnd
	strictArray
	date
	longText
	unsupported
	recordSet
	xmlDocument
	typedObject
)

// values reads AMF 0 values from b, which stands at base in the file.
type values struct {
	Metadata
	b    []byte
	i    int
	base int
	left int // how many more values are read
}

// read reads a script tag: a name and its value, and more of them as far as they go. False: it is damaged.
func (v *values) read(b []byte, base int) bool {
	v.b, v.i, v.base = b, 0, base
	for v.i < len(b) {
		kind, ok := v.take(1)
		if !ok || kind[0] != text {
			return false
		}
		name, ok := v.text(2)
		if !ok || !v.value(name, 0) {
			return false
		}
	}
	return true
}

// take takes the next n bytes.
func (v *values) take(n int) ([]byte, bool) {
	if n > len(v.b)-v.i {
		return nil, false
	}
	v.i += n
	return v.b[v.i-n : v.i], true
}

// text takes a text behind a length of 2 or 4 bytes.
func (v *values) text(wide int) (string, bool) {
	h, ok := v.take(wide)
	if !ok {
		return "", false
	}
	n := uint32(0)
	for _, c := range h {
		n = n<<8 | uint32(c)
	}
	if uint64(n) > uint64(len(v.b)) {
		return "", false
	}
	s, ok := v.take(int(n))
	return string(s), ok
}

// value reads a value and keeps the texts in it.
func (v *values) value(name string, depth int) bool {
	v.left--
	kind, ok := v.take(1)
	if !ok || v.left < 0 || depth > maxDepth {
		return false
	}
	switch kind[0] {
	case text, xmlDocument, longText:
		wide := 4
		if kind[0] == text {
			wide = 2
		}
		s, ok := v.text(wide)
		if ok && s != "" {
			v.Texts = append(v.Texts, Text{name, strings.ToValidUTF8(s, "�"), v.base + v.i - len(s), len(s)})
		}
		return ok
	case object:
		return v.properties(name, depth)
	case typedObject:
		_, ok := v.text(2)
		return ok && v.properties(name, depth)
	case ecmaArray: // its count is a hint only
		_, ok := v.take(4)
		return ok && v.properties(name, depth)
	case strictArray:
		h, ok := v.take(4)
		if !ok {
			return false
		}
		for i := range binary.BigEndian.Uint32(h) {
			if !v.value(fmt.Sprintf("%s[%d]", name, i), depth+1) {
				return false
			}
		}
		return true
	}
	size, known := map[byte]int{number: 8, boolean: 1, null: 0, undefined: 0, reference: 2, date: 10, unsupported: 0}[kind[0]]
	_, ok = v.take(size)
	return ok && known
}

// properties reads names and values up to the mark that ends them; some writers leave it out at the end of an array.
func (v *values) properties(outer string, depth int) bool {
	for v.i < len(v.b) {
		name, ok := v.text(2)
		if !ok {
			return false
		}
		if name == "" && v.i < len(v.b) && v.b[v.i] == objectEnd {
			v.i++
			return true
		}
		if !v.value(outer+"."+strings.ToValidUTF8(name[:min(len(name), maxName)], ""), depth+1) {
			return false
		}
	}
	return true
}
