// Package media describes what is examined: items on disk, the frames decoded from them, and the bounds on decoding.
// It is pure Go and imports nothing of ours.
package media

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a file holds, told by its content. Kinds combine, so that a detector can accept several.
type Kind uint8

const (
	Other Kind = 1 << iota // neither picture nor video
	Image
	Video
)

// String returns "image", "video" or "other".
func (k Kind) String() string {
	switch k {
	case Image:
		return "image"
	case Video:
		return "video"
	case Image | Video:
		return "image,video"
	case Image | Video | Other:
		return "image,video,other"
	}
	return "other"
}

// MarshalText writes the name that records use.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name that records use.
func (k *Kind) UnmarshalText(b []byte) error {
	for _, c := range []Kind{Other, Image, Video, Image | Video, Image | Video | Other} {
		if c.String() == string(b) {
			*k = c
			return nil
		}
	}
	return fmt.Errorf("unknown media kind %q", b)
}

// Item is one file as it was reached.
type Item struct {
	Path    Path      `json:"path"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mtime,omitzero"`   // in UTC; zero where unknown or beyond the year 9999
	SHA256  string    `json:"sha256,omitempty"` // lower-case hex; empty until the content was read
	SHA1    string    `json:"sha1,omitempty"`
	MD5     string    `json:"md5,omitempty"`
}

// Path is a file name as the file system gave it: any bytes but NUL. In JSON a name that is valid UTF-8 stands as it is.
// In any other name each invalid byte becomes \xHH and each backslash \\; so does a backslash in a valid name that holds
// something that looks like \xHH. Different names therefore stay different, and UnmarshalText gives the bytes back.
type Path string

const hexDigits = "0123456789abcdef"

func isHex(c byte) bool { return strings.IndexByte(hexDigits, c) >= 0 }

// looksEscaped tells whether s holds \xHH.
func looksEscaped(s string) bool {
	for i := 0; i+3 < len(s); i++ {
		if s[i] == '\\' && s[i+1] == 'x' && isHex(s[i+2]) && isHex(s[i+3]) {
			return true
		}
	}
	return false
}

// String returns the escaped form, fit for JSON, logs and terminals that expect UTF-8.
func (p Path) String() string {
	s := string(p)
	if utf8.ValidString(s) && !looksEscaped(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x`)
			b.WriteByte(hexDigits[s[i]>>4])
			b.WriteByte(hexDigits[s[i]&15])
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// MarshalText writes the escaped form.
func (p Path) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the escaped form.
func (p *Path) UnmarshalText(b []byte) error {
	s := string(b)
	if !looksEscaped(s) {
		*p = Path(s)
		return nil
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			out = append(out, s[i])
		case strings.HasPrefix(s[i:], `\\`):
			out = append(out, '\\')
			i++
		case i+3 < len(s) && s[i+1] == 'x' && isHex(s[i+2]) && isHex(s[i+3]):
			out = append(out, byte(strings.IndexByte(hexDigits, s[i+2])<<4|strings.IndexByte(hexDigits, s[i+3])))
			i += 3
		default:
			return fmt.Errorf("path %q: stray backslash", s)
		}
	}
	*p = Path(out)
	return nil
}

// Info is what a file turned out to hold.
type Info struct {
	Kind     Kind    `json:"kind"`
	Format   string  `json:"format,omitempty"` // jpeg, png, mp4, ... as Sniff names it
	MIME     string  `json:"mime,omitempty"`
	Width    int     `json:"width,omitempty"` // as shown, after orientation
	Height   int     `json:"height,omitempty"`
	Duration float64 `json:"duration_s,omitempty"`
	Frames   []int   `json:"frames_examined,omitempty"` // index of each decoded frame, 0-based in showing order
}

// Frame is one decoded picture. Pix holds Height rows of Width pixels of three bytes, blue, green, red, without padding.
// Frames are shared: nobody writes to Pix.
type Frame struct {
	Index         int           // position in showing order; 0 for a still picture
	Time          time.Duration // time it is shown at, from the start
	Burst         int           // which run of consecutive frames it belongs to
	Width, Height int           // after orientation
	Pix           []byte
}

// Plan bounds what is decoded, whatever the file claims.
type Plan struct {
	Bursts    int   `json:"bursts"`     // places in a video that are looked at, spread evenly
	Length    int   `json:"length"`     // consecutive frames at each of them
	Opening   int   `json:"opening"`    // frames of the first two seconds that are decoded besides
	Glances   int   `json:"glances"`    // more frames of a video at most, a second apart or more, that are kept reduced to GlanceSide
	MaxPixels int64 `json:"max_pixels"` // of all frames of one item together
	MaxBytes  int64 `json:"max_bytes"`  // of a still picture's file; longer ones are refused before they are read into memory

	// Known tells by the digests of an item that its content is known and need not be decoded; nil where all is decoded. Such an item
	// fails with CodeKnown.
	Known func(*Item) bool `json:"-"`
}

// OpeningTime is how much of a video Plan.Opening spreads over: a visible label must be seen for that long (GB 45438-2025 5.4).
const OpeningTime = 2 * time.Second

// CodeKnown is the code of the failure of an item that was not decoded because Plan.Known says so.
const CodeKnown = "hashset.known"

// GlanceSide is the longer side in pixels of the frames that are only glanced at.
const GlanceSide = 512

// Sample is a decoded item: what detectors look at.
type Sample struct {
	Item    Item
	Info    Info
	Raw     []byte // the whole file of a still picture; nil for a video
	Frames  []Frame
	Opening []Frame  // of a video: frames of its first two seconds, up to the one shown last before they are over; some are among Frames
	Glances []Frame  // more frames of a video, none of Frames, with neither side above GlanceSide
	Partial *Failure // what could not be decoded, where something could; nil when all was
}

// Decoder reads an item within the bounds of a plan. The Sample is never nil and carries at least the digests and the
// sniffed Info where the file could be read; the error is a *Failure.
type Decoder func(it Item, p Plan) (*Sample, error)

// Failure says why an item, or a part of it, could not be examined. Codes are stable dotted names.
type Failure struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func (f *Failure) Error() string { return f.Text }

// Failf makes a Failure.
func Failf(code, format string, args ...any) *Failure {
	return &Failure{Code: code, Text: fmt.Sprintf(format, args...)}
}

// AsFailure returns err as a Failure, under the given code where it is of another kind.
func AsFailure(err error, code string) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return &Failure{Code: code, Text: err.Error()}
}
