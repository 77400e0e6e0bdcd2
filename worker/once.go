package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/tasks"
)

// once runs one user of a class that does each of its tasks once, and prints what comes of
// it.
func (c *command) once(s *settings, parsed *flags.Parsed) int {
	i := slices.IndexFunc(c.all, func(class *tasks.UserClass) bool { return class.Name == string(s.alone.runOnce) })
	if i < 0 {
		return c.misused(fmt.Errorf("--run-once: %q: not a user class of this program, which has %s", s.alone.runOnce, strings.Join(names(c.all), ", ")))
	}
	p, err := s.testPlan(c.cfg, c.all, c.all[i:i+1])
	if err != nil {
		return c.misused(err)
	}
	closeLog, err := c.openLog(s)
	if err != nil {
		return c.misused(err)
	}
	defer closeLog()
	logIgnored(c.cfg.Log, parsed, roleOnce)
	ctx, stop := c.untilSignal()
	defer stop()
	if p.runTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, p.runTime, fmt.Errorf("--run-time %v is over", p.runTime))
		defer cancel()
	}
	t := &try{out: c.out, class: p.classes[0], cfg: c.cfg}
	t.run(ctx, p)
	if cause := context.Cause(ctx); cause != nil {
		t.fail("stopped before the end: %v\n", cause)
	}
	t.sum()
	if t.failures > 0 {
		return exitFailure
	}
	return 0
}

// run is the life of the user, between the hooks of a test.
func (t *try) run(ctx context.Context, p *plan) {
	e := t.environment(p)
	info := &Test{Environment: e.Environment, send: func(string, any) error { return nil }}
	h := newHooks(t.cfg.Log)
	start := func() error { return nil }
	if f := t.cfg.OnTestStart; f != nil {
		start = func() error { return f(ctx, info) }
	}
	if err := h.protect("OnTestStart", start); err != nil {
		t.fail("%v\n", errors.Join(errTestRefused, err))
	} else {
		t.class.Run(ctx, e)
	}
	if f := t.cfg.OnTestStop; f != nil {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), hookPatience)
		defer cancel()
		_ = h.protect("OnTestStop", func() error { f(stopping, info); return nil }) // its panic is in the log
	}
	if f := t.cfg.OnQuit; f != nil {
		_ = h.protect("OnQuit", func() error { f(); return nil })
	}
}

// environment is what a worker would give to the user.
func (t *try) environment(p *plan) tasks.Driver {
	d := tasks.Driver{
		Environment: tasks.Environment{Host: t.cfg.Host, Options: tasks.Options{}, Tags: t.cfg.Tags, ExcludeTags: t.cfg.ExcludeTags},
		Number:      1,
		Once:        t.task,
		OnRequest:   t.request,
		OnError:     t.exception,
	}
	for _, e := range p.edits {
		for name, v := range e.Attributes {
			switch {
			case e.UserClassName != t.class.Name:
			case name == "tasks":
				d.Only, _ = kept(t.class, v) // check has named what is wrong with the class
			case name == "host" && d.Host == "":
				d.Host, _ = v.(string)
			case name != "host":
				d.Options[name] = v
			}
		}
	}
	return d
}

// took is a time as people read it.
func took(d time.Duration) string {
	if d == tasks.NoResponseTime {
		return "no response time"
	}
	return d.Round(10 * time.Microsecond).String()
}
