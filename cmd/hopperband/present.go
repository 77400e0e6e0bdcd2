package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/push"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
)

// present prints the report and writes the files that the plan asks for.
func (c *command) present(p *plan.Plan, run *record.Run, past []*record.Run) error {
	r := report.New(run, past)
	return errors.Join(
		r.Terminal(c.out, c.colored()),
		write(string(p.Output.JSON), r.JSON),
		write(string(p.Output.JUnit), r.JUnit),
		write(string(p.Output.HTML), r.HTML),
		write(string(p.Output.Markdown), r.Markdown),
		write(string(p.Output.Record), run.Write),
	)
}

// push writes the verdict to Prometheus, if the plan says where one is.
func (c *command) push(ctx context.Context, p *plan.Plan, run *record.Run) error {
	if p.Output.RemoteWriteURL == "" {
		return nil
	}
	return push.Config{URL: string(p.Output.RemoteWriteURL), ClientConfig: string(p.Output.RemoteWriteConfig)}.Push(ctx, run)
}

// colored says whether the output is a terminal whose user has nothing against colours
// (no-color.org).
func (c *command) colored() bool {
	none, _ := c.lookup("NO_COLOR")
	return none == "" && isTerminal(c.out)
}

// write makes a file, unless it has no name.
func write(path string, to func(io.Writer) error) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(to(f), f.Close())
}
