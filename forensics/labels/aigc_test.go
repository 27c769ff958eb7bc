package labels

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"unmask/forensics"
	"unmask/media"

	"github.com/google/go-cmp/cmp"
)

// unregistered reads labels without a registry.
func unregistered(p *forensics.Pass) error { return run(p, nil) }

// inText is a PNG that carries a label as the practice guide wants it.
func inText(value string) []byte { return pngWith(chunk("tEXt", "AIGC\x00"+value)) }

// claims returns what a file says of itself, read with a registry.
func claims(t testing.TB, file []byte, csv string) ([]forensics.Claim, []forensics.Finding) {
	t.Helper()
	env := forensics.Env{}
	if csv != "" {
		env.Registry = []byte(csv)
	}
	read, err := Detector.New(env)
	if err != nil {
		t.Fatal(err)
	}
	p := forensics.NewPass(sample(t, file), env)
	if res, err := p.Detect(&Detector, read); err != nil || res.Status == forensics.Broken {
		t.Fatal(res, err)
	}
	return p.Claims(), p.Findings()
}

func wide(s string) string {
	out := ""
	for _, u := range utf16.Encode([]rune(s)) {
		out += string([]byte{byte(u), byte(u >> 8)})
	}
	return out
}

// Whatever way a label is written, its fields are read, and what the standard does not want is named.
func TestDeviantLabels(t *testing.T) {
	python := strings.ReplaceAll(object1, `"`, "'")
	for _, c := range []struct{ name, value, problem string }{
		{"conforming", object1, ""},
		{"wrapped", `{"AIGC":` + object1 + `}`, ""},
		{"spaces between the tokens", strings.NewReplacer(",", ", ", `":`, `": `).Replace(object1), ""},
		{"JSON in a string", fmt.Sprintf("%q", object1), "it is JSON inside a JSON string"},
		{"JSON in a string in the wrapper", fmt.Sprintf(`{"AIGC":%q}`, object1), "it is JSON inside a JSON string"},
		{"JSON in a string that lost its quotes", strings.ReplaceAll(object1, `"`, `\"`), "it is JSON inside a JSON string"},
		{"quotes of HTML", strings.ReplaceAll(object1, `"`, "&quot;"), "its quotes are escaped as in HTML"},
		{"wrapped, quotes of HTML", strings.ReplaceAll(`{"AIGC":`+object1+`}`, `"`, "&#34;"), "its quotes are escaped as in HTML"},
		{"a Python dictionary", python, "it is no JSON object; its quotes are not those of JSON"},
		{"a wrapped Python dictionary", "{'AIGC': " + python + "}", "it is no JSON object; its quotes are not those of JSON"},
		{"cut off", object1[:len(object1)-20], "it is no JSON object"},
		{"a comma too many", object1[:len(object1)-1] + ",}", "it is no JSON object"},
		{"byte order mark", "\xef\xbb\xbf" + object1, "a byte order mark stands before it"},
		{"UTF-16", "\xff\xfe" + wide(object1), "it is in UTF-16"},
		{"UTF-16 without a mark", wide(object1), "it is in UTF-16"},
		{"web address", strings.NewReplacer("{", "%7B", "}", "%7D", `"`, "%22", ":", "%3A", ",", "%2C").Replace(object1), "it is encoded as in a web address"},
		{"other case", strings.ToLower(object1[:9]) + object1[9:], `the field Label is written "label"`},
	} {
		l := readLabel(text{value: c.value})
		if got := strings.Join(l.problems, "; "); got != c.problem || l.fields["ContentProducer"] != "001191110102MACQD9K64010000" || l.fields["Label"] != "1" {
			t.Errorf("%s: %q, fields %v", c.name, got, l.fields)
		}
		_, found := examine(t, sample(t, inText(c.value)))
		if want := "label.aigc.present" + map[bool]string{true: " label.aigc.invalid"}[c.problem != ""]; codes(found) != want {
			t.Errorf("%s in a PNG text: %s", c.name, codes(found))
		}
		free := strings.Contains(c.name, "Python") && !strings.Contains(c.name, "wrapped") || c.name == "UTF-16"
		if !looksLikeLabel(c.value) && !free {
			t.Errorf("%s is not recognised among other texts", c.name)
		}
	}
}

// Schemas of others are read, and never taken for the Label of the standard.
func TestOtherSchemas(t *testing.T) {
	cloud := `{"AIGC":{"Label":"1","ServiceProvider":"Tencent","ServiceUser":"100000000001","Time":"2025-09-01T00:00:00+08:00","ContentId":"c-1"}}`
	all, found := claims(t, inText(cloud), "")
	if codes(found) != "label.aigc.present label.aigc.invalid" || !strings.Contains(found[1].Text, "Tencent Cloud") || len(all) != 1 || all[0].Field("ContentId") != "c-1" {
		t.Errorf("%+v %+v", found, all)
	}
	own := `{"aigc_label_type":1,"aigc_type":"2"}`
	all, found = claims(t, inText(own), "")
	if codes(found) != "label.aigc.invalid" || !strings.Contains(found[0].Text, "ByteDance's own") || len(all) != 1 || all[0].Origin != "" {
		t.Errorf("%+v %+v", found, all)
	}
	if _, found = claims(t, pngWith(chunk("tEXt", "Comment\x00"+own)), ""); len(found) != 0 {
		t.Errorf("a private field counts as a label: %+v", found)
	}
	all, _ = claims(t, inText(strings.Replace(object1, `"1"`, `"AIGC"`, 1)), "")
	if all[0].Origin != forensics.MadeByAI {
		t.Errorf("a Label that spells AIGC says %q", all[0].Origin)
	}
}

func TestClaimOfALabel(t *testing.T) {
	const csv = "code,name\n91110102MACQD9K640,Beijing Chuntian\n"
	value := strings.Replace(object1, `"ReservedCode1":""`, `"ReservedCode1":"0123abcd"`, 1)
	all, found := claims(t, inText(value), csv)
	if codes(found) != "label.aigc.present" || !strings.Contains(found[0].Text, "Beijing Chuntian") {
		t.Errorf("%+v", found)
	}
	if len(all) != 1 {
		t.Fatalf("%d claims", len(all))
	}
	c := all[0]
	want := []forensics.Field{{Name: "Label", Value: "1"}, {Name: "ContentProducer", Value: "001191110102MACQD9K64010000"}, {Name: "ProduceID", Value: "e3578014"},
		{Name: "ReservedCode1", Value: "0123abcd"}, {Name: "ContentPropagator"}, {Name: "PropagateID"}, {Name: "ReservedCode2"},
		{Name: "CreditCode", Value: "91110102MACQD9K640"}, {Name: "District", Value: "110102"}, {Name: "Suffix", Value: "10000"}, {Name: "ProducerName", Value: "Beijing Chuntian"}}
	if diff := cmp.Diff(want, c.Fields); diff != "" {
		t.Error(diff)
	}
	state := map[string]forensics.CheckState{}
	for _, k := range c.Checks {
		if state[k.What] = k.Result; k.Result == forensics.NotChecked && k.Detail == "" {
			t.Errorf("%s is not checked, for no reason", k.What)
		}
	}
	if diff := cmp.Diff(map[string]forensics.CheckState{"fields": "passed", "character set": "passed", "only one label": "passed", "producer code": "passed",
		"registry": "passed", "integrity (ReservedCode1)": "not_checked", "integrity (ReservedCode2)": "not_checked"}, state); diff != "" {
		t.Error(diff)
	}
	if c.Kind != "aigc" || c.Origin != forensics.MadeByAI || *c.Offset != *found[0].Where.Offset || *c.Length != *found[0].Where.Length {
		t.Errorf("%+v", c)
	}
}

// Each thing that is wrong falls in the check that it belongs to.
func TestChecks(t *testing.T) {
	for _, c := range []struct{ value, csv, falls string }{
		{strings.Replace(object1, `"1"`, `"7"`, 1), "", "fields"},
		{strings.Replace(object1, "e3578014", "号 1", 1), "", "character set"},
		{strings.Replace(object1, "D9K640", "D9K641", 1), "", "producer code"},
		{strings.Replace(object1, `"ContentPropagator":""`, `"ContentPropagator":"001191110102MACQD9K64X10000"`, 1), "", "propagator code"},
		{object1, "91440300708461136T,Other", "registry"},
	} {
		all, _ := claims(t, inText(c.value), c.csv)
		var fell []string
		for _, k := range all[0].Checks {
			if k.Result == forensics.Fell {
				fell = append(fell, k.What)
			}
		}
		if got := strings.Join(fell, " and "); got != c.falls {
			t.Errorf("%s: %q falls, not %q", c.value, got, c.falls)
		}
	}
}

func FuzzLabel(f *testing.F) {
	for _, s := range []string{object1, `{"AIGC":` + object1 + `}`, fmt.Sprintf("%q", object1), strings.ReplaceAll(object1, `"`, "&quot;"),
		strings.ReplaceAll(object1, `"`, "'"), "\xff\xfe" + wide(object1), "eyJMYWJlbCI6IjEiLCJDb250ZW50UHJvZHVjZXIiOiJhIiwiUHJvZHVjZUlEIjoiYiJ9",
		"AIGC" + object1, "%7B%22Label%22%3A%221%22%7D", `{\"Label\":\"1\"}`, `{"label":1,"Label":null,"ServiceUser":[1]}`} {
		f.Add(s)
	}
	known, err := readRegistry([]byte("91110102MACQD9K640,Beijing Chuntian"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		looksLikeLabel(s)
		l := readLabel(text{place: "a text", value: s, length: len(s)})
		if l.declares() && len(l.problems) == 0 && meanings[l.fields["Label"]] == "" {
			t.Fatalf("%q conforms with Label %q", s, l.fields["Label"])
		}
		p := forensics.NewPass(&media.Sample{Info: media.Info{Kind: media.Image}}, forensics.Env{})
		if res, err := p.Detect(&Detector, func(p *forensics.Pass) error { reportAIGC(p, []label{l, l}, known); return nil }); err != nil || res.Status != forensics.Done {
			t.Fatal(res, err)
		}
		for _, x := range append(p.Findings(), forensics.Finding{}) {
			if len(x.Text) > 8192 {
				t.Fatalf("a text of %d bytes", len(x.Text))
			}
		}
	})
}
