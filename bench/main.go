//go:build linux

// Command bench measures Hopperband beside other load generators, and writes what it found
// into the documentation. It runs in this folder; `make bench-peers` runs it from above.
//
// The target and the Python masters run on one core, the generator on another one. All
// generators run in turn, ours before and after each other one, so that a machine that gets
// slower in between does so for both. The target counts the requests; the processor time is
// that of the generator's processes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	p, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err = p.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
