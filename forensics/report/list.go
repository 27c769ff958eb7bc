package report

import (
	"html/template"
	"io"
	"iter"
)

// listPage is a page of a list of files that were not examined.
type listPage struct {
	shell
	Rows  []row
	Pager pager
}

func writeList(out *folder, t *template.Template, sh shell, list, title string, rows *spool[row]) error {
	next, stop := iter.Pull2(rows.all())
	defer stop()
	for n := range newPager(list, 0, rows.n).Pages {
		p := listPage{shell: sh, Pager: newPager(list, n, rows.n)}
		p.Title = title
		for range p.Pager.To - n*pageRows {
			r, err, _ := next()
			if err != nil {
				return err
			}
			p.Rows = append(p.Rows, r)
		}
		if err := out.write(pageName(list, n), func(w io.Writer) error { return t.ExecuteTemplate(w, "list.html", p) }); err != nil {
			return err
		}
	}
	return nil
}
