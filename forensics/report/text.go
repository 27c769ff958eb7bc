package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"unmask/forensics"
	"unmask/media"
)

// segment is a stretch of text that can be shown as it is, or one character that would go unseen or change how its neighbours
// are shown: a control, a line break, a mark of direction, a space that is none of the usual two. Those are printed as U+XXXX.
type segment struct {
	Text    string
	Control bool
}

func hidden(r rune) bool {
	return r != ' ' && r != '\u3000' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Zs)
}

// segments splits text so that nothing in it goes unseen.
func segments(text string) []segment {
	var out []segment
	text = strings.ToValidUTF8(text, "\uFFFD")
	from := 0
	for i, r := range text {
		if !hidden(r) {
			continue
		}
		if i > from {
			out = append(out, segment{Text: text[from:i]})
		}
		out = append(out, segment{fmt.Sprintf("U+%04X", r), true})
		from = i + len(string(r))
	}
	if from < len(text) {
		out = append(out, segment{Text: text[from:]})
	}
	return out
}

// plain is the text of segments where no markup can stand, as in a title.
func plain(text string) string {
	var b strings.Builder
	for _, s := range segments(text) {
		if s.Control {
			s.Text = "[" + s.Text + "]"
		}
		b.WriteString(s.Text)
	}
	return b.String()
}

// splitPath splits a printed path into its folder, with the last slash, and its name.
func splitPath(p string) [2]string {
	i := strings.LastIndexByte(p, '/') + 1
	return [2]string{p[:i], p[i:]}
}

// clip shortens a text to about n bytes for a list; the whole text stands in the file's report.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := strings.LastIndexByte(text[:n], ' ')
	if cut < n/2 {
		cut = n
	}
	return strings.ToValidUTF8(text[:cut], "") + " …"
}

// count prints 1234567 as 1,234,567.
func count[T int | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural prints a number with its noun.
func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + more
}

// size prints bytes in the largest unit of 1000 that leaves at least one.
func size(n int64) string {
	v, units := float64(n), []string{"kB", "MB", "GB", "TB", "PB", "EB"}
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	i := -1
	for v >= 999.5 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	return fmt.Sprintf("%.3g %s", v, units[i])
}

// number prints at most five significant digits.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 5, 64) }

// signed prints a log10 likelihood ratio.
func signed(llr10 float64) string { return fmt.Sprintf("%+.2f", llr10) }

// odds prints 10^llr10 as "20 to 1" or "1 to 20".
func odds(llr10 float64) string {
	n := strconv.FormatFloat(math.Pow(10, math.Abs(llr10)), 'g', 2, 64)
	if llr10 < 0 {
		return "1 to " + n
	}
	return n + " to 1"
}

// clock prints seconds as a player does: m:ss.s, or h:mm:ss.s.
func clock(seconds float64) string {
	tenths := int64(math.Round(seconds * 10))
	text := fmt.Sprintf("%02d.%d", tenths/10%60, tenths%10)
	if hours := tenths / 36000; hours > 0 {
		return fmt.Sprintf("%d:%02d:%s", hours, tenths/600%60, text)
	}
	return fmt.Sprintf("%d:%s", tenths/600, text)
}

func modified(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.UTC().Format("2006-01-02 15:04:05.999999999 UTC")
}

// frames prints indices as ranges: "0–7, 120–127".
func frames(indices []int) string {
	var out []string
	for i := 0; i < len(indices); {
		j := i
		for j+1 < len(indices) && indices[j+1] == indices[j]+1 {
			j++
		}
		text := strconv.Itoa(indices[i])
		if j > i {
			text += "–" + strconv.Itoa(indices[j])
		}
		out = append(out, text)
		i = j + 1
	}
	return strings.Join(out, ", ")
}

// describe says in a few words what a file holds.
func describe(m media.Info) string {
	var out []string
	if m.Format != "" {
		out = append(out, strings.ToUpper(m.Format))
	}
	if m.Width > 0 {
		out = append(out, fmt.Sprintf("%d × %d", m.Width, m.Height))
	}
	if m.Duration > 0 {
		out = append(out, number(math.Round(m.Duration*10)/10)+" s")
	}
	return strings.Join(out, " · ")
}

// where says in words what a region points at.
func where(r *forensics.Region) string {
	var out []string
	if r.Frame != nil {
		out = append(out, fmt.Sprintf("frame %d", *r.Frame))
	}
	if b := r.Box; b != nil {
		out = append(out, fmt.Sprintf("box of %d × %d pixels at x %d, y %d", b[2], b[3], b[0], b[1]))
	}
	if r.Share > 0 {
		out = append(out, fmt.Sprintf("%s %% of the picture", number(math.Round(1000*r.Share)/10)))
	}
	if r.Offset != nil {
		text := fmt.Sprintf("byte offset %d (0x%x)", *r.Offset, *r.Offset)
		if r.Length != nil {
			text += fmt.Sprintf(", %d bytes", *r.Length)
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// evidence is the path of an evidence file in the case folder, empty where ref names none.
func evidence(ref forensics.Ref, ext string) string {
	if !isDigest(string(ref)) {
		return ""
	}
	return "evidence/" + string(ref[:2]) + "/" + string(ref) + "." + ext
}

// firstLine is what a detector looks for; the rest of its doc is method and limits.
func firstLine(doc string) string {
	first, _, _ := strings.Cut(doc, "\n")
	return first
}

// share prints a share of 0..1, or that it was not measured.
func share(v *float64) string {
	if v == nil {
		return "not measured"
	}
	return strconv.FormatFloat(*v, 'f', 3, 64)
}

// kinds prints what a detector examines.
func kinds(k media.Kind) string { return strings.ReplaceAll(k.String(), ",", " and ") }

// hashSets are the kind, name and digest of each hash set that a run was given.
func hashSets(h forensics.Header) (out [][3]string) {
	for _, key := range slices.Sorted(maps.Keys(h.Parts)) {
		if rest, ok := strings.CutPrefix(key, "hashset "); ok {
			kind, name, _ := strings.Cut(rest, " ")
			out = append(out, [3]string{kind, name, h.Parts[key]})
		}
	}
	return out
}
