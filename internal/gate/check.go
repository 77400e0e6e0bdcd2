package gate

import (
	"context"
	"errors"
	"fmt"

	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

// Connect asks all that a run would ask before it begins: the version under test, a master
// that runs already, and the source of the figures. It starts nothing.
func (g *Gate) Connect(ctx context.Context) error {
	g.progress = &progress{out: g.Out}
	var problems []error
	before, err := version(ctx, g.Plan, g.Lookup)
	problems = append(problems, err)
	if err == nil && before != "" {
		g.say("version under test: %s", before)
	}
	if g.Plan.IsLocal() {
		return errors.Join(problems...)
	}
	d := &drive{Gate: g, watch: threshold.NewWatch(nil)}
	d.run = d.newRecord(before)
	if err := d.open(ctx); err != nil {
		return errors.Join(append(problems, err)...)
	}
	stats, err := d.master.Stats(ctx)
	if err == nil {
		err = d.connected(ctx, stats)
	}
	return errors.Join(append(problems, err)...)
}

// connected checks the workers of a master that answers.
func (d *drive) connected(ctx context.Context, stats *locust.Stats) error {
	d.say("master %s: state %s, %d workers", d.address, stats.State, stats.Present())
	if wanted := max(1, d.Plan.ExpectedWorkers()); stats.Present() < wanted {
		return fmt.Errorf("%w: it has %d of %d workers", ErrBusy, stats.Present(), wanted)
	}
	if stats.Running() {
		return fmt.Errorf("%w: it runs another test (state %s)", ErrBusy, stats.State)
	}
	d.facts = newFacts(stats.Present())
	d.facts.start(stats)
	sample, err := d.source.Sample(ctx)
	if err != nil {
		return err
	}
	if err := d.missing(sample); err != nil {
		return fmt.Errorf("%w; is it a Python worker?", err)
	}
	origin := d.source.Origin()
	d.say("figures: %s, %s", origin.Address, origin.Resolution)
	return d.resolves()
}
