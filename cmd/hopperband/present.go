package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/push"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

// present prints the report and writes the files that the plan asks for.
func (c *command) present(p *plan.Plan, run *record.Run, past []*record.Run) error {
	r := report.New(run, past)
	var u unwritten
	u.write(string(p.Output.JSON), r.JSON)
	u.write(string(p.Output.JUnit), r.JUnit)
	u.write(string(p.Output.HTML), r.HTML)
	u.write(string(p.Output.Markdown), r.Markdown)
	u.write(string(p.Output.Record), run.Write)
	return errors.Join(r.Terminal(c.out, c.colored()), u.err())
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

// An unwritten is the files that could not be written, by why.
type unwritten struct {
	reasons []string
	files   map[string][]string
}

// write makes a file, unless it has no name. One of an earlier run does not stay in its
// place: it would be taken for that of this run.
func (u *unwritten) write(path string, to func(io.Writer) error) {
	if path == "" {
		return
	}
	err := wholefile.Write(path, to)
	if err == nil {
		return
	}
	if info, statErr := os.Stat(path); statErr == nil && info.Mode().IsRegular() {
		_ = os.Remove(wholefile.Behind(path))
	}
	reason := err.Error()
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		reason = at.Err.Error() // without the name of the unfinished file
	}
	if u.files[reason] == nil {
		u.reasons = append(u.reasons, reason)
	}
	if u.files == nil {
		u.files = map[string][]string{}
	}
	u.files[reason] = append(u.files[reason], path)
}

// err is one message for all files of one reason.
func (u *unwritten) err() error {
	var problems []error
	for _, reason := range u.reasons {
		problems = append(problems, fmt.Errorf("not written: %s: %s", strings.Join(u.files[reason], ", "), reason))
	}
	return errors.Join(problems...)
}
