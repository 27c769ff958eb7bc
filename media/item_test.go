package media

import (
	"encoding/json"
	"testing"
	"testing/quick"
)

func TestPathKeepsOrdinaryNames(t *testing.T) {
	for _, name := range []string{"a.jpg", "/x/ünïcode \"quoted\"\nnew line.jpg", `back\slash`, ""} {
		if got := Path(name).String(); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
}

func TestPathEscapesWhatIsNoUTF8(t *testing.T) {
	for name, want := range map[string]string{"\xff": `\xff`, "a\\\xfe.jpg": `a\\\xfe.jpg`, `\xff`: `\\xff`} {
		if got := Path(name).String(); got != want {
			t.Errorf("%q became %q, not %q", name, got, want)
		}
	}
}

func TestPathsSurviveJSONAndStayDistinct(t *testing.T) {
	seen := map[string]string{}
	back := func(raw []byte, useHex bool) bool {
		name := string(raw)
		if useHex {
			name += `\xab`
		}
		text, err := json.Marshal(Path(name))
		if err != nil {
			return false
		}
		if other, ok := seen[string(text)]; ok && other != name {
			t.Errorf("%q and %q are both %s", name, other, text)
		}
		seen[string(text)] = name
		var p Path
		return json.Unmarshal(text, &p) == nil && string(p) == name
	}
	if err := quick.Check(back, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
}
