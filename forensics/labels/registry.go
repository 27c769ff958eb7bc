package labels

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// registry holds the registered producers of AI content; nil where none was given.
type registry struct {
	names map[string]string // by code
	codes map[string]string // by name in lower case
}

// headings of the columns in files that begin with a line of names.
var headings = struct{ code, name []string }{
	[]string{"code", "credit_code", "creditcode", "uscc", "contentproducer", "编码", "代码", "统一社会信用代码", "服务提供者编码"},
	[]string{"name", "producer", "provider", "company", "名称", "企业名称", "单位名称", "服务提供者名称"},
}

// maxRegistry is how many producers are read at most.
const maxRegistry = 1_000_000

// readRegistry reads a CSV of codes and names, or of several such files one after the other. The first column is the code and the second
// the name, or a line of headings says which is which. Headings hold until the next ones. A damaged
// line is an error that names it, counted over all files.
func readRegistry(data []byte) (*registry, error) {
	if data == nil {
		return nil, nil
	}
	r := csv.NewReader(bytes.NewReader(bytes.ReplaceAll(data, []byte("\ufeff"), nil)))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	out := &registry{map[string]string{}, map[string]string{}}
	code, name := 0, 1
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if damage, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, fmt.Errorf("registry (--registry), line %d: %w; each line is code,name", damage.StartLine, damage.Err)
		}
		if err != nil {
			return nil, fmt.Errorf("registry (--registry): %w", err)
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if c := column(row, headings.code); c >= 0 {
			if code, name = c, column(row, headings.name); name >= 0 {
				continue
			}
			return nil, damaged(r, "its headings name no column for the name")
		}
		if max(code, name) >= len(row) || row[code] == "" || row[name] == "" {
			return nil, damaged(r, "it lacks a code or a name")
		}
		if err := out.add(row[code], row[name]); err != "" {
			return nil, damaged(r, err)
		}
	}
	if len(out.names) == 0 {
		return nil, errors.New("registry (--registry): it names no producer; each line is code,name")
	}
	return out, nil
}

func damaged(r *csv.Reader, what string) error {
	line, _ := r.FieldPos(0)
	return fmt.Errorf("registry (--registry), line %d: %s", line, what)
}

// column returns the index of the first cell that is one of the headings, or -1.
func column(row, of []string) int {
	return slices.IndexFunc(row, func(cell string) bool { return slices.Contains(of, strings.ToLower(cell)) })
}

// add takes a code as it stands in a label, a bare credit code, or any other; what it returns is wrong with the line.
func (g *registry) add(code, name string) (wrong string) {
	code = strings.ToUpper(code)
	if p, ok := readProducer(code); ok && p.wrong != "" {
		return fmt.Sprintf("the code %s: %s", quoted(code), p.wrong)
	}
	if len(code) == creditLength && strings.Trim(code[2:8], "0123456789") == "" {
		if digit, valid := checkDigit(code); !valid || digit != code[creditLength-1] {
			return fmt.Sprintf("the credit code %s has a wrong check digit, or letters that credit codes do not use", quoted(code))
		}
	}
	if before, ok := g.names[code]; ok && before != name {
		return fmt.Sprintf("the code %s stands there twice, as %s and as %s", quoted(code), quoted(before), quoted(name))
	}
	if len(g.names) == maxRegistry {
		return fmt.Sprintf("more than %d producers", maxRegistry)
	}
	g.names[code], g.codes[strings.ToLower(name)] = name, code
	return ""
}

// look returns the name of a producer as it stands in a label: by its whole code, by the credit code in it, or by the registered name.
func (g *registry) look(value string) (name string, found bool) {
	if name, found = g.names[strings.ToUpper(value)]; found {
		return name, true
	}
	if p, ok := readProducer(value); ok {
		name, found = g.names[p.credit]
		return name, found
	}
	code, found := g.codes[strings.ToLower(value)]
	return g.names[code], found
}
