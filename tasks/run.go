package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errNotNested = errors.New("tasks: InterruptTaskSet outside of a nested task set")

// Run runs one user until d.Stopping is closed, one of its tasks returns StopUser, or, by
// force, ctx is done. It returns when the user has ended: OnStop and the functions given to
// Cleanup have run.
//
// The tasks' contexts have no deadline even if ctx has one: they are canceled when it
// passes. (A client such as gRPC's would make a deadline of the worker a failed request.)
//
// A user that cannot run, because New panics or builds an invalid TaskSet, is reported to
// d.OnError and ends. One whose tasks the tags all filter out is reported, too, and waits
// until it is stopped.
func (c *UserClass) Run(ctx context.Context, d Driver) {
	if _, ok := ctx.Deadline(); ok {
		worker := ctx
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(context.WithoutCancel(worker))
		defer cancel()
		defer context.AfterFunc(worker, cancel)()
	}
	c.newUser(ctx, &d).run(c)
}

// run is the life of a user.
func (u *User) run(c *UserClass) {
	if !u.ready() {
		return
	}
	defer u.cleanup()
	s, err := u.build(c)
	switch {
	case err != nil:
		u.report("New", err)
		return
	case len(s.steps) == 0:
		u.report("New", fmt.Errorf("tasks: user class %q: no task is left by tags %q without tags %q", u.Class, u.Tags, u.ExcludeTags))
		u.idle()
		return
	case s.hasOnStop():
		defer context.AfterFunc(u.ctx, func() { u.forcedAt() })()
	}
	u.report(s.label("OnStart"), u.enter(s, c.WaitTime))
}

// build calls New.
func (u *User) build(c *UserClass) (*set, error) {
	ts, err := c.tasks(u)
	if err == nil {
		err = checkSet(fmt.Sprintf("user class %q", c.Name), ts)
	}
	if err != nil {
		return nil, err
	}
	return newSet("", ts, tagFilter{u.Tags, u.ExcludeTags}, nil), nil
}

func (c *UserClass) tasks(u *User) (ts TaskSet, err error) {
	defer rescue(&err)
	return c.New(u), nil
}

// idle waits until the user is stopped.
func (u *User) idle() {
	select {
	case <-u.stop:
	case <-u.ctx.Done():
	}
}

// enter runs s from its OnStart to its OnStop. It returns nil when a nested set was left by
// InterruptTaskSet, StopUser when the user shall end, and else the error of an OnStart.
func (u *User) enter(s *set, wait WaitTime) error {
	if s.OnStart != nil {
		if err := protect(u.ctx, s.OnStart); err != nil {
			return u.refused(s, err)
		}
	}
	if s.OnStop != nil {
		defer u.leave(s)
	}
	if s.WaitTime != nil {
		wait = s.WaitTime
	}
	if wait != nil && (s.WaitTime != nil || s.name == "") {
		now := time.Now()
		u.begin(now, now)
	}
	s.rewind()
	return u.loop(s, wait)
}

// refused says what follows from an error of the set's OnStart.
func (u *User) refused(s *set, err error) error {
	switch {
	case u.isForced():
		return StopUser
	case !errors.Is(err, InterruptTaskSet):
		return err
	case s.name == "":
		return errors.Join(err, errNotNested)
	}
	u.report(s.label("OnStart"), err)
	return nil
}

// loop runs the tasks of s until it is left (nil) or the user shall end (StopUser).
func (u *User) loop(s *set, wait WaitTime) error {
	for u.ready() {
		st := s.pick()
		u.current.Store(st)
		err := u.perform(st, wait)
		if err != nil {
			if u.isForced() {
				return StopUser // whatever it returned: it was cut off
			}
			u.report(st.task.name(), err)
		}
		switch {
		case errors.Is(err, StopUser):
			return StopUser
		case errors.Is(err, InterruptTaskSet) && s.name != "":
			return nil
		case errors.Is(err, InterruptTaskSet):
			u.report(st.task.name(), errNotNested)
		case err == nil && st.set != nil:
			u.yield()
			continue
		}
		if !u.rest(wait) {
			return StopUser
		}
	}
	return StopUser
}

func (u *User) perform(st *step, wait WaitTime) error {
	if st.set != nil {
		return u.enter(st.set, wait)
	}
	return protect(u.ctx, st.task.Run)
}
