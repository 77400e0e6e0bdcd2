package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var errInterrupted = errors.New("demo: interrupted")

// interruptible returns two contexts. The first one, of what is started, ends with the
// second Ctrl-C and kills it all. The other one ends with the first Ctrl-C: it stops
// everything in order.
func interruptible() (life, test context.Context) {
	life, kill := context.WithCancelCause(context.Background())
	test, stop := context.WithCancelCause(life)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		fmt.Fprintln(os.Stderr, "\nstopping; once more to stop at once")
		stop(errInterrupted)
		<-signals
		kill(errInterrupted)
	}()
	return life, test
}
