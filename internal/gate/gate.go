// Package gate runs a load test after a deployment and judges it: it drives a Locust master,
// reads the workers' figures, compares them with thresholds and with the runs before, and
// always stops the load that it started.
package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A Gate is what Run needs. All but Terminal is needed.
type Gate struct {
	Plan     *plan.Plan
	Lookup   func(string) (string, bool) // of environment variables
	Out      io.Writer                   // says how the run goes
	Terminal bool                        // Out is one
	Version  string                      // of the gate

	progress *progress
}

func (g *Gate) say(format string, args ...any) { g.progress.say(format, args...) }
func (g *Gate) show(line string)               { g.progress.show(line) }

// Run makes a run, and a second one if the first seems worse than the baseline and nothing
// else is wrong with it. It returns the judged records, the decisive one last. All are put
// into the store, unless the plan has none. The error says why there is no verdict, or why it
// could not be stored: see ExitCode. Cancelling ctx ends the run and its load within two seconds.
func (g *Gate) Run(ctx context.Context) ([]*record.Run, error) {
	g.progress = &progress{out: g.Out, terminal: g.Terminal}
	defer g.progress.clear()
	first, pending, err := g.one(ctx, nil)
	switch {
	case first == nil:
		return nil, err
	case err != nil || !first.Verdict.Unconfirmed:
		return []*record.Run{first}, err
	}
	g.say("seems worse than the baseline: running once more to confirm that")
	if err := sleep(ctx, time.Until(pending)); err != nil {
		return []*record.Run{first}, err
	}
	second, _, err := g.one(ctx, first)
	if second == nil {
		return []*record.Run{first}, err
	}
	return []*record.Run{first, second}, err
}

// one makes, judges and stores a run. Until the time that it returns, an older master may
// stop a later test.
func (g *Gate) one(ctx context.Context, first *record.Run) (*record.Run, time.Time, error) {
	d := &drive{Gate: g, watch: threshold.NewWatch(g.Plan.Limit())}
	run, sliding, err := d.do(ctx)
	if err != nil {
		return nil, d.pending, err
	}
	g.progress.clear()
	settings := g.Plan.Comparison()
	in := verdict.Input{
		Run: run, Thresholds: g.Plan.Limit(), Sliding: sliding, Limits: g.Plan.Limits(), Baseline: settings,
		First: first, WarnExit: int(g.Plan.Output.WarnExit),
	}
	store := baseline.Open(string(g.Plan.Baseline.Store))
	if !settings.Off {
		var problems []error
		in.History, problems = settings.Select(run, store.Runs())
		for _, problem := range problems {
			g.say("left out: %v", problem)
		}
	}
	judged := verdict.Judge(in)
	run.Verdict = &judged
	if settings.Off {
		return run, d.pending, nil
	}
	if err := store.Put(run); err != nil {
		return run, d.pending, err
	}
	return run, d.pending, nil
}

// An Interrupt is the cause of a context that a signal ended.
type Interrupt struct{ Code int }

// Error says that the gate was interrupted.
func (i Interrupt) Error() string { return "interrupted; the load is stopped" }

// ExitCode is the gate's exit code for an error of Run, or of reading a plan.
func ExitCode(err error) int {
	var interrupt Interrupt
	switch {
	case err == nil:
		return verdict.ExitPass
	case errors.As(err, &interrupt):
		return interrupt.Code
	case errors.Is(err, ErrPlan), errors.Is(err, locust.ErrRefused):
		return verdict.ExitUsage
	case errors.Is(err, locust.ErrUnreachable), errors.Is(err, source.ErrUnreachable), errors.Is(err, ErrTarget), errors.Is(err, ErrBusy):
		return verdict.ExitUnreachable
	}
	return verdict.ExitInternal
}

// Cause is the error of a run, or why its context was ended, if it was.
func Cause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && err != nil {
		return fmt.Errorf("gate: %w", cause)
	}
	return err
}
