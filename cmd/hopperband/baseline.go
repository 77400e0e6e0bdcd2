package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

const baselineUsage = `usage: hopperband gate baseline list
       hopperband gate baseline show RUN
       hopperband gate baseline compare RUN RUN
       hopperband gate baseline prune [--keep N] [--dry-run]
       hopperband gate baseline accept RUN --by NAME --reason TEXT

Looks after the records of past runs. A RUN is the beginning of an ID. An accepted run begins
a new level: later ones are not compared with what was before it.

`

// A keeper is one call of gate baseline.
type keeper struct {
	*command
	store      *baseline.Store
	args       []string
	by, reason flags.String
	keep       flags.Int
	dry        flags.Bool
}

func (c *command) baseline(args []string) int {
	k := &keeper{command: c, keep: 50}
	folder := plan.New().Baseline.Store
	if p, _, _ := plan.Load(nil, c.lookup); p != nil { // whatever else is wrong with it
		folder = p.Baseline.Store
	}
	const group = "Baseline"
	set := flags.Set{Flags: []flags.Flag{
		{Name: "baseline-store", Env: plan.Variable("baseline-store"), Value: &folder, Group: group, Usage: "folder of the runs' records; by default that of the plan"},
		{Name: "keep", Env: plan.Variable("keep"), Value: &k.keep, Group: group, Usage: "how many runs of each load and branch to keep"},
		{Name: "dry-run", Env: plan.Variable("dry-run"), Takes: flags.Switch, Value: &k.dry, Group: group, Usage: "only name the files that would be removed"},
		{Name: "by", Env: plan.Variable("by"), Value: &k.by, Group: group, Usage: "who accepts the run"},
		{Name: "reason", Env: plan.Variable("reason"), Value: &k.reason, Group: group, Usage: "why the new level is right"},
	}}
	parsed, err := set.Parse(args, c.lookup)
	switch {
	case errors.Is(err, flags.ErrHelp):
		fmt.Fprint(c.out, baselineUsage)
		return c.ended(set.PrintFlags(c.out))
	case err != nil:
		return c.wrong(err)
	}
	k.store = baseline.Open(string(folder))
	words := append(parsed.Args, "")
	k.args = parsed.Args[min(1, len(parsed.Args)):]
	actions := map[string]struct {
		runs int
		do   func() error
	}{"list": {0, k.list}, "show": {1, k.show}, "compare": {2, k.compare}, "prune": {0, k.prune}, "accept": {1, k.accept}}
	action, known := actions[words[0]]
	if !known || len(k.args) != action.runs {
		if words[0] != "" {
			fmt.Fprintf(c.err, "hopperband: gate baseline %s: not so\n\n", strings.Join(parsed.Args, " "))
		}
		fmt.Fprint(c.err, baselineUsage)
		return verdict.ExitUsage
	}
	if err = action.do(); errors.Is(err, baseline.ErrMisused) {
		return c.wrong(err)
	}
	return c.ended(err)
}

func (k *keeper) list() error { return report.List(k.out, k.store.Runs()) }

func (k *keeper) show() error {
	run, err := k.store.Get(k.args[0])
	if err != nil {
		return err
	}
	return report.New(run, k.store.Trend(run)).Terminal(k.out, k.colored())
}

func (k *keeper) compare() error {
	a, err := k.store.Get(k.args[0])
	if err != nil {
		return err
	}
	b, err := k.store.Get(k.args[1])
	if err != nil {
		return err
	}
	return report.Compare(k.out, a, b)
}

func (k *keeper) prune() error {
	names, err := k.store.Prune(int(k.keep), bool(k.dry), time.Now())
	for _, name := range names {
		fmt.Fprintln(k.out, name)
	}
	return err
}

func (k *keeper) accept() error {
	run, err := k.store.Accept(k.args[0], string(k.by), string(k.reason), time.Now())
	if err == nil {
		fmt.Fprintf(k.out, "run %s begins a new level\n", run.ID)
	}
	return err
}
