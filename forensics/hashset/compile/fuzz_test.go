package compile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/hashset/setfile"
)

// FuzzCompile: whatever the source, either one clear error and no file, or a whole file with something in it.
func FuzzCompile(f *testing.F) {
	d := digests(0)
	for _, seed := range []string{
		d.MD5 + "\r\n" + d.SHA1 + "\n" + d.SHA256, "# pdq\n" + perceptual(0) + ",40,x", "hash=" + perceptual(0) + ",norm=128,quality=100",
		"sha256;md5;pdq;quality\n" + d.SHA256 + ";\"" + d.MD5 + "\";" + perceptual(1) + ";90", "\ufeff" + vicsOf(fmt.Sprintf(`{"MD5":%q,"Category":"1"}`, d.MD5)),
		`{"value":[{"Media":[{"SHA1":"` + d.SHA1 + `"},[1,{}]]}]}`, "md5", "pdq:", "hash=", "\"", "\xff\xfe", "",
	} {
		f.Add([]byte(seed))
	}
	db, err := os.ReadFile(database(f, "a.db", nsrlTable, fmt.Sprintf("INSERT INTO FILE VALUES ('%s', 'x', '%s', '', 'a', 1, 1)", d.SHA256, d.MD5)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(db)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		source, out := filepath.Join(dir, "source"), filepath.Join(dir, "out.set")
		os.Remove(out)
		if err := os.WriteFile(source, data, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := File(context.Background(), source, out)
		if err != nil {
			if _, there := os.Stat(out); there == nil || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%v; %v", err, there)
			}
			return
		}
		set, err := setfile.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer set.Close()
		total := 0
		for _, n := range s.Counts {
			total += n
		}
		if set.Info != s.Info || set.Check() != nil || total == 0 || total > len(data)/16 && !bytes.HasPrefix(data, []byte("SQLite")) {
			t.Fatalf("%+v", s)
		}
	})
}

// BenchmarkMillionLines compiles a list of a million SHA-1 digests.
func BenchmarkMillionLines(b *testing.B) {
	var text bytes.Buffer
	for n := range 1_000_000 {
		fmt.Fprintf(&text, "%s  file %d.jpg\n", digests(n).SHA1, n)
	}
	benchmark(b, write(b, "a.txt", text.String()), 1_000_000)
}

// BenchmarkMillionMedia compiles a Project VIC hash set of a million media.
func BenchmarkMillionMedia(b *testing.B) {
	text := bytes.NewBufferString(`{"value":[`)
	for n := range 1_000_000 {
		d := digests(n)
		fmt.Fprintf(text, `{"MediaID":%d,"Category":1,"MD5":%q,"SHA1":%q,"VictimIdentified":"false","OffenderIdentified":false,"Series":"","Tags":null,"MediaSize":4711},`, n, d.MD5, d.SHA1)
	}
	text.WriteString(`{}]}`)
	benchmark(b, write(b, "vics.json", text.String()), 1_000_000)
}

// BenchmarkMillionRows compiles an NSRL database with a million rows.
func BenchmarkMillionRows(b *testing.B) {
	path := database(b, "a.db", "PRAGMA synchronous=OFF", nsrlTable, `INSERT INTO FILE WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 1000000)
		SELECT printf('%064X', n*2654435761), printf('%040X', n*2654435761), printf('%032X', n*2654435761), '00000000', 'a file name.dll', 1, 1 FROM c`)
	benchmark(b, path, 1_000_000)
}

func benchmark(b *testing.B, source string, want int) {
	if st, err := os.Stat(source); err == nil {
		b.SetBytes(st.Size())
	}
	for b.Loop() {
		s, err := File(context.Background(), source, filepath.Join(b.TempDir(), "a.set"))
		if err != nil || s.Counts.Digests() != want {
			b.Fatal(s, err)
		}
	}
}
