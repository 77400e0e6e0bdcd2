//go:build linux

// Package measure runs peers against a target and watches both.
package measure

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/hopperband/hopperband/bench/internal/machine"
	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

const (
	poll = 50 * time.Millisecond
	// A headless master goes on this much longer than the windows need: its workers get
	// their users only seconds after its start.
	margin = 10 * time.Second
	// A generator that gets no further with its connections for this long has all that it
	// will have.
	stuck = 2 * time.Second
)

// A Bench measures.
type Bench struct {
	Yard        peer.Yard
	Setting     result.Setting
	Settle      time.Duration // from the last connection to the begin of a window
	Window      time.Duration
	TimesWindow time.Duration // of a run whose response times are compared
	Ramp        time.Duration // longest time from the start to the last connection
	Disturbed   float64       // cores that others may use in a window
	Retries     int           // of a disturbed window
	Tries       int           // numbers of users tried to find a share of a core
	Progress    io.Writer
}

func (b *Bench) say(format string, args ...any) {
	fmt.Fprintf(b.Progress, "%s %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// A moment is the state of all that is measured.
type moment struct {
	at        time.Time
	count     count
	busy      time.Duration // both cores
	processes machine.Processes
}

func (b *Bench) look(ctx context.Context, counted func(context.Context) (count, error)) (m moment, err error) {
	if m.processes, err = machine.ReadProcesses(); err != nil {
		return m, err
	}
	if m.busy, err = machine.ReadBusy([]int{b.Yard.Core, b.Yard.TargetCore}); err != nil {
		return m, err
	}
	m.at = time.Now()
	m.count, err = counted(ctx)
	return m, err
}

// between fills in a window what happened between two moments.
func (b *Bench) between(w *result.Window, begin, end moment, run *peer.Run, target *Target) {
	seconds := end.at.Sub(begin.at).Seconds()
	used := func(pid int) float64 {
		return (end.processes.CPU(pid) - begin.processes.CPU(pid)).Seconds() / seconds
	}
	w.Seconds = seconds
	w.Requests = end.count.Requests - begin.count.Requests
	w.Connections = end.count.Connections
	w.Generator = used(run.Generator())
	w.Memory = end.processes.Memory(run.Generator())
	if target != nil {
		w.Target = used(target.process.PID())
	}
	if master, ok := run.Master(); ok {
		w.Master = used(master)
	}
	w.Others = max(0, (end.busy-begin.busy).Seconds()/seconds-used(os.Getpid())) // all of ours are children of this process
	w.Disturbed = w.Others > b.Disturbed
}

// steady waits until all users have their connections, or no more come.
func (b *Bench) steady(ctx context.Context, run *peer.Run, counted func(context.Context) (count, error), users int) error {
	begin := time.Now()
	before, err := counted(ctx)
	if err != nil {
		return err
	}
	most, grown := int64(0), time.Now()
	for time.Since(begin) < b.Ramp {
		if err := run.Alive(); err != nil {
			return err
		}
		c, err := counted(ctx)
		if err != nil {
			return err
		}
		if c.Connections > most {
			most, grown = c.Connections, time.Now()
		}
		working := c.Requests > before.Requests
		if most >= int64(users) || working && time.Since(grown) > stuck {
			break
		}
		if err := pause(ctx, poll); err != nil {
			return err
		}
	}
	return pause(ctx, b.Settle)
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("measure: %w", context.Cause(ctx))
	}
}
