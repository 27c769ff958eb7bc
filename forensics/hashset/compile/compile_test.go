package compile

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/hashset/setfile"
	"unmask/media"
)

// digests of file n, which no file has.
func digests(n int) media.Item {
	text := fmt.Append(nil, "file ", n)
	m, s, l := md5.Sum(text), sha1.Sum(text), sha256.Sum256(text)
	return media.Item{MD5: hex.EncodeToString(m[:]), SHA1: hex.EncodeToString(s[:]), SHA256: hex.EncodeToString(l[:])}
}

// perceptual is a PDQ hash of 64 hex digits.
func perceptual(n int) string { return digests(1000 + n).SHA256 }

// write puts text into a file and returns its path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func compileAs(t testing.TB, name, text string) (Summary, *setfile.Set) {
	t.Helper()
	return compileFile(t, write(t, name, text))
}

func compileFile(t testing.TB, source string) (Summary, *setfile.Set) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "0-x.set")
	s, err := File(context.Background(), source, out)
	if err != nil {
		t.Fatal(err)
	}
	set, err := setfile.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	return s, set
}

func TestForms(t *testing.T) {
	d := []media.Item{digests(0), digests(1), digests(2)}
	p := []string{perceptual(0), perceptual(1), perceptual(2)}
	const mark = "\ufeff"
	for name, c := range map[string]struct {
		file, text string
		want       setfile.Counts
		damaged    int
	}{
		"MD5":            {"a.txt", d[0].MD5 + "\n" + d[1].MD5, setfile.Counts{2}, 0},
		"upper case":     {"a.txt", strings.ToUpper(d[0].MD5+"\n"+d[1].SHA1+"\n"+d[2].SHA256) + "\n", setfile.Counts{1, 1, 1}, 0},
		"twice":          {"a.txt", d[0].MD5 + "\n" + strings.ToUpper(d[0].MD5), setfile.Counts{1}, 0},
		"CR LF":          {"a.txt", "# a list\r\n\r\n" + d[0].SHA1 + "\r\n" + d[1].SHA1 + "\r\n", setfile.Counts{0, 2}, 0},
		"mark":           {"a.txt", mark + d[0].SHA256 + "\n", setfile.Counts{0, 0, 1}, 0},
		"md5sum":         {"a.txt", d[0].MD5 + "  a file, with a comma.jpg\n" + d[1].MD5 + " *binary.jpg\n", setfile.Counts{2}, 0},
		"second column":  {"a.txt", d[0].MD5 + ",x\n" + d[1].MD5 + ";x\n" + d[2].MD5 + "\tx\n", setfile.Counts{3}, 0},
		"sha256 of pdq":  {"a.txt", d[0].SHA256 + "  pdq\n", setfile.Counts{0, 0, 1}, 0},
		"labelled":       {"a.txt", "md5 " + d[0].MD5 + "\nSHA-1: " + d[1].SHA1 + "\nsha256:" + d[2].SHA256 + "\npdq " + p[0], setfile.Counts{1, 1, 1, 1}, 0},
		"damaged":        {"a.txt", d[0].MD5 + "\n" + d[1].MD5[:31] + "\nxyz\n" + strings.Repeat("g", 32) + "\n", setfile.Counts{1}, 3},
		"huge line":      {"a.txt", d[0].MD5 + "\n" + strings.Repeat("a", 1<<20) + "\n" + d[1].MD5 + "\n", setfile.Counts{2}, 1},
		"huge last line": {"a.txt", d[0].MD5 + "\n" + strings.Repeat("a", 1<<20), setfile.Counts{1}, 1},
		"wrong label":    {"a.txt", d[0].MD5 + "\nsha1 " + d[1].MD5 + "\n", setfile.Counts{1}, 1},

		"PDQ by name":    {"a.PDQ", p[0] + "\n" + p[1] + "\n" + d[0].MD5, setfile.Counts{1, 0, 0, 2}, 0},
		"PDQ by comment": {"a.txt", "# PDQ hashes\n" + p[0] + "\n" + p[1] + "\n", setfile.Counts{0, 0, 0, 2}, 0},
		"PDQ by label":   {"a.txt", "pdq " + p[0] + "\n" + p[1] + "\n", setfile.Counts{0, 0, 0, 2}, 0},
		"PDQ by title":   {"a.txt", "pdq\n" + p[0] + "\n", setfile.Counts{0, 0, 0, 1}, 0},
		"not PDQ":        {"a.txt", p[0] + "\n# pdq\n" + p[1] + "\n", setfile.Counts{0, 0, 2}, 0},
		"ThreatExchange": {"a.pdq", p[0] + ",100,a.jpg\n" + p[1] + ",49,plain.jpg\n" + p[2] + ",50,b.jpg", setfile.Counts{0, 0, 0, 2}, 1},
		"ThreatExchange, details": {"a.txt", "hash=" + p[0] + ",norm=128,delta=0,quality=100,filename=quality=3\n" +
			"hash=" + p[1] + ",norm=128,delta=12,quality=20,filename=b.jpg\n", setfile.Counts{0, 0, 0, 1}, 1},

		"table": {"a.csv", "sha256,md5\n" + d[0].SHA256 + "," + d[0].MD5 + "\n," + d[1].MD5 + "\n,\n", setfile.Counts{1, 0, 1}, 1},
		"table, quoted": {"a.csv", mark + "\"name\";\"MD5\";\"SHA-1\"\r\n\"a;b\"\"c\"\"\";\"" + d[0].MD5 + "\";\"" + strings.ToUpper(d[0].SHA1) + "\"\r\n",
			setfile.Counts{0, 1}, 0},
		"table, tabs":      {"a.tsv", "# made by hand\nName\tSHA1\nx\t" + d[0].SHA1 + "\ny\t" + d[1].SHA1[1:] + "\n", setfile.Counts{0, 1}, 1},
		"table, weaker":    {"a.csv", "md5,sha1\n" + d[0].MD5 + ",broken\n", setfile.Counts{1}, 1},
		"table, short row": {"a.csv", "a,b,md5\n1,2," + d[0].MD5 + "\n1\n", setfile.Counts{1}, 1},
		"table with PDQ": {"a.csv", "md5,pdq,quality\n" + d[0].MD5 + "," + p[0] + ",80\n," + p[1] + ",\n" + d[1].MD5 + "," + p[2] + ",10\n",
			setfile.Counts{2, 0, 0, 2}, 1},
		"NSRL text": {"NSRLFile.txt", "\"SHA-1\",\"MD5\",\"CRC32\",\"FileName\",\"FileSize\",\"ProductCode\",\"OpSystemCode\",\"SpecialCode\"\n\"" +
			strings.ToUpper(d[0].SHA1) + "\",\"" + strings.ToUpper(d[0].MD5) + "\",\"00000000\",\"a\"b.exe\",1,2,\"3\",\"\"\n", setfile.Counts{0, 1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, set := compileAs(t, c.file, c.text)
			if s.Counts != c.want || s.Damaged != c.damaged || len(s.Problems) != c.damaged {
				t.Errorf("%+v, want %v and %d damaged", s, c.want, c.damaged)
			}
			for _, p := range s.Problems {
				if !strings.HasPrefix(p, "line ") || strings.Contains(p, "\n") || len(p) > 200 {
					t.Errorf("%q", p)
				}
			}
			if c.want.Digests() > 0 && c.want[setfile.PDQ] == 0 && !strings.HasPrefix(name, "not ") {
				if _, ok := set.Lookup(&d[0]); !ok {
					t.Error("the first is not found")
				}
			}
		})
	}
}

func TestDamagedLinesAreNumberedAndCounted(t *testing.T) {
	s, _ := compileAs(t, "a.txt", digests(0).MD5+"\n\n"+strings.Repeat("?\n", 30))
	if len(s.Problems) != 20 || s.Damaged != 30 || !strings.HasPrefix(s.Problems[0], `line 3: "?" is no digest`) {
		t.Errorf("%+v", s)
	}
}

func TestSourcesWithoutDigests(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"empty":           {"a.txt", "", "it is empty"},
		"mark only":       {"a.txt", "\ufeff", "holds no digest"},
		"comments":        {"a.txt", "# nothing\n\n", "holds no digest"},
		"prose":           {"a.txt", "Dear colleagues,\nthis is no list.\n", `(line 1: "Dear" is no digest`},
		"UTF-16":          {"a.txt", "\xff\xfea\x00b\x00", "UTF-16"},
		"picture":         {"a.txt", "\xff\xd8\xff\xe0\x00\x10JFIF", "neither text, JSON nor"},
		"header only":     {"a.csv", "md5,name\n", "holds no digest"},
		"other JSON":      {"a.json", `{"a":[1,2,{"value":3}]}`, "holds no digest"},
		"JSON no media":   {"a.json", `{"value":{"MD5":"x"}}`, "holds no digest"},
		"JSON, bad entry": {"a.json", `{"value":[{"MD5":null}]}`, "(entry 1: MD5 has 32 hex digits, not 0)"},
		"JSON deep":       {"a.json", `{"a":` + strings.Repeat("[", 100_000), "nested more than 1000 deep"},
		"JSON deep cases": {"a.json", `{"value":` + strings.Repeat(`[{"Media":`, 100_000), "exceeded max depth"},
		"JSON huge value": {"a.json", `{"value":[{"MD5":"` + strings.Repeat("a", 40<<20) + `"}]}`, "one value is longer than"},
		"broken SQLite":   {"a.db", "SQLite format 3\x00" + strings.Repeat("\x01", 4096), "SQLite database"},
	} {
		out := filepath.Join(t.TempDir(), "a.set")
		_, err := File(context.Background(), write(t, c.file, c.text), out)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); left != nil {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
	if _, err := File(context.Background(), filepath.Join(t.TempDir(), "missing"), "x"); err == nil || !strings.HasSuffix(err.Error(), `missing": no such file or directory`) {
		t.Error(err)
	}
	if _, err := File(context.Background(), t.TempDir(), "x"); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Error(err)
	}
}

func TestTheSameSourceIsNotCompiledAgain(t *testing.T) {
	source, out := write(t, "a.txt", digests(0).MD5+"\nx\n"), filepath.Join(t.TempDir(), "a.set")
	first, err := File(context.Background(), source, out)
	if err != nil || first.Reused {
		t.Fatal(first, err)
	}
	again, err := File(context.Background(), source, out)
	if err != nil || !again.Reused || again.Info != first.Info {
		t.Errorf("%+v %v", again, err)
	}
	damage(t, out)
	if s, err := File(context.Background(), source, out); err != nil || s.Reused {
		t.Errorf("a damaged file was used: %+v %v", s, err)
	}
	if err := os.WriteFile(source, []byte(digests(1).MD5), 0o644); err != nil {
		t.Fatal(err)
	}
	if s, err := File(context.Background(), source, out); err != nil || s.Reused || s.Source == first.Source {
		t.Errorf("%+v %v", s, err)
	}
}

func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-3] ^= 1
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAnInterruptedRunStops(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("interrupted")
	cancel(cause)
	if _, err := File(ctx, write(t, "a.txt", digests(0).MD5), filepath.Join(t.TempDir(), "a.set")); !errors.Is(err, cause) {
		t.Error(err)
	}
}
