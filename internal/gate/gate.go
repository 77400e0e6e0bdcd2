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

// A Gate is what Run needs. All but Columns is needed.
type Gate struct {
	Plan    *plan.Plan
	Lookup  func(string) (string, bool) // of environment variables
	Out     io.Writer                   // says how the run goes
	Columns func() int                  // of the terminal that Out is, 0 if not known; nil if it is none
	Version string                      // of the gate

	progress *progress
}

func (g *Gate) say(format string, args ...any) { g.progress.say(format, args...) }
func (g *Gate) show(line string)               { g.progress.show(line) }

// A Result is what Run came to.
type Result struct {
	// Runs are the judged records, the decisive one last; none without a verdict.
	Runs []*record.Run
	// Past are runs before the decisive one that it can be set beside, the newest first.
	Past []*record.Run

	pending time.Time // until when an older master may stop a later test
}

// Decisive is the run whose verdict counts; nil if there is none.
func (r *Result) Decisive() *record.Run {
	if len(r.Runs) == 0 {
		return nil
	}
	return r.Runs[len(r.Runs)-1]
}

// Run makes a run, and a second one if the first seems worse than the baseline and nothing
// else is wrong with it. All are put into the store, unless the plan has none. The error
// says why there is no verdict, or why it could not be stored: see ExitCode. Cancelling ctx
// ends the run and its load within two seconds.
func (g *Gate) Run(ctx context.Context) (Result, error) {
	var r Result
	g.progress = &progress{out: g.Out, columns: g.Columns}
	defer g.progress.clear()
	err := g.one(ctx, &r)
	if first := r.Decisive(); err != nil || !first.Verdict.Unconfirmed {
		return r, err
	}
	g.say("seems worse than the baseline: running once more to confirm that")
	if err := sleep(ctx, time.Until(r.pending)); err != nil {
		return r, err
	}
	return r, g.one(ctx, &r)
}

// one makes, judges and stores a run.
func (g *Gate) one(ctx context.Context, r *Result) error {
	d := &drive{Gate: g, watch: threshold.NewWatch(g.Plan.Limit())}
	run, sliding, err := d.do(ctx)
	if err != nil {
		return err
	}
	g.progress.clear()
	settings := g.Plan.Comparison()
	in := verdict.Input{
		Run: run, Thresholds: g.Plan.Limit(), Sliding: sliding, Aborted: d.aborted, Limits: g.Plan.Limits(), Baseline: settings,
		First: r.Decisive(), WarnExit: int(g.Plan.Output.WarnExit),
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
	r.Runs, r.pending = append(r.Runs, run), d.pending
	if settings.Off {
		return nil
	}
	r.Past = store.Trend(run)
	return store.Put(run)
}

// An Interrupt is the cause of a context that a signal ended.
type Interrupt struct{ Code int }

// Error says that the gate was interrupted.
func (i Interrupt) Error() string { return "interrupted" }

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
