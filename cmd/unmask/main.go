// Command unmask examines pictures and videos for signs of impersonation. It is pure Go: everything that decodes media happens
// in unmask-worker processes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"unmask/forensics"

	"github.com/spf13/cobra"
)

// Exit codes, part of the command-line contract.
const (
	exitDone       = 0
	exitFailed     = 1  // could not run
	exitUsage      = 2  // wrong arguments or flags
	exitIncomplete = 3  // finished, some items could not be examined
	exitGate       = 10 // --fail-on was reached
)

// exit is an error that ends the program with a code of its own and prints nothing.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal syscall.Signal }

func (e interrupted) Error() string { return "interrupted by " + e.signal.String() }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		cancel(interrupted{(<-signals).(syscall.Signal)})
		signal.Stop(signals) // a second Ctrl-C ends the program at once
	}()
	entered := false // a command was found and its arguments and flags are right
	root := &cobra.Command{
		Use:   "unmask",
		Short: "Media forensics against deepfakes and impersonation",
		Long: `unmask examines pictures and videos and writes an evidence report for each: is it known media, is a protected person shown, does the
file declare that AI made it, was it generated, was a face swapped, was it edited, and together: is somebody being impersonated.`,
		Version:           forensics.Version,
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRun:  func(*cobra.Command, []string) { entered = true },
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(scanCommand(), enrollCommand(), reportCommand(), validateCommand(), calibrateCommand(), detectorsCommand(), schemaCommand(), modelsCommand(), doctorCommand(), versionCommand(), matchingTopic())
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var code exit
	var sig interrupted
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &sig):
		fmt.Fprintf(os.Stderr, "unmask: %v; what was examined is kept, the same command goes on from there\n", sig)
		return 128 + int(sig.signal)
	}
	hint := ""
	var usage usageError
	if !entered || errors.As(err, &usage) {
		hint = " (unmask --help)"
	}
	fmt.Fprintf(os.Stderr, "unmask: %s%s\n", strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "; "), hint)
	if hint != "" {
		return exitUsage
	}
	return exitFailed
}

// usageError marks a flag value that makes no sense.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }
