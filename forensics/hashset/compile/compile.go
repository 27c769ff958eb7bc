// Package compile reads hash sets in the forms in which they are handed around and makes set files of them. The form is recognised by
// the content:
//
//   - Lists of MD5, SHA-1 and SHA-256 in hexadecimal, one a line, told apart by their length. Anything may follow behind a blank, comma,
//     semicolon or tab. A name may stand before: "md5 <hex>", "sha256:<hex>", "pdq <hex>".
//   - Lists of PDQ hashes, which have 64 hex digits like SHA-256. A bare line of 64 is a PDQ hash only where the name of the file ends in
//     .pdq or its first line says pdq (as a word, in a comment too); "pdq <hex>" and "hash=<hex>,norm=..,quality=.." always are. Both
//     forms that the programs of ThreatExchange print are read: "<hex>,<quality>,<name>" and "hash=<hex>,...,quality=<n>,...".
//   - Tables (CSV) with a header that names one of the columns md5, sha1, sha-1, sha256, sha-256, pdq; commas, semicolons or tabs between
//     them. Of md5, sha1 and sha256 the strongest that a row has is kept. NSRLFile.txt of the older NSRL sets is such a table. A field
//     may stand in quotes, but not go on in the next line.
//   - NSRL RDSv3: an SQLite database with a table FILE.
//   - Project VIC VICS JSON, hash sets and case files, version 2.0: MD5, SHA1 and Category of each entry.
//
// A byte-order mark of UTF-8 may stand in front, lines may end in CR LF, lines that begin with # are comments.
package compile

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"unmask/forensics/hashset/setfile"
	"unmask/media"
)

// Summary says what a set holds and what of its source could not be read.
type Summary struct {
	setfile.Info
	Problems []string // the first 20 damaged lines, each with its number and what is wrong; empty where Reused
	Reused   bool     // the compiled file of this very source was there already
}

// File makes a set file of source at out. Where out is there already and was made from the same bytes, nothing is done. Damaged lines
// are counted and left out; a source that cannot be read to its end, or that holds no digest, is an error.
func File(ctx context.Context, source, out string) (Summary, error) {
	s, err := file(ctx, source, out)
	if err != nil {
		if pe, ok := errors.AsType[*fs.PathError](err); ok && pe.Path == source {
			err = pe.Err
		}
		return s, fmt.Errorf("hash set %q: %w", media.Path(source), err)
	}
	return s, nil
}

func file(ctx context.Context, source, out string) (Summary, error) {
	if st, err := os.Stat(source); err != nil {
		return Summary{}, err
	} else if !st.Mode().IsRegular() {
		return Summary{}, errors.New("it is no regular file")
	}
	f, err := os.Open(source)
	if err != nil {
		return Summary{}, err
	}
	defer f.Close()
	in := &interruptible{ctx, f}
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return Summary{}, err
	}
	digest := [32]byte(sum.Sum(nil))
	if info, ok := compiled(out, digest); ok {
		return Summary{Info: info, Reused: true}, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Summary{}, err
	}
	c := &collector{out: setfile.NewWriter(out)}
	defer c.out.Close()
	if err := c.read(ctx, in, source); err != nil {
		return Summary{}, err
	}
	if !c.any {
		return Summary{}, c.nothing()
	}
	info, err := c.out.Finish(digest, c.damaged)
	return Summary{Info: info, Problems: c.problems}, err
}

// compiled tells whether out is whole and was made from a source with this digest.
func compiled(out string, source [32]byte) (setfile.Info, bool) {
	s, err := setfile.Open(out)
	if err != nil {
		return setfile.Info{}, false
	}
	defer s.Close()
	return s.Info, s.Source == hex.EncodeToString(source[:]) && s.Check() == nil
}

// read recognises the form of a source and collects its entries.
func (c *collector) read(ctx context.Context, in io.Reader, source string) error {
	r := bufio.NewReaderSize(in, longestLine)
	head, err := r.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case len(head) == 0:
		return errors.New("it is empty")
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return c.readNSRL(ctx, source)
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")):
		return errors.New("it is text in UTF-16; save it as UTF-8")
	case bytes.IndexByte(head, 0) >= 0:
		return errors.New("it is neither text, JSON nor an SQLite database")
	}
	const mark = "\xef\xbb\xbf"
	if bytes.HasPrefix(head, []byte(mark)) {
		if _, err := r.Discard(len(mark)); err != nil {
			return err
		}
		head = head[len(mark):]
	}
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) {
		return c.readVICS(r)
	}
	return c.readText(r, strings.EqualFold(filepath.Ext(source), ".pdq"))
}

const (
	sniffed     = 512      // bytes that the form is recognised by
	longestLine = 64 << 10 // bytes; a longer one is damaged
	named       = 20       // damaged lines that are named one by one
)

// interruptible ends a long read when the run is interrupted.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i *interruptible) Read(b []byte) (int, error) {
	if err := context.Cause(i.ctx); err != nil {
		return 0, err
	}
	return i.r.Read(b)
}

// collector takes entries and damaged lines.
type collector struct {
	out      *setfile.Writer
	any      bool
	damaged  int
	problems []string
}

// bad notes a damaged line, row or entry.
func (c *collector) bad(unit string, number int, format string, args ...any) {
	if c.damaged++; c.damaged <= named {
		c.problems = append(c.problems, fmt.Sprintf("%s %d: %s", unit, number, fmt.Sprintf(format, args...)))
	}
}

// add keeps a digest. The error is the run's: it could not be stored.
func (c *collector) add(a setfile.Algorithm, digest *[32]byte, category uint8) error {
	c.any = true
	return c.out.Add(a, digest, category)
}

// nothing is the error of a source without a digest.
func (c *collector) nothing() error {
	const forms = "it holds no digest that could be read; lists and tables of MD5, SHA-1, SHA-256 and PDQ, NSRL RDSv3 and Project VIC JSON are known"
	if c.damaged == 0 {
		return errors.New(forms)
	}
	return fmt.Errorf("%s (%s)", forms, c.problems[0])
}
