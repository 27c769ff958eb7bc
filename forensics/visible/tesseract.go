package visible

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// tesseract is the program that reads text, as Debian packages it. It gets pixels that were decoded and cut out here, never a file.
type tesseract struct{ path string }

const (
	language  = "chi_sim" // reads Latin letters as well, in half the time of chi_sim+eng
	slowest   = 30 * time.Second
	maxOutput = 1 << 20
	install   = "apt-get install tesseract-ocr tesseract-ocr-chi-sim"
)

// Version returns what reads the text, such as "5.3.0, chi_sim"; "none" where tesseract is not installed, or cannot read simplified Chinese.
// Other versions may read other text.
func Version() string {
	_, version, err := find()
	if err != nil {
		return "none"
	}
	return strings.TrimPrefix(version, "tesseract ") + ", " + language
}

// find looks for the program and its language, and returns the first line of what it says of its version.
func find() (*tesseract, string, error) {
	path, err := exec.LookPath("tesseract")
	if err != nil {
		return nil, "", fmt.Errorf("tesseract with %s is not installed (%s)", language, install)
	}
	t := &tesseract{path}
	version, err := t.run(nil, "--version")
	if err != nil {
		return nil, "", err
	}
	known, err := t.run(nil, "--list-langs")
	if err != nil {
		return nil, "", err
	}
	if !strings.Contains("\n"+string(known)+"\n", "\n"+language+"\n") {
		return nil, "", fmt.Errorf("tesseract is installed without %s (%s)", language, install)
	}
	first, _, _ := strings.Cut(string(version), "\n")
	return t, strings.TrimSpace(first), nil
}

// run gives the program a picture and returns what it writes, within bounds of time and size.
func (t *tesseract) run(input []byte, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), slowest)
	defer cancel()
	c := exec.CommandContext(ctx, t.path, args...)
	c.Env = []string{"OMP_THREAD_LIMIT=1", "LC_ALL=C", "TESSDATA_PREFIX=" + os.Getenv("TESSDATA_PREFIX")}
	if os.Getenv("TESSDATA_PREFIX") == "" {
		c.Env = c.Env[:2]
	}
	c.Dir, c.Stdin, c.WaitDelay = "/", bytes.NewReader(input), slowest
	out, complaint := bounded{left: maxOutput}, bounded{left: 4 << 10}
	c.Stdout, c.Stderr = &out, &complaint
	err := c.Run()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("tesseract took more than %v", slowest)
	}
	if err != nil {
		last := strings.Split(strings.TrimSpace(complaint.String()), "\n")
		return nil, fmt.Errorf("tesseract: %w: %s", err, last[len(last)-1])
	}
	return out.Bytes(), nil
}

// bounded is a buffer that refuses to grow beyond its bound.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("more output than is read")
	}
	return b.Buffer.Write(p)
}

// word is a piece of text as it was read.
type word struct {
	text       string
	confidence float64         // 0..100, tesseract's own
	box        image.Rectangle // in pixels of its page
}

// read reads pages that hold one line of text each and returns the words of each.
func (t *tesseract) read(pages []page) ([][]word, error) {
	out, err := t.run(tiffPages(pages), "stdin", "stdout", "--psm", "7", "--dpi", "150", "-l", language, "-c", "tessedit_create_tsv=1")
	if err != nil {
		return nil, err
	}
	return words(string(out), len(pages)), nil
}

// words reads the table that tesseract writes (level 5 of its TSV format), by page; what is malformed is left out.
func words(tsv string, pages int) [][]word {
	out := make([][]word, pages)
	for row := range strings.Lines(tsv) {
		cells := strings.SplitN(strings.TrimRight(row, "\r\n"), "\t", 12)
		if len(cells) != 12 || cells[0] != "5" || strings.TrimSpace(cells[11]) == "" {
			continue
		}
		var n [5]int
		bad := false
		for i, at := range []int{1, 6, 7, 8, 9} { // page, left, top, width, height
			v, err := strconv.Atoi(cells[at])
			bad = bad || err != nil || v < 0 || v > 1<<20
			n[i] = v
		}
		confidence, err := strconv.ParseFloat(cells[10], 64)
		if bad || err != nil || !(confidence >= 0 && confidence <= 100) || n[0] < 1 || n[0] > pages {
			continue
		}
		out[n[0]-1] = append(out[n[0]-1], word{strings.TrimSpace(cells[11]), confidence, image.Rect(n[1], n[2], n[1]+n[3], n[2]+n[4])})
	}
	return out
}
