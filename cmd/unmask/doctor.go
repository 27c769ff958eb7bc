package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Say what works here and what is missing",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			program, err := workerProgram()
			if err != nil {
				return err
			}
			fmt.Printf("ok       worker program: %s\n", program)
			hello, err := askWorker()
			if err != nil {
				fmt.Printf("missing  the worker does not start: %v\n         its libraries come with: make setup\n", err)
				return exit(exitFailed)
			}
			var build []string
			for _, k := range slices.Sorted(maps.Keys(hello.Build)) {
				build = append(build, k+" "+hello.Build[k])
			}
			fmt.Printf("ok       decoders: %s\n", strings.Join(build, ", "))
			for _, d := range hello.Detectors {
				fmt.Printf("ok       detector %s, version %d\n", d.Name, d.Version)
			}
			if hello.Build["tesseract"] == "none" {
				fmt.Println("missing  tesseract with chi_sim, so visible labels are not read: apt-get install tesseract-ocr tesseract-ocr-chi-sim")
			}
			printModels()
			fmt.Println("partly   sandbox: workers are separate processes with limits on memory, files and time; Landlock and seccomp are not used yet")
			tmp, err := os.CreateTemp(".", ".unmask-doctor-*")
			if err != nil {
				fmt.Printf("missing  the current folder cannot be written, so name a --case elsewhere: %v\n", err)
				return nil
			}
			fmt.Println("ok       the current folder can hold a case")
			tmp.Close()
			return os.Remove(tmp.Name())
		},
	}
}
