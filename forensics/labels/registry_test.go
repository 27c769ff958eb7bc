package labels

import (
	"strings"
	"testing"

	"unmask/forensics"
)

func TestRegistry(t *testing.T) {
	const doubao, tencent = "91110102MACQD9K640", "91440300708461136T"
	for name, csv := range map[string]string{
		"plain":               doubao + ",Spring\n" + tencent + ",Tencent\n",
		"headings":            "code,name\n" + doubao + ",Spring\n" + tencent + ",Tencent",
		"columns exchanged":   "Name,USCC\nSpring," + doubao + "\nTencent," + tencent,
		"more columns":        "id,名称,date,编码\n1,Spring,2025," + doubao + "\n2,Tencent,2025," + tencent,
		"byte order mark":     "\ufeffcredit_code,name\r\n" + doubao + ",Spring\r\n" + tencent + ",Tencent\r\n",
		"quoted":              `"code","name"` + "\n\"" + doubao + "\",\"Spring\"\n\n\"" + tencent + `", "Tencent"`,
		"whole code":          "001191110102MACQD9K64010000,Spring\n" + tencent + ",Tencent",
		"two files":           "\ufeffcode,name\n" + doubao + ",Spring\n\n\ufeffname,code\nTencent," + tencent + "\n",
		"the same line twice": doubao + ",Spring\n" + doubao + ",Spring\n" + tencent + ",Tencent\n",
	} {
		g, err := readRegistry([]byte(csv))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for value, want := range map[string]string{"001191110102MACQD9K64010000": "Spring", "001191440300708461136T1XGW3": "Tencent", "tencent": "Tencent", "001191110102MAD55U9H0F10002": "", "Other": ""} {
			if got, found := g.look(value); got != want || found != (want != "") {
				t.Errorf("%s: %s is %q", name, value, got)
			}
		}
	}
	for name, c := range map[string]struct{ csv, want string }{
		"no name":       {doubao + ",Spring\n" + tencent + ",\n", "line 2: it lacks"},
		"one column":    {"code,name\n" + doubao + "\n", "line 2: it lacks"},
		"wrong digit":   {"code,name\n\n91110102MACQD9K641,Spring\n", "line 3: the credit code"},
		"wrong code":    {"001191110102MACQD9K64110000,Spring\n", "line 1: the code"},
		"open quote":    {doubao + ",Spring\n" + `"` + tencent + ",Tencent\n", "line 2: "},
		"contradiction": {doubao + ",Spring\n" + doubao + ",Autumn\n", "line 2: the code"},
		"no names":      {"code,date\n" + doubao + ",2025\n", "line 1: its headings"},
		"empty":         {"\n", "names no producer"},
	} {
		if _, err := readRegistry([]byte(c.csv)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "--registry") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Detector.New(forensics.Env{Registry: []byte(c.csv)}); err == nil {
			t.Errorf("%s: the detector starts", name)
		}
	}
	if g, err := readRegistry(nil); g != nil || err != nil {
		t.Error(g, err)
	}
}

func TestUnregisteredProducer(t *testing.T) {
	for value, want := range map[string]string{
		object1: "label.aigc.present label.aigc.unregistered",
		strings.Replace(object1, "001191110102MACQD9K64010000", "Tencent", 1):                     "label.aigc.present",
		strings.Replace(object1, "001191110102MACQD9K64010000", "001191440300708461136T1XGW3", 1): "label.aigc.present",
		strings.Replace(object1, "D9K640", "D9K641", 1):                                           "label.aigc.present label.aigc.producer_invalid label.aigc.unregistered",
	} {
		if _, found := claims(t, inText(value), "91440300708461136T,Tencent"); codes(found) != want {
			t.Errorf("%s: %s", value, codes(found))
		}
	}
	if _, found := claims(t, inText(object1), ""); codes(found) != "label.aigc.present" {
		t.Errorf("without a registry: %s", codes(found))
	}
}

func FuzzRegistry(f *testing.F) {
	f.Add([]byte("code,name\n91110102MACQD9K640,Spring\n"), "001191110102MACQD9K64010000")
	f.Add([]byte("\ufeff名称,编码\n\"Spring\",001191110102MACQD9K64010000\n"), "Spring")
	f.Add([]byte("\"a\n,b"), "")
	f.Fuzz(func(t *testing.T, csv []byte, value string) {
		g, err := readRegistry(csv)
		if err != nil || g == nil {
			return
		}
		if name, found := g.look(value); found && name == "" {
			t.Fatalf("%q is registered without a name", value)
		}
		for code, name := range g.names {
			if got, found := g.look(code); !found || got != name {
				t.Fatalf("%q is %q, not %q", code, got, name)
			}
		}
	})
}
