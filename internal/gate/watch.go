package gate

import (
	"context"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// glance is how often the gate looks after master and workers, however rarely it reads the
// figures.
const glance = 5 * time.Second

// ramp waits until the users run.
func (d *drive) ramp(ctx context.Context) (stop, error) {
	wanted := d.Plan.Limits().Users(int(d.Plan.Run.Users))
	limit := d.loaded.Add(d.rampTime())
	shown := time.Now()
	for {
		if err := sleep(ctx, readyPoll); err != nil {
			return "", err
		}
		stats, why, err := d.look(ctx, false)
		switch {
		case err != nil || why != "":
			return why, err
		case stats == nil:
			continue
		case stats.Users >= wanted:
			return "", nil
		case time.Now().After(limit):
			d.facts.users = stats.Users
			return stop(fmt.Sprintf("%d of %d users run after %v", stats.Users, d.Plan.Run.Users, d.rampTime())), nil
		}
		if time.Since(shown) >= time.Duration(d.Plan.Run.Interval) {
			shown = time.Now()
			d.point(ctx, stats, phase{"starting", d.loaded, d.rampTime()})
		}
	}
}

// warmUp lets the users run before anything counts.
func (d *drive) warmUp(ctx context.Context) (stop, error) {
	length := time.Duration(d.Plan.Run.WarmUp)
	if length == 0 {
		return "", nil
	}
	return d.until(ctx, phase{"warm-up", time.Now(), length}, false)
}

// measure is the plateau.
func (d *drive) measure(ctx context.Context) (why stop, err error) {
	if d.beginning, err = d.ask(ctx, d.source.Begin); err != nil {
		return "", err
	}
	if d.Plan.FigureSource() == record.SourceMaster {
		d.first, d.latest = d.beginning, d.beginning
	}
	if err := d.resolves(); err != nil {
		return "", err
	}
	d.beginning = d.beginning.Merge(d.latest)
	d.take(d.beginning, false)
	d.run.Window.Start = d.beginning.At
	if why, err = d.stay(ctx); err != nil {
		return "", err
	}
	before := d.latest
	if err = d.askLast(ctx, true, d.source.End); err != nil {
		return "", err
	}
	d.run.Window.End = d.latest.At
	d.cleared(before)
	if d.plateau, err = d.latest.Since(d.beginning); err != nil {
		d.problem = err.Error()
	}
	return why, nil
}

// stay is the plateau itself. Beside a local master the gate watches the machine as well.
func (d *drive) stay(ctx context.Context) (stop, error) {
	if d.local != nil {
		late := watchWakeUps()
		defer func() { d.facts.wakeUps = late.end() }()
	}
	return d.until(ctx, phase{"measuring", d.beginning.At, time.Duration(d.Plan.Run.Duration)}, true)
}

// A phase is a part of a run.
type phase struct {
	name   string
	begin  time.Time
	length time.Duration
}

// until watches the run up to the end of a phase, or until a master that does not answer at
// the end does.
func (d *drive) until(ctx context.Context, ph phase, plateau bool) (stop, error) {
	interval, end := time.Duration(d.Plan.Run.Interval), ph.begin.Add(ph.length)
	due := time.Now().Add(interval) // of the next figures
	for {
		left := time.Until(end)
		if left <= 0 {
			if d.silent.IsZero() {
				return "", nil
			}
			left = readyPoll
		}
		if err := sleep(ctx, nap(time.Until(due), interval, left)); err != nil {
			return "", err
		}
		stats, why, err := d.look(ctx, plateau)
		switch now := time.Now(); {
		case err != nil || why != "":
			return why, err
		case stats == nil, now.Before(due) && now.Before(end):
			continue
		}
		due = time.Now().Add(interval)
		d.point(ctx, stats, ph)
		if plateau {
			if why := d.breached(); why != "" {
				return why, nil
			}
		}
	}
}

// nap is how long not to look: until the next figures are due or the phase ends, but not for
// long. Figures that are due still, since the master did not answer, have an interval more.
func nap(due, interval, left time.Duration) time.Duration {
	if due <= 0 {
		due = interval
	}
	return min(due, glance, left)
}

// look asks the master how the run is. It returns no statistics while the master does not
// answer and may yet; an error, when it is taken for gone.
func (d *drive) look(ctx context.Context, plateau bool) (*locust.Stats, stop, error) {
	if d.gone() {
		return nil, "", fmt.Errorf("%w: %w", locust.ErrUnreachable, d.local.Ended())
	}
	stats, err := d.master.Stats(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case err != nil:
		if d.silent.IsZero() {
			d.silent = time.Now()
			d.say("%v", err)
		}
		if time.Since(d.silent) > patience {
			return nil, "", err
		}
		return nil, "", nil
	}
	d.silent = time.Time{}
	d.facts.see(stats, plateau)
	d.wasUp = d.wasUp || stats.Running()
	switch {
	case len(d.facts.lost) > int(d.Plan.Validity.LostWorkers):
		return stats, stop(fmt.Sprintf("%d of %d workers lost", len(d.facts.lost), d.facts.expected)), nil
	case d.wasUp && !stats.Running():
		return stats, stop(fmt.Sprintf("the master ended the test by itself, or somebody did (state %s)", stats.State)), nil
	}
	return stats, "", nil
}

// point reads the figures, keeps and shows one moment.
func (d *drive) point(ctx context.Context, stats *locust.Stats, ph phase) {
	before := d.latest
	sample, err := d.source.Sample(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.say("%v", err)
		}
		return
	}
	d.take(sample, ph.name == "measuring")
	if ph.name == "measuring" {
		d.cleared(before)
	}
	since, err := d.latest.Since(before)
	seconds := d.latest.Seen(d.facts.lost).Sub(before.Seen(d.facts.lost)).Seconds()
	switch known := len(d.series); {
	case err != nil:
		return
	case seconds <= 0: // a Prometheus that has not scraped since
		if known > 0 {
			d.show(ph.line(d.latest.At, d.series[known-1]))
		}
		return
	}
	if ph.name == "measuring" {
		d.facts.interval(since.Lag)
	}
	p := record.Point{
		T: d.latest.At.Sub(d.loaded).Seconds(), Users: stats.Users,
		Rate: float64(since.Total.Requests) / seconds, Failures: float64(since.Total.Failures) / seconds,
	}
	for q, to := range map[float64]**float64{0.5: &p.P50, 0.95: &p.P95, 0.99: &p.P99} {
		if v, ok := since.Total.ResponseTime.Quantile(q); ok {
			*to = &v
		}
	}
	d.series = append(d.series, p)
	d.show(ph.line(d.latest.At, p))
}

// cleared notes that somebody cleared the master's statistics on the plateau: they count from
// there on, and no other source says so.
func (d *drive) cleared(before *source.Sample) {
	if d.Plan.FigureSource() != record.SourceMaster {
		return
	}
	if _, err := d.latest.Since(before); err != nil {
		d.problem = err.Error()
	}
}

// take makes a sample the latest one.
func (d *drive) take(sample *source.Sample, plateau bool) {
	d.facts.sample(sample, plateau)
	d.latest = sample.Merge(d.latest)
}

// breached says which threshold stops the run now, or why its figures cannot be trusted.
func (d *drive) breached() stop {
	if d.problem != "" {
		return stop(d.problem)
	}
	so, err := d.latest.Since(d.beginning)
	if err != nil {
		return stop(err.Error())
	}
	seen := d.latest.Seen(d.facts.lost).Sub(d.beginning.Seen(d.facts.lost))
	checks, err := d.watch.Observe(d.latest.At.Sub(d.beginning.At), seen, so.Total, so.Names)
	switch {
	case err != nil:
		return stop(err.Error())
	case len(checks) > 0:
		d.aborted = true
		return stop(checks[0].Text)
	}
	return ""
}

// settle stops the load and reads what all of the run came to.
func (d *drive) settle(ctx context.Context) error {
	d.show("stopping the load")
	if err := d.halt(ctx); err != nil {
		return err
	}
	ended := time.Now()
	d.run.Identity.Ended = ended
	after := func(ctx context.Context) (*source.Sample, error) { return d.source.After(ctx, ended) }
	if err := d.askLast(ctx, false, after); err != nil {
		return err
	}
	var err error
	if d.whole, err = d.latest.Since(d.first); err != nil {
		d.problem = err.Error()
	}
	var table *locust.Table
	if err := d.insist(ctx, func() (err error) {
		table, err = d.master.Table(ctx)
		return err
	}); err != nil {
		return err
	}
	d.run.Reconciled = reconcile(d.Plan.FigureSource(), d.whole, table)
	d.run.Sources = append(d.run.Sources, record.Source{
		Kind: record.SourceMaster, Address: d.address, Requests: table.Total.Requests, Failures: table.Total.Failures,
		Resolution: record.Locust,
	})
	return ctx.Err()
}
