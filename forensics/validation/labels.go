// Package validation measures error rates: it holds the answers of records against labels and says how far they can be trusted.
// It is pure Go, prints what it measured as text, JSON and HTML, and decides nothing.
package validation

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"unmask/forensics"
)

// Label says what the answer to a question is for a file.
type Label struct {
	Path     string // with slashes; relative to the folder of the list unless absolute
	Question forensics.Question
	Positive bool   // whether the answer is yes
	Source   string // where the file comes from, "origin:kind"; files of one source share a camera, a generator or an author
	Mask     string // path of a picture that is bright where the file was changed; empty where there is none
	Line     int    // of the list, from 1
}

// Damage is a line that cannot be used, with the reason.
type Damage struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

func (d Damage) String() string { return fmt.Sprintf("line %d: %s", d.Line, d.Text) }

// List is what a CSV file of labels holds.
type List struct {
	Labels  []Label
	Damaged []Damage
	Others  map[string]int // lines by question that no record answers, such as identity
}

const (
	maxListBytes = 256 << 20
	maxLabels    = 5_000_000
	maxDamaged   = 1000 // further damaged lines make the list unusable
)

// NoSource stands for the source of a line that names none.
const NoSource = "(no source)"

// ReadLabels reads a CSV list of labels. Its first line names the columns, in any order and case: path, question and label (1 for yes, 0
// for no) are needed; source, mask and others may be there. Fields are separated by commas, or by semicolons or tabs where the first line
// has no comma. Damaged lines are left out and named; the error is for a list that cannot be used as a whole.
func ReadLabels(r io.Reader) (*List, error) {
	text := bufio.NewReader(&bounded{r, maxListBytes})
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" {
		_, _ = text.Discard(3)
	}
	c := csv.NewReader(text)
	c.FieldsPerRecord, c.ReuseRecord, c.Comma = -1, true, separator(text)
	head, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the list of labels is empty")
	} else if err != nil {
		return nil, fmt.Errorf("the first line of the list of labels: %w", err)
	}
	at, err := columns(head)
	if err != nil {
		return nil, err
	}
	l := &List{Others: map[string]int{}}
	seen := map[[2]string]Label{}
	for {
		fields, err := c.Read()
		var damaged *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return l, nil
		case errors.As(err, &damaged):
			why := damaged.Err.Error()
			if damaged.Line > damaged.StartLine {
				why += fmt.Sprintf("; what stands up to line %d is lost with it", damaged.Line)
			}
			l.damage(damaged.StartLine, why)
		case err != nil:
			return nil, err
		default:
			line, _ := c.FieldPos(0)
			if why := l.add(at, fields, line, seen); why != "" {
				l.damage(line, why)
			}
		}
		if len(l.Damaged) > maxDamaged {
			return nil, fmt.Errorf("more than %d lines of the list of labels are damaged, the first is %v", maxDamaged, l.Damaged[0])
		}
		if len(l.Labels) > maxLabels {
			return nil, fmt.Errorf("the list holds more than %d labels: split it", maxLabels)
		}
	}
}

func (l *List) damage(line int, why string) { l.Damaged = append(l.Damaged, Damage{line, why}) }

// add takes up one line, or says why it cannot be used.
func (l *List) add(at map[string]int, fields []string, line int, seen map[[2]string]Label) (why string) {
	field := func(name string) string {
		if i, ok := at[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	name, question, label := field("path"), field("question"), field("label")
	if name == "" || question == "" || label == "" {
		return "path, question or label is empty"
	}
	if strings.ContainsRune(name, 0) {
		return "the path holds a NUL byte"
	}
	if !slices.Contains(forensics.Questions[:], forensics.Question(question)) {
		l.Others[strings.Clone(question)]++
		return ""
	}
	if label != "0" && label != "1" {
		return fmt.Sprintf("label %.40q is neither 0 nor 1", label)
	}
	n := Label{Path: path.Clean(filepath.ToSlash(strings.Clone(name))), Question: forensics.Question(strings.Clone(question)), Positive: label == "1",
		Source: NoSource, Mask: strings.Clone(field("mask")), Line: line}
	if s := field("source"); s != "" {
		n.Source = strings.Clone(s)
	}
	key := [2]string{n.Path, question}
	if before, twice := seen[key]; twice {
		if before.Positive != n.Positive {
			return fmt.Sprintf("contradicts line %d, which counts", before.Line)
		}
		return fmt.Sprintf("repeats line %d", before.Line)
	}
	seen[key] = n
	l.Labels = append(l.Labels, n)
	return ""
}

// columns returns where the named columns stand.
func columns(head []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := at[name]; !twice {
			at[strings.Clone(name)] = i
		}
	}
	for _, name := range []string{"path", "question", "label"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("the first line of the list of labels names no column %q: it must name path, question, label, and should name source", name)
		}
	}
	return at, nil
}

// separator looks at the first line.
func separator(text *bufio.Reader) rune {
	head, _ := text.Peek(512)
	first, _, _ := strings.Cut(string(head), "\n")
	for _, c := range ",;\t" {
		if strings.ContainsRune(first, c) {
			return c
		}
	}
	return ','
}

// bounded is a reader that fails where more than left bytes come.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("the list of labels is longer than %d MB", maxListBytes>>20)
	}
	return n, err
}
