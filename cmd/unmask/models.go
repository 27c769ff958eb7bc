package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"unmask/models"
	"unmask/models/download"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

func modelsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "models",
		Short: "List, check and fetch model files",
		Long: `Some detectors need model files that are not part of unmask. They lie in the folder that UNMASK_MODELS names, or in unmask/models in the
user's data folder (XDG_DATA_HOME). Nothing but unmask models fetch ever fetches anything.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(modelsListCommand(), modelsVerifyCommand(), modelsFetchCommand())
	return c
}

// listed is a model with its state here.
type listed struct {
	models.Model
	State models.State `json:"state"`
}

func modelsListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the models, what needs them and whether they are here",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			folder := models.Folder(modelsFolder())
			var all []listed
			for _, m := range models.Manifest() {
				state, _ := folder.State(m) // unmask models verify says what is wrong
				all = append(all, listed{m, state})
			}
			if asJSON {
				return printJSON(map[string]any{"folder": folder, "models": all})
			}
			w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
			for _, m := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\t%.1f MB\t%s\t%s\n", m.Name, m.Version, m.State, float64(m.Size)/1e6, m.Licence, m.Use)
			}
			fmt.Fprintf(w, "folder: %s\n", folder)
			return w.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with digests, addresses and file names")
	return c
}

func modelsVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check the digest of every model file",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !printModels() {
				return exit(exitFailed)
			}
			return nil
		},
	}
}

// printModels prints the state of each model file, with what to do, and tells whether all can be used.
func printModels() (usable bool) {
	folder, usable := models.Folder(modelsFolder()), true
	for _, m := range models.Manifest() {
		switch state, err := folder.State(m); state {
		case models.Present:
			fmt.Printf("ok       model %s, version %s: %s\n", m.Name, m.Version, folder.Path(m))
		case models.Missing:
			usable = false
			fmt.Printf("missing  model %s (%s); get it with: unmask models fetch %s\n", m.Name, m.Use, m.Name)
		case models.Damaged:
			usable = false
			fmt.Printf("damaged  %v; replace it with: unmask models fetch %s\n", err, m.Name)
		}
	}
	return usable
}

func modelsFetchCommand() *cobra.Command {
	var from string
	c := &cobra.Command{
		Use:   "fetch [NAME...]",
		Short: "Fetch model files that are missing or damaged",
		Long: `Fetch brings the named model files, or all that are missing or damaged, and puts each in its place once its SHA-256 is that of the manifest.
What was cut off goes on from where it was. Without a network, give a folder that holds the files under the names of unmask models list --json.`,
		RunE: func(c *cobra.Command, names []string) error {
			wanted, err := modelFiles(names)
			if err != nil {
				return err
			}
			folder, client := models.Folder(modelsFolder()), download.NewClient()
			var failed []error
			for _, m := range wanted {
				if state, _ := folder.State(m); state == models.Present {
					fmt.Fprintf(os.Stderr, "%s is there: %s\n", m.Name, folder.Path(m))
					continue
				}
				if err := fetchModel(c.Context(), client, folder, m, from); err != nil {
					failed = append(failed, err)
					continue
				}
				fmt.Fprintf(os.Stderr, "%s was fetched: %s\n", m.Name, folder.Path(m))
			}
			return diskFull(errors.Join(failed...))
		},
	}
	c.Flags().StringVar(&from, "from", "", "take the files from a mirror's address or from a folder: `URL|FOLDER`")
	return c
}

// modelFiles returns the models of those names that are files, or all that are.
func modelFiles(names []string) (out []models.Model, err error) {
	for _, name := range names {
		m, err := models.Lookup(name)
		if err != nil {
			return nil, usagef("%w; unmask models list names all", err)
		}
		if m.File == "" {
			return nil, usagef("%s is built in: there is nothing to fetch", name)
		}
		out = append(out, m)
	}
	if len(names) == 0 {
		for _, m := range models.Manifest() {
			if m.File != "" {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// fetchModel tries the places that may have a model's file, until one has it or something else is wrong.
func fetchModel(ctx context.Context, client *http.Client, folder models.Folder, m models.Model, from string) error {
	places := m.URLs
	if from != "" {
		places = []string{strings.TrimRight(from, "/") + "/" + m.File}
	}
	f := download.File{Path: folder.Path(m), Size: m.Size, SHA256: m.SHA256}
	show, done := showBytes(m)
	defer done()
	var failed []error
	for _, place := range places {
		err := f.Fetch(ctx, source(client, place), show)
		if err == nil {
			return nil
		}
		failed = append(failed, fmt.Errorf("model %s from %s: %w", m.Name, place, err))
		if !errors.Is(err, download.ErrDigest) && !errors.Is(err, download.ErrStatus) {
			break
		}
	}
	return errors.Join(failed...)
}

// source reads from an address where the place looks like one, else from a file.
func source(client *http.Client, place string) download.Source {
	if strings.HasPrefix(place, "https://") || strings.HasPrefix(place, "http://") {
		return download.Web(client, place)
	}
	return download.Disk(filepath.Clean(place))
}

// showBytes shows on a terminal how much of a model's file has come.
func showBytes(m models.Model) (show func(have int64), done func()) {
	if !onTerminal() {
		return nil, func() {}
	}
	bar := progressbar.NewOptions64(m.Size, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription(m.Name))
	return func(have int64) { _ = bar.Set64(min(have, m.Size)) }, func() { _ = bar.Finish() } // a terminal that is gone is no reason to stop
}
