// Package setfile is the form in which a hash set lies in a case: sorted digests in one file, which many worker processes map into
// memory and so share. Writer makes such a file, Open reads it.
//
// A file is a header of 128 bytes, integers most significant byte first: 16 bytes name and version of the form, 32 bytes SHA-256 of
// the source it was made from, 32 bytes SHA-256 of everything behind the header, 4 counts of 8 bytes in the order of Algorithms, and
// 8 bytes with the number of lines of the source that were damaged. Sections follow in the same order. Each holds its digests
// ascending, none twice, with one byte behind each: the category of the entry, 0 where the source gives none. Beside a file with PDQ
// hashes lies an index over them, named <file>.pdq.
package setfile

import (
	"encoding/hex"
	"fmt"
)

const (
	magic      = "unmask-hashset/1" // another version where the form, or what is read from a source, changes
	headerSize = 128

	indexEnding = ".pdq"
)

// Algorithm is one of the digests that a set can hold.
type Algorithm uint8

const (
	MD5 Algorithm = iota
	SHA1
	SHA256
	PDQ // a perceptual hash: similar pictures have similar ones
)

// Algorithms in the order of their sections.
var Algorithms = [...]Algorithm{MD5, SHA1, SHA256, PDQ}

var (
	names = [...]string{"MD5", "SHA-1", "SHA-256", "PDQ"}
	sizes = [...]int{16, 20, 32, 32}
)

func (a Algorithm) String() string { return names[a] }

// Size is the length of a digest in bytes.
func (a Algorithm) Size() int { return sizes[a] }

// stride is the length in bytes of a digest with its category.
func (a Algorithm) stride() int { return sizes[a] + 1 }

// Decode reads the hexadecimal digits of a digest, of either case, into the first Size bytes of to.
func (a Algorithm) Decode(to *[32]byte, digits []byte) error {
	if len(digits) != 2*a.Size() {
		return fmt.Errorf("%s has %d hex digits, not %d", a, 2*a.Size(), len(digits))
	}
	if _, err := hex.Decode(to[:], digits); err != nil {
		return fmt.Errorf("%.80q is no %s", digits, a)
	}
	return nil
}

// Counts is the number of digests of each algorithm.
type Counts [len(Algorithms)]int

// Digests is the number of entries that name one file exactly.
func (c Counts) Digests() int { return c[MD5] + c[SHA1] + c[SHA256] }

// Info is what the header of a file says.
type Info struct {
	Source  string // SHA-256 of the file that the set was made from, 64 hex digits
	Counts  Counts
	Damaged int // lines of the source that could not be read
}

// Kind is what a hash set is of.
type Kind string

const (
	Alert Kind = "alert" // files to be found
	Known Kind = "known" // files that need no attention
)

// Given is an open set under the name that findings print.
type Given struct {
	Kind Kind
	Name string
	*Set
}
