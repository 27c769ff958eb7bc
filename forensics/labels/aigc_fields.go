package labels

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	"unmask/forensics"
)

// decoded undoes an encoding that annex E does not know and names it; how is empty where there is none.
func decoded(s string) (plain, how string) {
	if rest, ok := strings.CutPrefix(s, "\u00ff\u00fe"); ok { // a mark that was read as ISO 8859-1
		s = "\xff\xfe" + rest
	} else if rest, ok := strings.CutPrefix(s, "\u00fe\u00ff"); ok {
		s = "\xfe\xff" + rest
	}
	switch {
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return s[3:], "a byte order mark stands before it"
	case strings.HasPrefix(s, "\xff\xfe"), strings.HasPrefix(s, "{\x00"), strings.HasPrefix(s, "\"\x00"):
		return fromUTF16(strings.TrimPrefix(s, "\xff\xfe"), 0), "it is in UTF-16"
	case strings.HasPrefix(s, "\xfe\xff"), strings.HasPrefix(s, "\x00{"), strings.HasPrefix(s, "\x00\""):
		return fromUTF16(strings.TrimPrefix(s, "\xfe\xff"), 1), "it is in UTF-16"
	case strings.HasPrefix(s, "{&quot;"), strings.HasPrefix(s, "{&#34;"), strings.HasPrefix(s, "{&#x22;"), strings.HasPrefix(s, "&quot;"), strings.HasPrefix(s, "&#123;"):
		return html.UnescapeString(s), "its quotes are escaped as in HTML"
	case strings.HasPrefix(s, `{\"`):
		var inner string
		if json.Unmarshal([]byte(`"`+s+`"`), &inner) == nil {
			return inner, "it is JSON inside a JSON string"
		}
	case strings.HasPrefix(s, "%7B"), strings.HasPrefix(s, "%7b"):
		if plain, err := url.QueryUnescape(s); err == nil {
			return plain, "it is encoded as in a web address"
		}
	case strings.HasPrefix(s, "e"): // base64 of an opening brace
		b, err := base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(s))
		if err == nil && len(b) > 0 && b[0] == '{' {
			return string(b), "it is in base64"
		}
	}
	return s, ""
}

// fromUTF16 decodes pairs of bytes of which low comes first (0) or second (1). An odd last byte is left out.
func fromUTF16(s string, low int) string {
	units := make([]uint16, len(s)/2)
	for i := range units {
		units[i] = uint16(s[2*i+low]) | uint16(s[2*i+1-low])<<8
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

// maxFields is how many fields of a label are looked at.
const maxFields = 64

// check fills the fields and notes what is wrong with them.
func (l *label) check(names []string, o map[string]json.RawMessage) {
	l.respelt(names, o)
	for _, name := range fields {
		if raw, ok := o[name]; ok {
			l.field(name, raw)
		}
	}
	for _, name := range []string{"ContentProducer", "ProduceID"} {
		if v, ok := l.fields[name]; ok && v == "" {
			l.problem("%s is empty", name)
		} else if o[name] == nil {
			l.problem("%s is missing", name)
		}
	}
	if v, ok := l.fields["Label"]; o["Label"] == nil {
		l.problem("Label is missing")
	} else if ok && meanings[v] == "" {
		l.problem("Label is %s, not 1, 2 or 3", quoted(v))
	}
	if len(names) > maxFields {
		l.problem("it has %d fields", len(names))
		names = names[:maxFields]
	}
	slices.Sort(names)
	for i, name := range names {
		switch {
		case i > 0 && names[i-1] == name:
			l.problem("the field %s stands twice", quoted(name))
		case slices.Contains(tencent, name):
			l.problem("the field %s is unknown to the standard: it belongs to a schema of Tencent Cloud", quoted(name))
			l.other(name, o[name])
		case slices.Contains(private, name):
			l.problem("the field %s is unknown to the standard: it is ByteDance's own, and not the Label", quoted(name))
			l.other(name, o[name])
		case !slices.Contains(fields, name):
			l.problem("the field %s is unknown to the standard", quoted(name))
		}
	}
}

// field reads one of the seven fields.
func (l *label) field(name string, raw json.RawMessage) {
	var v string
	if raw[0] != '"' || json.Unmarshal(raw, &v) != nil {
		l.problem("%s is no string", name)
		if raw[0] >= '0' && raw[0] <= '9' {
			l.fields[name] = string(raw)
		}
		return
	}
	l.fields[name] = v
	if strings.ContainsFunc(v, func(r rune) bool { return r < 0x21 || r > 0x7e }) { // annex E j)
		l.foreign = append(l.foreign, name)
		l.problem("%s %s", name, setWords)
	}
}

// respelt takes fields that are written in another case for those of the standard, where these are missing.
func (l *label) respelt(names []string, o map[string]json.RawMessage) {
	for i, name := range names {
		for _, right := range fields {
			if name != right && strings.EqualFold(name, right) && o[right] == nil {
				l.problem("the field %s is written %s", right, quoted(name))
				o[right], names[i] = o[name], right
			}
		}
	}
}

// other keeps a field of another schema as it is written.
func (l *label) other(name string, raw json.RawMessage) {
	v := string(raw)
	if json.Unmarshal(raw, &v) != nil {
		v = string(raw)
	}
	l.others = append(l.others, forensics.Field{Name: name, Value: v[:min(len(v), 1024)]})
}
