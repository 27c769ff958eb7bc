package report

import "testing"

func TestPlainShowsWhatWouldGoUnseen(t *testing.T) {
	for text, want := range map[string]string{
		"a b": "a b", "a\nb\t": "a[U+000A]b[U+0009]", "\u202egpj.exe": "[U+202E]gpj.exe", "\u00a0": "[U+00A0]", "会議　資料": "会議　資料", "\xff": "\uFFFD", "": "",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

func TestNumbersAsText(t *testing.T) {
	for _, c := range [][2]string{
		{count(1), "1"}, {count(1234567), "1,234,567"}, {count(123456), "123,456"},
		{size(999), "999 bytes"}, {size(1000), "1 kB"}, {size(999_999), "1 MB"}, {size(1_234_567_890), "1.23 GB"},
		{clock(4.84), "0:04.8"}, {clock(59.96), "1:00.0"}, {clock(3674.7), "1:01:14.7"},
		{frames([]int{0, 1, 2, 7, 9, 10}), "0–2, 7, 9–10"}, {frames(nil), ""},
		{odds(1.3), "20 to 1"}, {odds(-1), "1 to 10"}, {share(nil), "not measured"}, {share(new(.25)), "0.250"},
		{clip("one two three", 9), "one two …"}, {clip("short", 9), "short"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, not %q", c[0], c[1])
		}
	}
}

func TestFoldersAbove(t *testing.T) {
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{[]string{"/a/b/c", "/a/b/d/e"}, "/a/b"}, {[]string{"/a/b", "/ab/c"}, "/"}, {[]string{"a/b", "c"}, "."}, {[]string{"/a", "b"}, ""}, {[]string{"../x/a", "../y"}, ".."},
	} {
		s := newSummary()
		for _, p := range c.paths {
			s.add(examined(p, p))
		}
		if s.Folder != c.want {
			t.Errorf("%q: %q, not %q", c.paths, s.Folder, c.want)
		}
	}
}
