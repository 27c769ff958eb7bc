package report

import (
	"fmt"
	"strings"
	"testing"

	"unmask/forensics"
)

// deep nests a claim in another n times.
func deep(n int) forensics.Claim {
	c := forensics.Claim{Kind: "c2pa", Place: "a box", Says: fmt.Sprint("level ", n)}
	if n > 0 {
		c.Contains = []forensics.Claim{deep(n - 1)}
	}
	return c
}

func TestAHugeTreeOfClaimsIsCut(t *testing.T) {
	r := examined("/e/huge.jpg", "huge")
	for i := range 3000 {
		c := forensics.Claim{Kind: "exif", Place: "a directory", Says: fmt.Sprint("claim ", i)}
		for j := range 200 {
			c.Fields = append(c.Fields, forensics.Field{Name: fmt.Sprint("tag ", j), Value: strings.Repeat("long ", 2000)})
		}
		r.Claims = append(r.Claims, c)
	}
	nested := examined("/e/deep.jpg", "deep")
	nested.Claims = []forensics.Claim{deep(200)}
	files := render(t, []string{"html"}, nested, r)
	page := find(t, "huge", "html", files)
	if n := strings.Count(page, "<details"); n != claimsShown || !strings.Contains(page, "2,600 more") || !strings.Contains(page, "140 more fields") {
		t.Errorf("%d claims", n)
	}
	if n := strings.Count(find(t, "deep", "html", files), "<details"); n != claimsDeep {
		t.Errorf("%d levels", n)
	}
}

func TestTheFourAnswersOfAManifestAreIndependent(t *testing.T) {
	check := func(what string, r forensics.CheckState) forensics.Check {
		return forensics.Check{What: what, Result: r, Detail: "because"}
	}
	c := forensics.Claim{Kind: "c2pa", Origin: forensics.MadeByAI, Says: "x", Checks: []forensics.Check{check("integrity", forensics.Fell), check("trust of the signer", forensics.Passed), check("claim of AI", forensics.NotChecked)}}
	var got []string
	for _, a := range newStatement(&c).Answers {
		got = append(got, a.Word)
	}
	if strings.Join(got, ", ") != "failed, passed, not checked, yes" {
		t.Error(got)
	}
}

func TestFindingsBetweenFilesLeadToBothReports(t *testing.T) {
	files := render(t, []string{"html"}, sample()...)
	index := files["index.html"]
	section := index[strings.Index(index, `id="between"`):strings.Index(index, `id="searched"`)]
	for _, want := range []string{"contradiction.ids", reportPath(hexOf("match"), "html"), reportPath(hexOf("video"), "html")} {
		if !strings.Contains(section, want) {
			t.Errorf("no %s in %s", want, section)
		}
	}
	if strings.Contains(section, "copy_without") {
		t.Error("what says nothing against a file is listed")
	}
	if !strings.Contains(find(t, "match", "html", files), "../../"+reportPath(hexOf("video"), "html")) {
		t.Error("the file's report does not lead to the other")
	}
}
