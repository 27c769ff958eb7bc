package compile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"unicode"

	"unmask/forensics/hashset/setfile"
	"unmask/forensics/pdq"
)

// text is a list or a table while it is read.
type text struct {
	*collector
	perceptual bool   // a bare line of 64 digits is a PDQ hash
	seen       bool   // the first line that is not blank was met
	begun      bool   // the first line that is no comment was met
	table      *table // nil in a list
}

// readText reads a list or a table. Perceptual tells by the file's name that bare lines of 64 digits are PDQ hashes.
func (c *collector) readText(r *bufio.Reader, perceptual bool) error {
	t := text{collector: c, perceptual: perceptual}
	for number := 1; ; number++ {
		line, whole, err := readLine(r)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if line = bytes.TrimSpace(line); !whole {
			c.bad("line", number, "longer than %d bytes", longestLine)
		} else if len(line) > 0 {
			if err := t.line(number, line); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readLine returns the next line, good until the next call. Of one that is longer than the reader's buffer it returns a part.
func readLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	line, err = r.ReadSlice('\n')
	whole = true
	for errors.Is(err, bufio.ErrBufferFull) {
		whole = false
		_, err = r.ReadSlice('\n')
	}
	return line, whole, err
}

func (t *text) line(number int, line []byte) error {
	comment := line[0] == '#'
	if !t.seen {
		t.seen = true
		first, _ := word(line)
		t.perceptual = t.perceptual || comment && says(line, "pdq") || bytes.EqualFold(first, []byte("pdq"))
	}
	if comment {
		return nil
	}
	if !t.begun {
		t.begun = true
		if t.table = header(line); t.table != nil {
			return nil
		}
	}
	if t.table != nil {
		return t.row(number, t.table, line)
	}
	return t.entry(number, line)
}

// says tells whether a line holds a word, in either case.
func says(line []byte, word string) bool {
	words := bytes.FieldsFunc(bytes.ToLower(line), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(w []byte) bool { return string(w) == word })
}

// word cuts a line behind its first word.
func word(line []byte) (first, rest []byte) {
	line = bytes.TrimLeft(line, " \t\"'")
	end := bytes.IndexAny(line, " \t,;:=\"'")
	if end < 0 {
		return line, nil
	}
	return line[:end], line[end:]
}

// algorithm returns what a word names.
func algorithm(name []byte) (setfile.Algorithm, bool) {
	switch string(bytes.ToLower(name)) {
	case "md5":
		return setfile.MD5, true
	case "sha1", "sha-1":
		return setfile.SHA1, true
	case "sha256", "sha-256":
		return setfile.SHA256, true
	case "pdq":
		return setfile.PDQ, true
	}
	return 0, false
}

// entry reads a line of a list.
func (t *text) entry(number int, line []byte) error {
	first, rest := word(line)
	a, labelled := algorithm(first)
	details := string(first) == "hash" && bytes.HasPrefix(rest, []byte("="))
	if details {
		a, labelled = setfile.PDQ, true
	}
	if labelled {
		first, rest = word(bytes.TrimLeft(rest, " \t,;:="))
	} else {
		switch len(first) {
		case 32:
			a = setfile.MD5
		case 40:
			a = setfile.SHA1
		case 64:
			if a = setfile.SHA256; t.perceptual {
				a = setfile.PDQ
			}
		default:
			t.bad("line", number, "%.80q is no digest: those have 32, 40 or 64 hex digits", first)
			return nil
		}
	}
	var quality []byte
	if fields := bytes.Split(rest, []byte(",")); details {
		for _, f := range fields {
			if v, ok := bytes.CutPrefix(f, []byte("quality=")); ok {
				quality = v
				break
			}
		}
	} else if len(fields) > 1 {
		quality = fields[1]
	}
	return t.digest(number, a, first, quality)
}

// digest keeps a digest given in hexadecimal. Of a PDQ hash, quality is its quality where it is a number.
func (t *text) digest(number int, a setfile.Algorithm, digits, quality []byte) error {
	var d [32]byte
	if err := a.Decode(&d, digits); err != nil {
		t.bad("line", number, "%v", err)
		return nil
	}
	if a == setfile.PDQ {
		if q, err := strconv.Atoi(string(bytes.TrimSpace(quality))); err == nil && q < pdq.MinQuality {
			t.bad("line", number, "a PDQ hash of quality %d; below %d they are not compared", q, pdq.MinQuality)
			return nil
		}
	}
	return t.add(a, &d, 0)
}
