// Package cost is for tests that bound what a file may cost, on machines that do other things at the same time.
package cost

import (
	"time"

	"golang.org/x/sys/unix"
)

// Most is what one hostile file may cost in a test; an idle machine of two cores takes a fifth of it at most.
const Most = 250 * time.Millisecond

// Now is the processor time that this process has taken so far, that of its garbage collector included.
func Now() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err) // it fails for wrong arguments only
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Since is the processor time taken since then, in whole milliseconds.
func Since(then time.Duration) time.Duration { return (Now() - then).Round(time.Millisecond) }
