package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"unmask/forensics"
	"unmask/media"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what is rendered as the golden files")

// render writes a case and returns its files by path.
func render(t *testing.T, formats []string, records ...*forensics.Record) map[string]string {
	t.Helper()
	dir := t.TempDir()
	digests, err := Case(dir, formats, header(), seq(records...))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(text)
		if digests[rel] != hexOf(string(text)) {
			t.Errorf("%s: the digest is not the file's", rel)
		}
		return err
	})
	if err != nil || len(files) != len(digests) {
		t.Fatalf("%d files, %d digests: %v", len(files), len(digests), err)
	}
	return files
}

func find(t *testing.T, content, ext string, files map[string]string) string {
	t.Helper()
	text, ok := files[reportPath(hexOf(content), ext)]
	if !ok {
		t.Fatalf("no %s report of %s", ext, content)
	}
	return text
}

// style is left out of the golden files: a change of it would touch all of them.
var style = regexp.MustCompile(`(?s)<style>.*?</style>`)

func TestGolden(t *testing.T) {
	files := render(t, []string{"html", "json"}, sample()...)
	for name, got := range map[string]string{
		"index.html": files["index.html"], "skipped.html": files["skipped.html"],
		"match.html": find(t, "match", "html", files), "match.json": find(t, "match", "json", files), "video.html": find(t, "video", "html", files),
	} {
		path := filepath.Join("testdata", name)
		got = style.ReplaceAllString(got, "<style></style>")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
			t.Errorf("%s (run with -update after checking): %s", name, d)
		}
	}
}

func TestTheSameJournalGivesTheSameBytes(t *testing.T) {
	a, b := render(t, Formats(), sample()...), render(t, Formats(), sample()...)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

func TestNothingFromAFileBecomesMarkup(t *testing.T) {
	for name, text := range render(t, []string{"html"}, sample()...) {
		for _, bad := range []string{"<img src=x", "<script>alert", "<b>Nadia", "<i>press", "<u>201", "<protected>", "<weiss>", "<script>alert(3", "<u>XMP", "<i>AI", "<s>number", "\u202e", "etc/passwd"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s contains %s", name, bad)
			}
		}
	}
}

func TestThePolicyAllowsThePagesOwnStyleAndScriptOnly(t *testing.T) {
	page := render(t, []string{"html"}, sample()...)["index.html"]
	_, policy, _ := strings.Cut(page, `Content-Security-Policy" content="`)
	policy, _, _ = strings.Cut(policy, `"`)
	policy = html.UnescapeString(policy)
	for _, tag := range []string{"style", "script"} {
		_, text, _ := strings.Cut(page, "<"+tag+">")
		text, _, ok := strings.Cut(text, "</"+tag+">")
		if !ok || !strings.Contains(policy, tag+"-src "+sourceHash([]byte(text))+";") {
			t.Errorf("%s does not allow the %s", policy, tag)
		}
	}
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
}

var links = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

func TestLinksStayInsideTheCaseAndLeadSomewhere(t *testing.T) {
	files := render(t, Formats(), sample()...)
	for name, text := range files {
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			rel := filepath.Join(filepath.Dir(name), target)
			if target == "" {
				rel = name
			}
			switch page, ok := files[rel]; {
			case strings.HasPrefix(rel, "evidence/"):
			case !ok || strings.Contains(target, ":"):
				t.Errorf("%s links to %s", name, m[1])
			case anchor != "" && !strings.Contains(page, `id="`+anchor+`"`):
				t.Errorf("%s links to %s, which has no such place", name, m[1])
			}
		}
	}
}

func TestAJSONReportIsTheRecordWithItsCopies(t *testing.T) {
	records := sample()
	files := render(t, []string{"json"}, records...)
	if len(files) != 6 { // one for each content
		t.Errorf("%d files", len(files))
	}
	var got struct {
		forensics.Record
		Copies []media.Item
	}
	if err := json.Unmarshal([]byte(find(t, "match", "json", files)), &got); err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		if r.Item.Path == "/e/b/match.jpg" {
			if d := cmp.Diff(*r, got.Record); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff([]media.Item{records[i+1].Item}, got.Copies); d != "" {
				t.Error(d)
			}
		}
	}
}

func TestJSONLIsOneRecordALine(t *testing.T) {
	var b bytes.Buffer
	records := sample()
	if err := JSONL(&b, header(), seq(records...)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != len(records) {
		t.Fatalf("%d lines", len(lines))
	}
	for i, l := range lines {
		var r forensics.Record
		if err := json.Unmarshal([]byte(l), &r); err != nil || r.Item.Path != records[i].Item.Path {
			t.Errorf("%s: %v", l, err)
		}
	}
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	dir := t.TempDir()
	_, err := Case(dir, []string{"json", "docx"}, header(), seq())
	if err == nil || !strings.Contains(err.Error(), `"docx": known are json, html`) {
		t.Errorf("error: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("wrote %v", left)
	}
}

func TestAnEmptyCaseHasAnIndex(t *testing.T) {
	if files := render(t, []string{"html"}); len(files) != 1 || !strings.Contains(files["index.html"], "Nothing was examined") {
		t.Errorf("%d files", len(files))
	}
}

func TestADigestThatIsNoneNamesNoFile(t *testing.T) {
	r := examined("/e/a.jpg", "a")
	r.Item.SHA256, r.Thumbnail = "../../../../tmp/evil", "../../x"
	if files := render(t, Formats(), r); len(files) != 1 || strings.Contains(files["index.html"], "evil") {
		t.Errorf("%d files", len(files))
	}
}

func TestErrorsAreKept(t *testing.T) {
	broken := errors.New("damaged")
	records := func(yield func(*forensics.Record, error) bool) { yield(nil, broken) }
	if _, err := Case(t.TempDir(), Formats(), header(), records); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
	if err := JSONL(&bytes.Buffer{}, header(), records); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
}

// A temporary file that is a link to /dev/full stands for a full disk.
func TestAFullDiskIsNamedAndLeavesTheOldFile(t *testing.T) {
	for _, rel := range []string{"index.html", reportPath(hexOf("match"), "html"), reportPath(hexOf("match"), "json")} {
		dir := t.TempDir()
		path := filepath.Join(dir, rel)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("old"), 0o644), os.Symlink("/dev/full", path+".tmp")); err != nil {
			t.Fatal(err)
		}
		_, err := Case(dir, Formats(), header(), seq(sample()...))
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), rel) {
			t.Errorf("error: %v", err)
		}
		if text, _ := os.ReadFile(path); string(text) != "old" {
			t.Errorf("%s was lost", rel)
		}
		if _, err := os.Lstat(path + ".tmp"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s.tmp was left: %v", rel, err)
		}
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if err := JSONL(full, header(), seq(sample()...)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("error: %v", err)
	}
}

// many yields n records, ten of each content, of which every third is skipped and every 100th failed.
func many(n int) iter.Seq2[*forensics.Record, error] {
	return func(yield func(*forensics.Record, error) bool) {
		for i := range n {
			path := fmt.Sprintf("/e/%07d.jpg", i)
			r := found(examined(path, fmt.Sprint(i/10)), forensics.Levels[i%4], forensics.Finding{Code: "edit.ghost", Detector: "ghost", Version: 2, Text: strings.Repeat("Long. ", 100)})
			switch {
			case i%100 == 0:
				r = refused(path, media.Failf("decode.corrupt", "broken"))
				r.Status = forensics.Failed
			case i%3 == 0:
				r = refused(path, media.Failf("format.unsupported", "no picture"))
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestListsHavePages(t *testing.T) {
	dir := t.TempDir()
	const n = 6000
	stale := filepath.Join(dir, "index-99.html")
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	digests, err := Case(dir, []string{"html"}, header(), many(n))
	if err != nil {
		t.Fatal(err)
	}
	rows, lists := map[string]int{}, map[string]int{}
	order := ""
	for page := 0; digests[pageName("index", page)] != ""; page++ {
		text, err := os.ReadFile(filepath.Join(dir, pageName("index", page)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`data-level="(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			rows[m[1]]++
			if !strings.HasSuffix(order, m[1]) {
				order += " " + m[1]
			}
		}
	}
	for name := range digests {
		list, _, _ := strings.Cut(strings.TrimSuffix(name, ".html"), "-")
		lists[list]++
	}
	if order != " high medium low none" || rows["high"]+rows["medium"]+rows["low"]+rows["none"] != 3960 {
		t.Errorf("order%s, rows %v", order, rows)
	}
	if lists["index"] != 8 || lists["skipped"] != 4 || lists["failed"] != 1 {
		t.Errorf("pages: %v", lists)
	}
	if _, err := os.Stat(stale); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a page of a longer list was left: %v", err)
	}
}

func TestMemoryDoesNotGrowWithRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("renders 20,000 records")
	}
	const n = 20000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := heap(), uint64(0)
	records := func(yield func(*forensics.Record, error) bool) {
		i := 0
		for r, err := range many(n) {
			if i++; i%5000 == 0 {
				most = max(most, heap())
			}
			if !yield(r, err) {
				return
			}
		}
	}
	if _, err := Case(t.TempDir(), Formats(), header(), records); err != nil {
		t.Fatal(err)
	}
	if used := max(most, heap()) - before; used > 8<<20 {
		t.Errorf("%d MiB in use for %d records", used>>20, n)
	}
}
