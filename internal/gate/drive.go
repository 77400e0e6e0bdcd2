package gate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/gate/local"
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

const (
	// patience is how long a master may not answer before it is taken for gone.
	patience = 10 * time.Second
	// lastResort is how long after the longest run that was planned the master ends the
	// test by itself, should the gate have been killed. The gate may insist meanwhile.
	lastResort = time.Minute
	// hurry is how long the master may take to answer a stop once the gate was interrupted.
	hurry = 1200 * time.Millisecond
	// endGrace is how long local processes may take to end in order.
	endGrace = 10 * time.Second
)

// A drive is one run: it starts the load, watches it, and stops it in any case. Its methods
// are called by one goroutine.
type drive struct {
	*Gate

	local   *local.Master // nil if the master runs already
	address string        // of the master
	master  *locust.Master
	source  source.Source

	facts  *facts
	watch  *threshold.Watch
	series []record.Point
	run    *record.Run

	loaded    time.Time // when the load began
	loading   bool
	wasUp     bool           // the master said that the test runs
	silent    time.Time      // since when the master does not answer; zero if it does
	first     *source.Sample // before the load
	latest    *source.Sample
	whole     *source.Totals
	pending   time.Time // until when an older master may stop a later test
	beginning *source.Sample
	plateau   *source.Totals
	problem   string // why the figures cannot be trusted
	aborted   bool   // a threshold stopped the run
}

// ErrBusy is the error of a master that runs a test already, or lacks workers.
var ErrBusy = errors.New("the master cannot take the test")

// ErrPlan is wrapped by the error of a plan that asks for what cannot be done.
var ErrPlan = errors.New("the plan cannot be run")

// A stop is why a run ends before its time.
type stop string

// do makes a run. The record has no verdict; the checks are those of sliding windows.
func (d *drive) do(ctx context.Context) (*record.Run, []record.Check, error) {
	before, err := version(ctx, d.Plan, d.Lookup)
	if err != nil {
		return nil, nil, err
	}
	d.run = d.newRecord(before)
	defer d.close(ctx)
	if err := d.open(ctx); err != nil {
		return nil, nil, err
	}
	why, err := d.load(ctx)
	if err != nil {
		return nil, nil, err
	}
	d.run.Window.Stopped = string(why)
	var after string
	err = d.insist(ctx, func() (err error) {
		after, err = version(ctx, d.Plan, d.Lookup)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil:
		d.say("%v", err)
	}
	d.finish(before, after)
	return d.run, d.watch.Checks(), nil
}

// load is the part of the run with a master.
func (d *drive) load(ctx context.Context) (why stop, err error) {
	if why, err = d.ready(ctx); why != "" || err != nil {
		return why, err
	}
	if err := d.start(ctx); err != nil {
		return "", err
	}
	for _, phase := range []func(context.Context) (stop, error){d.ramp, d.warmUp, d.measure} {
		if why, err = phase(ctx); why != "" || err != nil {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return why, d.settle(ctx)
}

// open starts the local master, or only knows where the other one is.
func (d *drive) open(ctx context.Context) error {
	d.address = string(d.Plan.Master.URL)
	if d.Plan.IsLocal() {
		started, err := local.Start(ctx, d.localConfig())
		if err != nil {
			return fmt.Errorf("%w: %w", locust.ErrUnreachable, err)
		}
		d.local, d.address = started, started.URL
	}
	with, err := d.masterAccess()
	if err != nil {
		return err
	}
	if d.master, err = locust.New(locust.Config{URL: d.address, Config: with}); err != nil {
		return err
	}
	d.source, err = d.openSource()
	return err
}

// close stops what this run has started, whatever happened.
func (d *drive) close(ctx context.Context) {
	if d.loading {
		d.unload(ctx)
	}
	if d.local == nil {
		return
	}
	grace := endGrace
	if ctx.Err() != nil {
		grace = hurry / 4
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	d.local.Stop(ctx)
}

// unload stops a load that something ended before its time, and says whether that was done.
func (d *drive) unload(ctx context.Context) {
	interrupted := ctx.Err() != nil
	err := d.halt(ctx)
	if err != nil && !interrupted && ctx.Err() != nil { // meanwhile
		err = d.halt(ctx)
	}
	switch {
	case err == nil || d.local != nil: // its processes are ended next
		d.say("the load is stopped")
	default:
		d.say("the load may go on: %v; the master was told to end it at %s", err, d.loaded.Add(d.runTime()).Format(time.TimeOnly))
	}
}

// halt stops the load: in order, or in a hurry once the gate was interrupted.
func (d *drive) halt(ctx context.Context) error {
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), hurry)
		defer cancel()
	}
	old, tries := false, 0
	err := d.insist(ctx, func() (err error) {
		tries++
		old, err = d.master.Stop(ctx)
		return err
	})
	if err == nil && tries > 1 {
		err = d.insist(ctx, func() error { return d.stopped(ctx) })
	}
	if err != nil {
		return err
	}
	d.loading = false
	if old {
		d.pending = d.loaded.Add(d.runTime())
	}
	return nil
}

// stopped is an error while the master still stops: a second stop is answered at once then
// (locust/runners.py, MasterRunner.stop).
func (d *drive) stopped(ctx context.Context) error {
	stats, err := d.master.Stats(ctx)
	if err == nil && stats.Running() {
		err = fmt.Errorf("%w: the test has not ended yet (state %s)", locust.ErrUnreachable, stats.State)
	}
	return err
}

// runTime is the one given to the master.
func (d *drive) runTime() time.Duration {
	r := &d.Plan.Run
	return d.rampTime() + time.Duration(r.WarmUp) + time.Duration(r.Duration) + lastResort
}

// rampTime is how long the users may take to run.
func (d *drive) rampTime() time.Duration {
	return time.Duration(float64(d.Plan.Run.Users)/d.Plan.SpawnRate()*float64(time.Second)) + time.Duration(d.Plan.Run.Wait)
}

// ready waits for the workers. Fewer than wanted end the run before it began.
func (d *drive) ready(ctx context.Context) (stop, error) {
	wanted := d.Plan.ExpectedWorkers()
	began := time.Now()
	limit := began.Add(time.Duration(d.Plan.Run.Wait))
	for said := false; ; {
		stats, err := d.master.Stats(ctx)
		switch late := time.Now().After(limit); {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case d.local != nil && d.local.Ended() != nil:
			return "", fmt.Errorf("%w: %w", locust.ErrUnreachable, d.local.Ended())
		case err != nil && (late || d.local == nil && !said):
			return "", err
		case err != nil:
		case stats.Running() && time.Since(began) < locust.CacheTime+readyPoll: // it may tell of the test before, which has been stopped
		case stats.Running():
			return "", fmt.Errorf("%w: it runs another test (state %s)", ErrBusy, stats.State)
		case stats.Present() >= max(1, wanted):
			if wanted == 0 {
				wanted = stats.Present()
			}
			d.facts = newFacts(wanted)
			d.facts.start(stats)
			return "", nil
		case late:
			d.facts = newFacts(max(1, wanted))
			d.facts.start(stats)
			return stop(fmt.Sprintf("only %d of %d workers came within %v", stats.Present(), max(1, wanted), time.Duration(d.Plan.Run.Wait))), nil
		case !said:
			d.say("waiting for workers: %d of %d", stats.Present(), max(1, wanted))
			said = true
		}
		if err := sleep(ctx, readyPoll); err != nil {
			return "", err
		}
	}
}

// start reads what was counted before, and starts the load.
func (d *drive) start(ctx context.Context) error {
	if err := d.known(ctx); err != nil {
		return err
	}
	r := &d.Plan.Run
	swarm := locust.Swarm{
		Users: int(r.Users), SpawnRate: d.Plan.SpawnRate(), Host: string(r.Host), RunTime: d.runTime(),
		Arguments: d.Plan.SwarmArguments(),
	}
	if d.local == nil {
		swarm.Classes = r.Classes
	}
	d.loaded, d.loading = time.Now(), true // from now on it may run, whatever the answer is
	d.run.Identity.Started = d.loaded
	return d.master.Start(ctx, swarm)
}

// known waits until the source knows all workers that the master has: a figure that lacks
// a worker is none.
func (d *drive) known(ctx context.Context) error {
	limit := time.Now().Add(time.Duration(d.Plan.Run.Wait))
	for {
		sample, err := d.source.Sample(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			if err = d.missing(sample); err == nil {
				d.first, d.latest = sample, sample
				d.facts.sample(sample, false)
				return d.resolves()
			}
			err = fmt.Errorf("%w; is it a Python worker?", err)
		}
		if errors.Is(err, locust.ErrUnreachable) || time.Now().After(limit) {
			return err
		}
		if err := sleep(ctx, readyPoll); err != nil {
			return err
		}
	}
}

// resolves refuses thresholds that the source cannot resolve.
func (d *drive) resolves() error {
	var problems []error
	for _, t := range d.Plan.Limit() {
		problems = append(problems, t.Resolves(d.source.Origin().Resolution))
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%w: %w", ErrPlan, err)
	}
	return nil
}
