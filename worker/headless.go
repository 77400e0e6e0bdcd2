package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/summary"
	"github.com/hopperband/hopperband/internal/usage"
)

// aloneReportEvery is how old the numbers of a run without a master may be.
const aloneReportEvery = time.Second

// headless runs a test without a master and shows its results as locust --headless does
// (locust/main.py).
func (c *command) headless(s *settings, parsed *flags.Parsed) int {
	p, err := s.testPlan(c.cfg, c.all, c.classes)
	if err != nil {
		return c.misused(err)
	}
	closeLog, err := c.openLog(s)
	if err != nil {
		return c.misused(err)
	}
	defer closeLog()
	r, err := c.openResults(s)
	if err != nil {
		return c.misused(err)
	}
	ctx, stop := c.untilSignal()
	defer stop()
	e, err := c.cfg.openEndpoint()
	if err != nil {
		return c.misused(err)
	}
	defer e.finish(ctx)
	logIgnored(c.cfg.Log, parsed, roleHeadless)
	c.announce(p)
	r.begin()
	watching, watched := make(chan struct{}), make(chan struct{})
	go func() { defer close(watched); r.watch(watching) }()
	err = c.cfg.runAlone(ctx, p, r, e)
	close(watching)
	<-watched
	if err != nil {
		c.cfg.Log.Error().Err(err).Msg("run failed")
	}
	return c.show(s, r, err)
}

// openResults says where the results are shown. Without Locust's logging setup there are no
// tables, which are a part of its log.
func (c *command) openResults(s *settings) (*results, error) {
	keep := summary.Keep{Seconds: bool(s.alone.json) || s.alone.jsonFile != "", Recent: bool(s.alone.csvFullHistory)}
	r := &results{log: c.cfg.Log, live: !bool(s.alone.onlySummary), summary: summary.New(time.Now(), keep)}
	if !s.skipLogSetup {
		r.tables = c.err
	}
	if s.alone.csv == "" {
		return r, nil
	}
	files, err := summary.Create(string(s.alone.csv))
	if err != nil {
		return nil, fmt.Errorf("--csv: %w", err)
	}
	r.files = files
	return r, nil
}

func (c *command) announce(p *plan) {
	log := c.cfg.Log
	log.Info().Str("version", libraryVersion()).Strs("user_classes", names(p.classes)).Int("users", p.users).
		Float64("spawn_rate", p.rate).Msg("starting a test without a master")
	if n := p.fixedUsers(); n > p.users {
		log.Info().Int("fixed_counts", n).Int("users", p.users).Msg("the user classes have more users by fixed count than there are to be: not all will be spawned")
	}
	if c.cfg.Processes > 1 {
		log.Warn().Int("processes", c.cfg.Processes).Msg("--processes ignored: without a master one process does it all, on all CPUs")
	}
	if p.runTime > 0 {
		log.Info().Msgf("run time limit set to %v", p.runTime)
	} else {
		log.Info().Msg("no run time limit set, use CTRL+C to interrupt")
	}
}

// show prints and writes the last results, and returns the exit code: results that cannot be
// written are a failure.
func (c *command) show(s *settings, r *results, failed error) (code int) {
	r.writeFiles((*summary.Files).Finish)
	if r.files != nil {
		r.files.Close()
	}
	switch {
	case failed != nil:
		code = exitFailure
	case r.summary.Failed():
		code = int(s.alone.exitCode)
	}
	if err := c.writeJSON(s, r); err != nil || r.broken {
		c.cfg.Log.Error().Err(err).Msg("the results are not written in full")
		code = max(code, exitFailure)
	}
	c.cfg.Log.Info().Int("exit_code", code).Msg("shutting down")
	if s.alone.jsonFile == "" {
		r.printFinal()
	}
	return code
}

// writeJSON writes the statistics where they are asked for as JSON.
func (c *command) writeJSON(s *settings, r *results) (err error) {
	if s.alone.json {
		if _, err = fmt.Fprintf(c.out, "%s\n", r.summary.JSON()); err != nil {
			err = fmt.Errorf("--json: %w", err)
		}
	}
	if s.alone.jsonFile != "" {
		err = errors.Join(err, r.writeJSON(string(s.alone.jsonFile)))
	}
	return err
}

// runAlone runs a test until its run time is over or ctx ends.
func (cfg Config) runAlone(ctx context.Context, p *plan, r *results, e *endpoint) error {
	meter, err := usage.NewMeter()
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	cfg.ConnectTimeout, cfg.MasterHeartbeatTimeout = forever, forever // nobody is to be waited for
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	cfg.OnTestStart = orEnd(cfg.OnTestStart, end)
	limit, what := p.runTime, "--run-time"
	if own := cfg.MaxRunTime; own > 0 && (limit == 0 || own < limit) {
		limit, what = own, "--max-run-time"
	}
	if limit > 0 {
		timer := time.AfterFunc(limit, func() {
			cfg.Log.Info().Msg(what + " limit reached, shutting down")
			end(nil)
		})
		defer timer.Stop()
	}
	w := newAlone(cfg, p, r, &processMeter{meter: meter})
	defer w.hangUp()
	if err := e.show(w); err != nil {
		return err
	}
	err = w.loop(ctx)
	if cause := context.Cause(ctx); err == nil && errors.Is(cause, errTestStart) {
		err = cause
	}
	return err
}

// newAlone returns a worker whose master and link is a localMaster.
func newAlone(cfg Config, p *plan, r *results, cpu cpuMeter) *worker {
	m := newLocalMaster(p, r)
	w := newWorker(cfg, "local", m, cpu, p.classes)
	w.alone = m
	w.exceptions.unlimited = true
	return w
}

func (w *worker) reportInterval() time.Duration {
	if w.alone != nil {
		return aloneReportEvery
	}
	return reportEvery
}

var errTestStart = errors.New("worker: OnTestStart failed")

// orEnd has a failed OnTestStart end the run: no user would ever start.
func orEnd(f func(context.Context, *Test) error, end context.CancelCauseFunc) func(context.Context, *Test) error {
	if f == nil {
		return nil
	}
	return func(ctx context.Context, t *Test) error {
		err := errors.New("panic")
		defer func() {
			if err != nil { // it has returned one, or panicked
				end(fmt.Errorf("%w: %w", errTestStart, err))
			}
		}()
		err = f(ctx, t)
		return err
	}
}
