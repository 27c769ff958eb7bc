package compile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/hashset/setfile"
)

// database writes an SQLite database.
func database(t testing.TB, name string, statements ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	db, err := sql.Open("sqlite", filepath.Join(dir, "new"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(db.Close(), os.Rename(filepath.Join(dir, "new"), path)); err != nil {
		t.Fatal(err)
	}
	return path
}

const nsrlTable = "CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR, md5 VARCHAR, crc32 VARCHAR, file_name VARCHAR, file_size INTEGER, package_id INTEGER)"

func TestNSRL(t *testing.T) {
	statements := []string{nsrlTable, "CREATE VIEW DISTINCT_HASH AS SELECT DISTINCT sha256, sha1, md5, crc32 FROM FILE"}
	for n := range 300 {
		d := digests(n % 250)
		statements = append(statements, strings.ToUpper(fmt.Sprintf("INSERT INTO FILE VALUES ('%s', '%s', '%s', '00000000', 'a', 1, %d)", d.SHA256, d.SHA1, d.MD5, n)))
	}
	d := digests(998)
	statements = append(statements, "INSERT INTO FILE VALUES ('short', '"+d.SHA1+"', '', '', '', 0, 0)", "INSERT INTO FILE VALUES ('', NULL, NULL, '', '', 0, 0)")
	path := database(t, "RDS 100% #1?.db", statements...)
	before, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	s, set := compileFile(t, path)
	if s.Counts != (setfile.Counts{0, 1, 250}) || s.Damaged != 1 || !strings.HasPrefix(s.Problems[0], "row 301: SHA-256 has 64") {
		t.Errorf("%+v", s)
	}
	for n := range 260 {
		d := digests(n)
		if _, ok := set.Lookup(&d); ok != (n < 250) {
			t.Errorf("file %d: %v", n, ok)
		}
	}
	if after, err := os.ReadDir(filepath.Dir(path)); err != nil || len(after) != len(before) {
		t.Errorf("something was written beside the database: %v %v", after, err)
	}
}

func TestOtherDatabasesAreRefused(t *testing.T) {
	for _, statement := range []string{
		"CREATE TABLE other (md5 TEXT)", "CREATE TABLE FILE (name TEXT)",
		"CREATE VIEW FILE AS WITH RECURSIVE c(md5) AS (SELECT 'x' UNION ALL SELECT md5 FROM c) SELECT md5 FROM c", // never ends
	} {
		_, err := File(context.Background(), database(t, "a.db", statement), filepath.Join(t.TempDir(), "a.set"))
		if err == nil || !strings.Contains(err.Error(), "no table FILE") {
			t.Errorf("%s: %v", statement, err)
		}
	}
}
