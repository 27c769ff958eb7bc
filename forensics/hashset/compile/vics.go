package compile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"unmask/forensics/hashset/setfile"
)

// vics is a Project VIC file (VICS 2.0) while it is read. What is not needed passes by: such files may be as long as they like.
type vics struct {
	*collector
	dec     *json.Decoder
	window  *window
	entries int
}

const (
	longestToken = 16 << 20 // bytes between the ends of two tokens; PhotoDNA and comments stay far below
	deepest      = 1000     // levels of nesting
)

// window is a reader that refuses to go on when what follows a mark is too long.
type window struct {
	r          io.Reader
	read, mark int64
}

func (w *window) Read(b []byte) (int, error) {
	if w.read-w.mark > longestToken {
		return 0, fmt.Errorf("one value is longer than %d bytes", longestToken)
	}
	n, err := w.r.Read(b)
	w.read += int64(n)
	return n, err
}

// readVICS reads the array "value" of the root: media, or cases with an array "Media".
func (c *collector) readVICS(r io.Reader) error {
	w := &window{r: r}
	v := &vics{collector: c, dec: json.NewDecoder(w), window: w}
	v.dec.UseNumber()
	err := v.root()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("the JSON cannot be read on behind entry %d: %w; get the file once more", v.entries, err)
	}
	return nil
}

func (v *vics) root() error {
	if _, err := v.token(); err != nil { // the brace that the form was recognised by
		return err
	}
	for v.dec.More() {
		key, err := v.token()
		if err != nil {
			return err
		}
		if isKey(key, "value") {
			_, err = v.array(true)
		} else {
			_, err = v.value()
		}
		if err != nil {
			return err
		}
	}
	_, err := v.token()
	return err
}

func (v *vics) token() (json.Token, error) {
	t, err := v.dec.Token()
	v.window.mark = v.dec.InputOffset()
	return t, err
}

// isKey compares without case, since writers differ in it.
func isKey(t json.Token, key string) bool {
	s, ok := t.(string)
	return ok && strings.EqualFold(s, key)
}

// value reads one value and returns its first token, which is all of a string, a number or a boolean.
func (v *vics) value() (json.Token, error) {
	t, err := v.token()
	if err == nil {
		err = v.rest(t)
	}
	return t, err
}

// rest reads to the end of the value that begins with a token.
func (v *vics) rest(t json.Token) (err error) {
	for depth := 0; ; {
		switch t {
		case json.Delim('['), json.Delim('{'):
			depth++
		case json.Delim(']'), json.Delim('}'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		if depth > deepest {
			return fmt.Errorf("values are nested more than %d deep", deepest)
		}
		if t, err = v.token(); err != nil {
			return err
		}
	}
}

// array reads an array of media or, where there may be such, of cases; it passes over any other value and returns false.
func (v *vics) array(cases bool) (bool, error) {
	t, err := v.token()
	if err != nil || t != json.Delim('[') {
		return false, errors.Join(err, v.rest(t))
	}
	for v.dec.More() {
		if cases { // until an entry turns out to be a medium: a file holds one or the other
			cases, err = v.caseOrMedium()
		} else {
			err = v.medium()
		}
		if err != nil {
			return true, err
		}
	}
	_, err = v.token()
	return true, err
}

// medium reads a medium at once, which is ten times as fast as token by token.
func (v *vics) medium() error {
	var m struct{ MD5, SHA1, Category any }
	err := v.dec.Decode(&m)
	v.window.mark = v.dec.InputOffset()
	_, noObject := errors.AsType[*json.UnmarshalTypeError](err)
	if err != nil && !noObject {
		return err
	}
	v.entries++
	if noObject {
		v.bad("entry", v.entries, "it is no object")
		return nil
	}
	return v.keep(m.MD5, m.SHA1, number(m.Category))
}

// caseOrMedium reads a case, which may be as long as the file, or a medium; it returns true for a case.
func (v *vics) caseOrMedium() (isCase bool, err error) {
	t, err := v.token()
	if err != nil {
		return false, err
	}
	if t != json.Delim('{') {
		v.entries++
		v.bad("entry", v.entries, "it is no object")
		return false, v.rest(t)
	}
	var md5, sha1, category json.Token
	for v.dec.More() {
		key, err := v.token()
		if err != nil {
			return false, err
		}
		switch {
		case isKey(key, "md5"):
			md5, err = v.value()
		case isKey(key, "sha1"):
			sha1, err = v.value()
		case isKey(key, "category"):
			category, err = v.value()
		case isKey(key, "media"):
			isCase, err = v.array(false)
		default:
			_, err = v.value()
		}
		if err != nil {
			return false, err
		}
	}
	if _, err := v.token(); err != nil || isCase {
		return isCase, err
	}
	v.entries++
	return false, v.keep(md5, sha1, number(category))
}

// keep keeps the stronger digest of a medium.
func (v *vics) keep(md5, sha1 any, category uint8) error {
	for _, d := range []struct {
		algorithm setfile.Algorithm
		value     any
	}{{setfile.SHA1, sha1}, {setfile.MD5, md5}} {
		digits, _ := d.value.(string)
		if digits = strings.TrimSpace(digits); digits == "" && d.algorithm != setfile.MD5 {
			continue
		}
		var digest [32]byte
		if err := d.algorithm.Decode(&digest, []byte(digits)); err != nil {
			v.bad("entry", v.entries, "%v", err)
			continue
		}
		return v.add(d.algorithm, &digest, category)
	}
	return nil
}

// number reads a category: a number, or one in a string. Anything else is 0.
func number(t any) uint8 {
	text, _ := t.(string)
	if n, ok := t.(json.Number); ok {
		text = n.String()
	}
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return 0
	}
	return uint8(n)
}
