//go:build linux

// Package peer starts load generators, ours and others, each on a core of its own.
package peer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hopperband/hopperband/integration/rig"

	"github.com/hopperband/hopperband/bench/internal/machine"
	"github.com/hopperband/hopperband/bench/internal/record"
)

// A Yard is where generators run.
type Yard struct {
	Bin         string // directory with the programs that were built
	Venv        string // virtual environment with Locust
	Locustfiles string // directory of the locustfiles
	Logs        string // directory for logs and outputs
	Core        int    // of the generator
	TargetCore  int    // of the target and the Python master
}

// TimesRamp is how long users of Locust come up whose response times are wanted: all at once
// they would queue up at the generator.
const TimesRamp = 2 * time.Second

// A Load is what a generator is asked for.
type Load struct {
	URL     string
	Users   int
	Lasting time.Duration // whole seconds
	Times   bool          // the peer's own record of response times is wanted
}

// A Peer is a load generator.
type Peer struct {
	Name  string
	About string // in a few words, for the tables
	// Installed says that the program has to be in the PATH.
	Installed bool
	Build     Build
	start     func(context.Context, *Yard, Load) (*Run, error)
}

// A Build says how a peer's program is made. The zero Build is of a program that is
// installed, not made.
type Build struct {
	Module  string // directory of the module
	Package string // to be built there
	Library string // the module whose version tells; "" means the package's own
}

// A Run is a generator at work.
type Run struct {
	generator *rig.Process
	master    *rig.Master // nil for a peer that has none
	control   string      // where GET /count tells, if the target does not know
	times     func() (record.Summary, error)
}

// Start starts the peer.
func (p *Peer) Start(ctx context.Context, y *Yard, l Load) (*Run, error) {
	r, err := p.start(ctx, y, l)
	if err != nil {
		return nil, fmt.Errorf("peer: %s: %w", p.Name, err)
	}
	return r, nil
}

// Generator returns the ID of the process that generates the load.
func (r *Run) Generator() int { return r.generator.PID() }

// Master returns the master's process ID, false if there is none.
func (r *Run) Master() (pid int, ok bool) {
	if r.master == nil {
		return 0, false
	}
	return r.master.PID(), true
}

// MasterLog waits for a line of the master's log that match accepts.
func (r *Run) MasterLog(ctx context.Context, match func(string) bool) (string, error) {
	return r.master.WaitLine(ctx, match)
}

// Control returns the address where the generator itself tells how many requests it made,
// "" if the target knows.
func (r *Run) Control() string { return r.control }

// Alive returns an error if the generator has ended.
func (r *Run) Alive() error {
	if r.generator.Alive() {
		return nil
	}
	return fmt.Errorf("peer: %s has ended; its last lines:\n%s", r.generator.Name(), r.generator.Tail(20))
}

// Times waits for the end of the run and returns the response times as the peer tells them.
func (r *Run) Times(ctx context.Context) (record.Summary, error) {
	code, err := r.generator.Wait(ctx)
	if err == nil && r.master != nil {
		_, err = r.master.Wait(ctx)
	}
	if err != nil {
		return record.Summary{}, err
	}
	if code != 0 {
		return record.Summary{}, fmt.Errorf("peer: %s: exit code %d; its last lines:\n%s", r.generator.Name(), code, r.generator.Tail(20))
	}
	if r.times == nil {
		return record.Summary{}, errors.New("peer: it tells no times")
	}
	s, err := r.times()
	if err != nil {
		return s, fmt.Errorf("peer: times of %s: %w", r.generator.Name(), err)
	}
	return s, nil
}

// Kill ends the run at once.
func (r *Run) Kill() {
	r.generator.Kill()
	if r.master != nil {
		r.master.Kill()
	}
}

// launch starts a generator's program on the generator's core.
func (y *Yard) launch(ctx context.Context, c rig.Command) (p *rig.Process, err error) {
	c.Dir = y.Logs
	err = machine.OnCore(y.Core, func() error {
		p, err = rig.Start(ctx, c)
		return err
	})
	return p, err
}

// file returns a path for what a peer writes.
func (y *Yard) file(name string) string { return filepath.Join(y.Logs, name) }
