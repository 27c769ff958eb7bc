package compile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"unmask/forensics/hashset/setfile"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// readNSRL reads the table FILE of an NSRL RDSv3 database: of each row the strongest digest. The database is opened read-only and as
// one that nobody changes, so that nothing is written beside it; what a write-ahead log beside it holds is not read.
func (c *collector) readNSRL(ctx context.Context, path string) error {
	full, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	name := url.URL{Scheme: "file", Path: full, RawQuery: "mode=ro&immutable=1&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return err
	}
	if err := errors.Join(c.readFile(ctx, db), db.Close()); err != nil {
		return fmt.Errorf("the SQLite database: %w", err)
	}
	return nil
}

// readFile reads the table FILE.
func (c *collector) readFile(ctx context.Context, db *sql.DB) error {
	present, err := columns(ctx, db)
	if err != nil {
		return err
	}
	var algorithms []setfile.Algorithm
	var names []string
	for _, a := range []setfile.Algorithm{setfile.SHA256, setfile.SHA1, setfile.MD5} {
		if name := strings.ToLower(strings.ReplaceAll(a.String(), "-", "")); present[name] {
			algorithms, names = append(algorithms, a), append(names, name)
		}
	}
	if names == nil {
		return errors.New("it has no table FILE with a column sha256, sha1 or md5, as NSRL RDSv3 has")
	}
	rows, err := db.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM FILE")
	if err != nil {
		return err
	}
	defer rows.Close()
	cells, into := make([]sql.RawBytes, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	for number := 1; rows.Next(); number++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := c.strongest(number, algorithms, cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// columns names the columns of the table FILE in lower case. A view of that name could hold any query, so it does not count.
func columns(ctx context.Context, db *sql.DB) (map[string]bool, error) {
	const query = "SELECT c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND upper(m.name) = 'FILE'"
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out[strings.ToLower(name)] = true
	}
	return out, rows.Err()
}

// strongest keeps the strongest digest of a row.
func (c *collector) strongest(number int, algorithms []setfile.Algorithm, cells []sql.RawBytes) error {
	for i, a := range algorithms {
		if len(cells[i]) == 0 {
			continue
		}
		var digest [32]byte
		if err := a.Decode(&digest, cells[i]); err != nil {
			c.bad("row", number, "%v", err)
			continue
		}
		return c.add(a, &digest, 0)
	}
	return nil
}
