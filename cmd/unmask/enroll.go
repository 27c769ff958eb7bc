package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"unmask/cmd/internal/worker"
	"unmask/forensics"
	"unmask/forensics/reference"
	"unmask/media"
	"unmask/models"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

func enrollCommand() *cobra.Command {
	var out string
	var hashOnly bool
	c := &cobra.Command{
		Use:   "enroll DIR|PACK... -o PACK",
		Short: "Make a reference pack of protected pictures, one sub-folder per identity",
		Long: `Makes one pack of the pictures and videos in the sub-folders of each DIR, one sub-folder for each identity, and of the packs named.
What cannot be enrolled is named on standard error, and so are pictures without a usable face, duplicates, and identities that look alike.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if out == "" {
				return usagef("enroll needs -o PACK, the file to write")
			}
			return enroll(c.Context(), args, out, hashOnly)
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the `pack` to write")
	c.Flags().BoolVar(&hashOnly, "hash-only", false, "leave out pictures and keypoints, for packs that travel; matches are then unverified and say so")
	return c
}

// enroll describes every picture and video below the sub-folders of the sources, adds the entries of those that are packs, and writes a pack.
// What cannot be enrolled is named on standard error.
func enroll(ctx context.Context, sources []string, out string, hashOnly bool) error {
	pool, err := newPool(worker.Config{Plan: enrollPlan}, runtime.NumCPU(), 5*time.Minute)
	if err != nil {
		return err
	}
	defer pool.Close()
	var todo []worker.Request
	var packed []reference.Entry
	for _, source := range sources {
		info, err := os.Stat(source)
		if err != nil {
			return fmt.Errorf("enroll: %w", err)
		}
		if !info.IsDir() {
			entries, _, err := reference.ReadPack(source, pool.Hello.Parameters)
			if err != nil {
				return fmt.Errorf("enroll: %w", err)
			}
			packed = append(packed, entries...)
			continue
		}
		more, err := below(source)
		if err != nil {
			return fmt.Errorf("enroll: %w", err)
		}
		todo = append(todo, more...)
	}
	entries, left, err := describe(ctx, pool, todo)
	if err != nil {
		return err
	}
	entries = append(packed, entries...)
	if len(entries) == 0 {
		return fmt.Errorf("enroll: no picture or video in the sub-folders of %s can be a reference", strings.Join(sources, ", "))
	}
	review(entries, pool.Hello.Detectors)
	if hashOnly {
		for i := range entries {
			entries[i].Picture, entries[i].Keypoints, entries[i].Mirrored = nil, nil, nil
		}
	}
	if err := reference.WritePack(out, pool.Hello.Parameters, entries); err != nil {
		return fmt.Errorf("enroll: %w", err)
	}
	identities, files, faces := map[string]bool{}, map[[2]string]bool{}, 0
	for _, e := range entries {
		identities[e.Identity], files[[2]string{e.Identity, e.Name}] = true, true
		faces += len(e.Faces)
	}
	fmt.Fprintf(os.Stderr, "%s: %d identities, %d files, %d pictures and frames, %d faces; %d files left out\n",
		out, len(identities), len(files), len(entries), faces, left)
	return nil
}

// below lists what the sub-folders of dir hold.
func below(dir string) (todo []worker.Request, err error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range folders {
		if !f.IsDir() {
			fmt.Fprintf(os.Stderr, "left out: %s: not in a sub-folder, so whose picture is it?\n", media.Path(filepath.Join(dir, f.Name())))
			continue
		}
		for it, failure := range media.Walk(filepath.Join(dir, f.Name()), nil) {
			if failure != nil {
				fmt.Fprintf(os.Stderr, "left out: %s: %s\n", it.Path, failure.Text)
				continue
			}
			name, _ := filepath.Rel(filepath.Join(dir, f.Name()), string(it.Path))
			todo = append(todo, worker.Request{Item: it, Enroll: &worker.Enroll{Identity: media.Path(f.Name()).String(), Name: media.Path(name).String()}})
		}
	}
	return todo, nil
}

// review takes from the entries what cannot be used and names on standard error what a person should look at.
func review(entries []reference.Entry, detectors []forensics.Detector) {
	for _, remark := range reference.Review(entries) {
		fmt.Fprintln(os.Stderr, remark)
	}
	var lacking []string
	for _, d := range detectors {
		for _, name := range d.Models {
			if m, err := models.Lookup(name); err == nil && missing(m) && !slices.Contains(lacking, name) {
				lacking = append(lacking, name)
			}
		}
	}
	if lacking != nil {
		fmt.Fprintf(os.Stderr, "no faces enrolled, so nobody will be recognised by them: model files are missing in %s; get them with `unmask models fetch %s` and enroll again\n",
			modelsFolder(), strings.Join(lacking, " "))
	}
}

// describe has the pool describe all files. Entries come in the order of the files.
func describe(ctx context.Context, pool *worker.Pool, todo []worker.Request) (entries []reference.Entry, left int, err error) {
	found := make([][]reference.Entry, len(todo))
	reasons := make([]string, len(todo))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, r := range todo {
		g.Go(func() error {
			e, failure, err := pool.Describe(ctx, r.Item, *r.Enroll)
			found[i] = e
			switch {
			case failure != nil:
				reasons[i] = failure.Text
			case len(e) == 0:
				reasons[i] = "too plain to be recognised by its hash, and without a face to recognise"
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	for i, e := range found {
		entries = append(entries, e...)
		if reasons[i] != "" {
			left++
			fmt.Fprintf(os.Stderr, "left out: %s: %s\n", todo[i].Item.Path, reasons[i])
		}
	}
	return entries, left, nil
}

// packs returns the paths of the packs that --refs names. A folder is enrolled into the case first.
func (f *scanFlags) packs(ctx context.Context) ([]string, error) {
	var out []string
	for i, path := range f.refs {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("no references at %q: %w", path, errors.Unwrap(err))
		}
		if info.Mode()&fs.ModeDir == 0 {
			out = append(out, path)
			continue
		}
		pack := filepath.Join(f.caseDir, "references", fmt.Sprintf("%d-%s.pack", i, strings.ReplaceAll(filepath.Base(path), ".", "-")))
		if err := os.MkdirAll(filepath.Dir(pack), 0o755); err != nil {
			return nil, fmt.Errorf("case folder: %w", err)
		}
		if err := enroll(ctx, []string{path}, pack, false); err != nil {
			return nil, err
		}
		out = append(out, pack)
	}
	return out, nil
}
