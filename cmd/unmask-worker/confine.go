package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// confine limits what the process can do before it sees the first untrusted byte. Resource limits are set now; the file system
// (Landlock: read the evidence, write the evidence folder) and system calls (seccomp: no sockets, no programs) belong here too.
func confine(maxMemory uint64) error {
	for _, l := range []struct {
		name     string
		resource int
		max      uint64
	}{
		{"core files", unix.RLIMIT_CORE, 0},
		{"open files", unix.RLIMIT_NOFILE, 256},
		{"file size", unix.RLIMIT_FSIZE, 1 << 30},
		{"writable memory", unix.RLIMIT_DATA, maxMemory},
	} {
		if l.resource == unix.RLIMIT_DATA && maxMemory == 0 {
			continue
		}
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.max, Max: l.max}); err != nil {
			return fmt.Errorf("limit on %s: %w", l.name, err)
		}
	}
	return nil
}
