package compile

import (
	"bytes"

	"unmask/forensics/hashset/setfile"
)

// table says where the columns of a table stand; -1 for those that it lacks.
type table struct {
	separator byte
	digests   [len(setfile.Algorithms)]int
	quality   int // of the PDQ hash
}

// header reads the first line of a table. It returns nil where the line is none: it names no digest, or holds one.
func header(line []byte) *table {
	t := &table{separator: ',', digests: [...]int{-1, -1, -1, -1}, quality: -1}
	for _, s := range []byte(";\t") {
		if bytes.Count(line, []byte{s}) > bytes.Count(line, []byte{t.separator}) {
			t.separator = s
		}
	}
	found := false
	for i, f := range t.split(line) {
		a, ok := algorithm(f)
		switch {
		case ok && t.digests[a] < 0:
			t.digests[a], found = i, true
		case bytes.EqualFold(f, []byte("quality")):
			t.quality = i
		case isDigest(f):
			return nil
		}
	}
	if !found {
		return nil
	}
	return t
}

func isDigest(field []byte) bool {
	var d [32]byte
	for _, a := range setfile.Algorithms {
		if a.Decode(&d, field) == nil {
			return true
		}
	}
	return false
}

// split cuts a line into its fields, without the quotes around them.
func (t *table) split(line []byte) [][]byte {
	var fields [][]byte
	quoted, from := false, 0
	for i, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == t.separator && !quoted:
			fields = append(fields, bytes.Trim(line[from:i], " \t\""))
			from = i + 1
		}
	}
	return append(fields, bytes.Trim(line[from:], " \t\""))
}

// row reads a line of a table.
func (t *text) row(number int, columns *table, line []byte) error {
	fields := columns.split(line)
	at := func(column int) []byte {
		if column < 0 || column >= len(fields) {
			return nil
		}
		return fields[column]
	}
	empty := true
	for _, a := range []setfile.Algorithm{setfile.SHA256, setfile.SHA1, setfile.MD5} {
		digits := at(columns.digests[a])
		if len(digits) == 0 {
			continue
		}
		empty = false
		before := t.damaged
		if err := t.digest(number, a, digits, nil); err != nil {
			return err
		}
		if t.damaged == before {
			break // the weaker ones say nothing more
		}
	}
	if digits := at(columns.digests[setfile.PDQ]); len(digits) > 0 {
		return t.digest(number, setfile.PDQ, digits, at(columns.quality))
	}
	if empty {
		t.bad("line", number, "it has no digest in the columns that hold them")
	}
	return nil
}
