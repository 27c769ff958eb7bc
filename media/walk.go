package media

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"
)

// Walk yields everything that is not a folder below root, or root itself, in lexical order folder by folder. What must not
// be opened (links, pipes, sockets, devices) and what cannot be reached comes with a Failure, so that it is recorded
// all the same. Links are not followed, but for root itself. Folders for which leaveOut is true are not entered.
func Walk(root string, leaveOut func(fs.FileInfo) bool) iter.Seq2[Item, *Failure] {
	return func(yield func(Item, *Failure) bool) {
		info, err := os.Stat(root)
		if err != nil {
			yield(Item{Path: Path(root)}, unreachable(err))
			return
		}
		walk(root, info, leaveOut, yield)
	}
}

func walk(path string, info fs.FileInfo, leaveOut func(fs.FileInfo) bool, yield func(Item, *Failure) bool) bool {
	it := Item{Path: Path(path), Size: info.Size(), ModTime: info.ModTime().UTC()}
	if y := it.ModTime.Year(); y < 0 || y > 9999 { // RFC 3339 has no such year
		it.ModTime = time.Time{}
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		if leaveOut != nil && leaveOut(info) {
			return true
		}
		return walkFolder(path, it, leaveOut, yield)
	case mode.IsRegular():
		return yield(it, nil)
	case mode&fs.ModeSymlink != 0:
		return yield(it, Failf("item.symlink", "symbolic link, not followed"))
	default:
		return yield(it, Failf("item.special", "special file (%s), not opened", mode.Type()))
	}
}

func walkFolder(path string, it Item, leaveOut func(fs.FileInfo) bool, yield func(Item, *Failure) bool) bool {
	entries, err := os.ReadDir(path)
	for _, e := range entries {
		child := filepath.Join(path, e.Name())
		info, err := e.Info()
		if err != nil {
			if !yield(Item{Path: Path(child)}, unreachable(err)) {
				return false
			}
			continue
		}
		if !walk(child, info, leaveOut, yield) {
			return false
		}
	}
	if err != nil {
		return yield(it, unreachable(err))
	}
	return true
}

// unreachable keeps the cause and leaves out the path, which the item carries.
func unreachable(err error) *Failure {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	return Failf("item.unreadable", "cannot be read: %v", err)
}
