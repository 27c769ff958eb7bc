package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"

	"unmask/forensics"

	"github.com/spf13/cobra"
)

func detectorsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "detectors",
		Short: "List the detectors with what was measured of them",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			hello, err := askWorker()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(map[string]any{"detectors": hello.Detectors})
			}
			for _, d := range hello.Detectors {
				fmt.Printf("%s, version %d, examines %s\n", d.Name, d.Version, d.Accepts)
				fmt.Println(indent(d.Doc))
				fmt.Printf("  Measured on: %s\n", d.Validation.Data)
				w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
				for _, m := range d.Validation.Measurements {
					fmt.Fprintf(w, "    %s\t%s\tn=%d/%d\t%s\n", m.What, m.Condition, m.Positives, m.Negatives, m.Figures())
				}
				w.Flush()
				fmt.Printf("  Limits: %s\n\n", d.Validation.Limits)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

func printJSON(v any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a record",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Println(strings.TrimSpace(forensics.SchemaJSON))
			return err
		},
	}
}

func versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of unmask and of what it decodes with",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := map[string]any{"unmask": forensics.Version, "go": runtime.Version(), "record": forensics.RecordSchema}
			if hello, err := askWorker(); err != nil {
				v["worker"] = err.Error()
			} else {
				v["build"] = hello.Build
			}
			if asJSON {
				return printJSON(v)
			}
			fmt.Printf("unmask %s\n", forensics.Version)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with the libraries of the worker")
	return c
}
