package compile

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"unmask/forensics/hashset/setfile"
	"unmask/media"
)

func vicsOf(entries ...string) string {
	return `{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media","value":[` + strings.Join(entries, ",") + `]}`
}

func TestVICS(t *testing.T) {
	d := []media.Item{digests(0), digests(1), digests(2), digests(3)}
	set := []string{
		fmt.Sprintf(`{"MediaID":1,"Category":1,"MD5":%q,"IsDistributed":"false","VictimIdentified":true,"Exifs":[{"PropertyName":"MD5","MD5":"no"}]}`, strings.ToUpper(d[0].MD5)),
		fmt.Sprintf(`{"MediaID":2,"Category":null,"MD5":%q,"SHA1":%q,"MediaFiles":[{"MD5":"no","FilePath":"a\\b"}]}`, d[1].MD5, d[1].SHA1),
		fmt.Sprintf(`{"Category":"2","md5":%q,"SHA1":""}`, d[2].MD5),
		fmt.Sprintf(`{"Category":0,"MD5":%q}`, strings.ToUpper(d[0].MD5)),
		`{"MediaID":5}`, `7`,
	}
	cases := `{"value":[{"CaseID":"x","Media":[` + strings.Join(set, ",") + `],"MD5":"no"}],"more":{}}`
	for name, text := range map[string]string{"hash set": vicsOf(set...), "mark": "\ufeff \r\n" + vicsOf(set...), "case": cases} {
		s, got := compileAs(t, "vics.json", text)
		if s.Counts != (setfile.Counts{2, 1}) || s.Damaged != 2 || !strings.HasPrefix(s.Problems[0], "entry 5: MD5") || s.Problems[1] != "entry 6: it is no object" {
			t.Errorf("%s: %+v", name, s)
		}
		for i, want := range []uint8{1, 0, 2} {
			if hit, ok := got.Lookup(&d[i]); !ok || hit.Category != want {
				t.Errorf("%s, entry %d: %+v %v", name, i, hit, ok)
			}
		}
		if _, ok := got.Lookup(&d[3]); ok {
			t.Errorf("%s: found what is not there", name)
		}
	}
}

// A set that breaks off is no smaller set: what is missing would pass for unknown.
func TestTruncatedJSONIsRefused(t *testing.T) {
	text := vicsOf(fmt.Sprintf(`{"MD5":%q}`, digests(0).MD5), fmt.Sprintf(`{"MD5":%q}`, digests(1).MD5))
	for cut := 1; cut < len(text); cut++ {
		out := filepath.Join(t.TempDir(), "a.set")
		_, err := File(context.Background(), write(t, "vics.json", text[:cut]), out)
		if err == nil {
			t.Fatalf("cut to %q: accepted", text[:cut])
		}
		if cut == len(text)-3 && !strings.Contains(err.Error(), "behind entry 1: unexpected EOF") {
			t.Error(err)
		}
	}
}
