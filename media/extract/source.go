package extract

import (
	"io"
	"math"
)

// window is how much Peek reads at a time: a page.
const window = 4096

// Source reads a file of any size in small pieces, and no more of them than a bound allows.
type Source struct {
	r      io.ReaderAt
	size   int64
	budget int64
	buf    []byte // what stands at offset at of the file
	at     int64
}

// NewSource reads a file of size bytes. Budget bounds the bytes that Read returns in all.
func NewSource(r io.ReaderAt, size, budget int64) *Source {
	return &Source{r: r, size: max(size, 0), budget: budget, buf: make([]byte, 0, window)}
}

// Size is that of the file in bytes.
func (s *Source) Size() int64 { return s.size }

// Peek returns the n bytes, at most 4096, that stand at an offset, or fewer where the file ends. They are valid until the next call.
func (s *Source) Peek(at int64, n int) []byte {
	if at < 0 || at >= s.size {
		return nil
	}
	n = int(min(int64(min(n, window)), s.size-at))
	if at < s.at || at+int64(n) > s.at+int64(len(s.buf)) {
		got, _ := s.r.ReadAt(s.buf[:min(window, s.size-at)], at)
		s.buf, s.at = s.buf[:got], at
	}
	from := int(at - s.at)
	return s.buf[from:min(from+n, len(s.buf))]
}

// Read returns n bytes that stand at an offset; nil where the file ends before that or more than the budget was asked for.
func (s *Source) Read(at, n int64) []byte {
	if at < 0 || n < 0 || n > s.budget || at > s.size-n || at > math.MaxInt64-n {
		return nil
	}
	s.budget -= n
	b := make([]byte, n)
	if got, _ := s.r.ReadAt(b, at); int64(got) < n {
		return nil
	}
	return b
}

// Spend takes bytes that were made of what was read, such as by decompressing it, from the budget; false where it does not hold as many.
func (s *Source) Spend(n int64) bool {
	ok := n <= s.budget
	s.budget = max(0, s.budget-n)
	return ok
}
