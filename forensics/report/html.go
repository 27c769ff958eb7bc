package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"unmask/forensics"
)

//go:embed page
var pages embed.FS

// templates are the pages, with every function they call. Nothing is printed but through html/template's escaping.
func templates() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"segments": segments, "splitPath": splitPath, "plain": plain, "count": count[int], "plural": plural, "size": size, "number": number,
		"odds": odds, "clock": clock, "modified": modified, "frames": frames, "describe": describe, "where": where,
		"evidence": evidence, "reportPath": reportPath, "firstLine": firstLine, "verdict": verdictName,
		"meanings": func() []meaning { return meanings[:] }, "verdicts": func() []verdict { return verdicts[:] },
		"short":    func(digest string) string { return digest[:min(16, len(digest))] },
		"hashSets": hashSets, "share": share, "signed": signed, "kinds": kinds, "rules": rules, "add": func(a, b int) int { return a + b },
	}).ParseFS(pages, "page/*.html")
}

// shell is what every page carries.
type shell struct {
	Title    string
	Style    template.CSS
	Script   template.JS
	Policy   string // Content-Security-Policy: own style and script, pictures beside the page, and nothing else
	Header   forensics.Header
	Renderer string // version of unmask that made the page
}

func newShell(h forensics.Header) (shell, error) {
	style, err := pages.ReadFile("page/style.css")
	if err != nil {
		return shell{}, err
	}
	script, err := pages.ReadFile("page/filter.js")
	if err != nil {
		return shell{}, err
	}
	policy := fmt.Sprintf("default-src 'none'; img-src 'self' file:; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", sourceHash(style), sourceHash(script))
	return shell{Style: template.CSS(style), Script: template.JS(script), Policy: policy, Header: h, Renderer: forensics.Version}, nil
}

// sourceHash allows one inline text in a Content-Security-Policy.
func sourceHash(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// html writes the reports for people, and the index that leads to them.
func (c *casefile) html() error {
	t, err := templates()
	if err != nil {
		return err
	}
	sh, err := newShell(c.header)
	if err != nil {
		return err
	}
	x, err := newIndex(c.out.dir)
	if err != nil {
		return err
	}
	defer x.close()
	for r, err := range c.records {
		if err != nil {
			return err
		}
		rep, err := c.report(r)
		if err != nil {
			return err
		}
		if err := x.add(r, rep == nil, c.copies.known); err != nil {
			return err
		}
		if rep == nil {
			continue
		}
		p := newFilePage(sh, rep, c.hasJSON, c.copies.known)
		if err := c.out.write(reportPath(r.Item.SHA256, "html"), func(w io.Writer) error { return t.ExecuteTemplate(w, "file.html", p) }); err != nil {
			return err
		}
	}
	return x.write(c.out, t, sh)
}
