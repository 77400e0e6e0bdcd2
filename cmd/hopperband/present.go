package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// present prints the verdict and writes the files that the plan asks for.
func (c *command) present(p *plan.Plan, runs []*record.Run) error {
	run := runs[len(runs)-1]
	fmt.Fprintf(c.out, "%s\n", run.Verdict.Outcome)
	for _, reason := range run.Verdict.Reasons {
		fmt.Fprintf(c.out, "  %s\n", reason)
	}
	if p.Output.Record == "" {
		return nil
	}
	f, err := os.Create(string(p.Output.Record))
	if err != nil {
		return err
	}
	return errors.Join(run.Write(f), f.Close())
}
