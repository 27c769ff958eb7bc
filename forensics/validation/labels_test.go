package validation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"unmask/forensics"
)

func read(t *testing.T, text string) *List {
	t.Helper()
	l, err := ReadLabels(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestReadLabels(t *testing.T) {
	l := read(t, "path,question,label,source,note,mask\na/1.png,synthetic,1,cam:ai,,m/1.png\n\"b,2.png\", edited ,0,,,\nc,identity,bob,x,,\n")
	want := []Label{{"a/1.png", forensics.Synthetic, true, "cam:ai", "m/1.png", 2}, {"b,2.png", forensics.Edited, false, NoSource, "", 3}}
	if !slices.Equal(l.Labels, want) || len(l.Damaged) != 0 || l.Others["identity"] != 1 {
		t.Errorf("%+v", l)
	}
	for _, text := range []string{"\ufeffLabel;PATH;Question\r\n1;x.jpg;edited\r\n", "label\tpath\tquestion\n1\tx.jpg\tedited\n"} {
		if l := read(t, text); len(l.Labels) != 1 || l.Labels[0].Path != "x.jpg" || !l.Labels[0].Positive {
			t.Errorf("%q: %+v", text, l)
		}
	}
}

func TestDamagedLinesAreNamed(t *testing.T) {
	l := read(t, "path,question,label\nx,edited,2\n,edited,1\ny,edited\nz,edited,1\nz,edited,1\nz,edited,0\n./z,edited,1\nq\"q,edited,1\n\x00,edited,1\nw,edited,0\nv,edited,\"1\nu,edited,1\n")
	var got []string
	for _, d := range l.Damaged {
		got = append(got, d.String())
	}
	want := []string{`line 2: label "2" is neither 0 nor 1`, "line 3: path, question or label is empty", "line 4: path, question or label is empty", "line 6: repeats line 5",
		"line 7: contradicts line 5, which counts", "line 8: repeats line 5", `line 9: bare " in non-quoted-field`, "line 10: the path holds a NUL byte", `line 12: extraneous or missing " in quoted-field; what stands up to line 13 is lost with it`}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if len(l.Labels) != 2 || l.Labels[0].Line != 5 || l.Labels[1].Line != 11 {
		t.Errorf("%+v", l.Labels)
	}
}

func TestListsThatAreNone(t *testing.T) {
	for text, says := range map[string]string{
		"":                     "is empty",
		"\n\n":                 "is empty",
		"path,question\nx,y":   `no column "label"`,
		"\xff\xd8\xff\xe0\x00": `no column "path"`,
		"\"path":               "the first line",
		"path,question,label\n" + strings.Repeat("x,edited,9\n", maxDamaged+1): "more than 1000 lines",
	} {
		if _, err := ReadLabels(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.30q: %v, not %q", text, err, says)
		}
	}
}

func TestReadPairing(t *testing.T) {
	p, err := ReadPairing(strings.NewReader("# comment\n\ngan:ai real:cam\n ai  shop\n"))
	if err != nil || !slices.Equal(p, Pairing{{"gan:ai", "real:cam"}, {"ai", "shop"}}) {
		t.Fatalf("%v, %v", p, err)
	}
	if _, err := ReadPairing(strings.NewReader("a b\nc\n")); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
		t.Error(err)
	}
	for source, want := range map[string]string{
		"my-gan:ai":  "real:cam, real:camera2", // by the first line
		"lab:ai":     "shop:x",                 // by the second
		"cam7:other": "cam7:real",              // same origin
		"nowhere":    "all",
	} {
		if m, got := p.against(source, []string{"cam7:real", "real:cam", "real:camera2", "shop:x"}); got != want || got != "all" && len(m) != strings.Count(want, ",")+1 {
			t.Errorf("%s: %s, not %s (%v)", source, got, want, m)
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	for _, seed := range []string{"path,question,label,source,note,mask\na,synthetic,1,s,,m\n", "path;question;label\n\"a;b\";edited;0\n", "path,question,label\nx,edited,\"1\n", "\ufeffpath\tquestion\tlabel\nx\tedited\t1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := ReadLabels(strings.NewReader(string(data)))
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		if len(l.Labels)+len(l.Damaged) > lines {
			t.Errorf("%d labels and %d damaged of %d lines", len(l.Labels), len(l.Damaged), lines)
		}
		seen := map[string]bool{}
		for _, label := range l.Labels {
			key := fmt.Sprintf("%s\x00%s", label.Question, label.Path)
			if label.Path == "" || label.Source == "" || label.Line < 2 || label.Line > lines || seen[key] || !slices.Contains(forensics.Questions[:], label.Question) {
				t.Errorf("%+v", label)
			}
			seen[key] = true
		}
	})
}
