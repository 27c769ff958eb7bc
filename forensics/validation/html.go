package validation

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

// HTML writes a report as one page without script that loads nothing.
func (r *Report) HTML(w io.Writer) error {
	style, err := pages.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	t, err := template.New("").Funcs(template.FuncMap{
		"name":   func(s string) string { return cut(s, 200) },
		"limits": func() string { return Limits },
		"wide":   func() float64 { return plotWide },
		"high":   func() float64 { return plotHigh },
		"below":  func() float64 { return plotHigh + 16 },
		"count":  func(m map[forensics.Verdict]int, v string) int { return m[forensics.Verdict(v)] },
		"short":  func(digest string) string { return digest[:min(16, len(digest))] },
	}).ParseFS(pages, "page/*.html")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(style)
	return t.ExecuteTemplate(w, "validation.html", struct {
		*Report
		Style    template.CSS
		Policy   string
		Renderer string
	}{r, template.CSS(style), fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'", base64.StdEncoding.EncodeToString(sum[:])), forensics.Version})
}
