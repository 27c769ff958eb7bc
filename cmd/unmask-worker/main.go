// Command unmask-worker is the examiner process: it links OpenCV, reads one item at a time and answers with its record.
// unmask starts it; it is of no use on its own.
package main

import (
	"fmt"
	"os"

	"unmask/cmd/internal/worker"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "unmask-worker:", err)
		os.Exit(1)
	}
}

func serve() error {
	in, out, err := worker.Pipes()
	if err != nil {
		return err
	}
	return worker.Serve(in, out, start, func() { os.Exit(0) })
}
