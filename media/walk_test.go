package media

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func walkAll(root string, leaveOut func(fs.FileInfo) bool) (paths []string, failures map[string]string) {
	failures = map[string]string{}
	for it, f := range Walk(root, leaveOut) {
		name, _ := filepath.Rel(root, string(it.Path))
		paths = append(paths, name)
		if f != nil {
			failures[name] = f.Code
		}
	}
	return paths, failures
}

func TestWalkYieldsEverythingInOrder(t *testing.T) {
	root := t.TempDir()
	names := []string{"a\nb", "b/x", "b/y/z", "b\xff", "c"}
	for _, n := range names {
		path := filepath.Join(root, n)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(root, "pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, failures := walkAll(root, nil)
	if want := append(names, "link", "pipe"); !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if len(failures) != 2 || failures["link"] != "item.symlink" || failures["pipe"] != "item.special" {
		t.Errorf("failures: %v", failures)
	}
}

func TestWalkLeavesOutAFolderAndNamesWhatIsMissing(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "case", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(root, "case"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := walkAll(root, func(i fs.FileInfo) bool { return os.SameFile(i, info) }); len(got) != 0 {
		t.Errorf("entered: %q", got)
	}
	if _, failures := walkAll(filepath.Join(root, "nothing"), nil); failures["."] != "item.unreadable" {
		t.Errorf("failures: %v", failures)
	}
}

func TestWalkAcceptsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one")
	if err := os.WriteFile(path, []byte("1"), 0o644); err != nil {
		t.Fatal(err)
	}
	for it, f := range Walk(path, nil) {
		if string(it.Path) != path || it.Size != 1 || f != nil {
			t.Errorf("%+v %v", it, f)
		}
	}
}
