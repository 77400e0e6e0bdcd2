package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// load reads the plan; done says that there is nothing to do but to exit.
func (c *command) load(name, about string, args []string, extra ...flags.Flag) (p *plan.Plan, code int, done bool) {
	p, rest, err := plan.Load(args, c.lookup, extra...)
	switch {
	case errors.Is(err, flags.ErrHelp):
		fmt.Fprintf(c.out, "usage: hopperband %s [flags]\n\n%s\n\n", name, about)
		return nil, c.ended(plan.Help(extra...).PrintFlags(c.out)), true
	case len(rest) > 0:
		err = errors.Join(fmt.Errorf("%s takes flags only, not %q", name, rest), err)
	}
	if err != nil {
		return nil, c.wrong(err), true
	}
	for _, idle := range p.Idle() {
		fmt.Fprintf(c.err, "hopperband: %s\n", idle)
	}
	return p, 0, false
}

func (c *command) newGate(p *plan.Plan) *gate.Gate {
	return &gate.Gate{Plan: p, Lookup: c.lookup, Out: c.err, Columns: columns(c.err), Version: version()}
}

// columns counts those of a terminal; it is nil for what is none.
func columns(out any) func() int {
	if !isTerminal(out) {
		return nil
	}
	return func() int {
		width, _, _ := term.GetSize(int(out.(*os.File).Fd())) // 0 if it does not say
		return width
	}
}

func isTerminal(out any) bool {
	f, ok := out.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

func (c *command) gateRun(args []string) int {
	p, code, done := c.load("gate run", "Runs the plan, prints the verdict, and exits with its code.", args)
	if done {
		return code
	}
	ctx, stop := untilSignal()
	defer stop()
	result, err := c.newGate(p).Run(ctx)
	err = gate.Cause(ctx, err)
	code = gate.ExitCode(err)
	if err != nil {
		c.wrong(err)
	}
	run := result.Decisive()
	if run == nil || code >= verdict.ExitInterrupted {
		return code
	}
	if err := c.present(p, run, result.Past); err != nil {
		code = max(code, c.ended(err))
	}
	if err := c.push(ctx, p, run); err != nil { // the verdict stands all the same
		fmt.Fprintf(c.err, "hopperband: the verdict could not be written to Prometheus: %v\n", err)
	}
	if unconfirmed := run.Verdict.Unconfirmed && code != verdict.ExitPass; unconfirmed || run.Verdict.ExitCode == verdict.ExitPass {
		return code
	}
	return run.Verdict.ExitCode
}

func (c *command) gateCheck(args []string) int {
	var connect flags.Bool
	p, code, done := c.load("gate check", "Names every mistake in the plan that would stop a run.", args, flags.Flag{
		Name: "connect", Env: plan.Variable("connect"), Takes: flags.Switch, Value: &connect, Group: "Check",
		Usage: "ask the master, the source of the figures and the version under test, too",
	})
	if done {
		return code
	}
	if connect {
		ctx, stop := untilSignal()
		defer stop()
		if err := gate.Cause(ctx, c.newGate(p).Connect(ctx)); err != nil {
			c.wrong(err)
			return gate.ExitCode(err)
		}
	}
	name := p.Path()
	if name == "" {
		name = "the plan"
	}
	fmt.Fprintf(c.out, "%s: no mistake found\n", name)
	return verdict.ExitPass
}

// untilSignal is a context that SIGINT, SIGTERM and SIGHUP end, with the exit code of each.
// Meanwhile, an output that nobody reads any more does not end the process before its load.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals, broken := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Notify(broken, syscall.SIGPIPE)
	go func() {
		select {
		case s := <-signals:
			code := verdict.ExitTerminated
			if s == os.Interrupt {
				code = verdict.ExitInterrupted
			}
			cancel(gate.Interrupt{Code: code})
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
