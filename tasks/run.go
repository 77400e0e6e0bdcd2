package tasks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errNotNested = errors.New("tasks: InterruptTaskSet outside of a nested task set")

// Run runs one user until d.Stopping is closed, one of its tasks returns StopUser or
// StopTest, or, by force, ctx is done. It returns when the user has ended: OnStop and the
// functions given to Cleanup have run.
//
// The tasks' contexts have no deadline even if ctx has one: they are canceled when it
// passes. (A client such as gRPC's would make a deadline of the worker a failed request.)
//
// A user that cannot run, because New panics or builds an invalid TaskSet, is reported to
// d.OnError and ends. One whose tasks the tags all filter out is reported, too, and waits
// until it is stopped.
func (c *UserClass) Run(ctx context.Context, d Driver) {
	if _, ok := ctx.Deadline(); ok {
		c.runUntil(ctx, &d)
		return
	}
	c.newUser(ctx, &d).run(c)
}

// runUntil is Run for a context with a deadline.
func (c *UserClass) runUntil(deadline context.Context, d *Driver) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(deadline))
	defer cancel()
	defer context.AfterFunc(deadline, cancel)()
	c.newUser(ctx, d).run(c)
}

// run is the life of a user. The frames from here to pause are small, because the stacks of
// all the users that wait hold them.
func (u *User) run(c *UserClass) {
	if !u.ready() {
		return
	}
	defer u.cleanup()
	if s := u.prepare(c); s != nil {
		u.report("OnStart", u.enter(s, c.WaitTime))
	}
}

// prepare returns the root set, or nil if there is nothing to run.
func (u *User) prepare(c *UserClass) *set {
	ts, err := c.tasks(u)
	if err == nil {
		err = checkSet(c, ts)
	}
	if err != nil {
		u.report("New", err)
		return nil
	}
	s := newSet("", ts, &tagFilter{u.Tags, u.ExcludeTags, u.only}, nil)
	if len(s.steps) == 0 {
		u.reportTags()
		u.idle()
		return nil
	}
	if s.hasOnStop() {
		u.noteForcedStop()
	}
	return s
}

func (u *User) reportTags() {
	u.report("New", fmt.Errorf("tasks: user class %q: the tags %q and the excluded tags %q leave no task", u.Class, u.Tags, u.ExcludeTags))
}

// tasks calls New.
func (c *UserClass) tasks(u *User) (ts *TaskSet, err error) {
	defer rescue(&err)
	set := c.New(u)
	return &set, nil
}

// idle waits until the user is stopped.
func (u *User) idle() {
	select {
	case <-u.stop:
	case <-u.done:
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
		return u.loopAndLeave(s, u.open(s, wait))
	}
	return u.loop(s, u.open(s, wait))
}

func (u *User) loopAndLeave(s *set, wait WaitTime) error {
	defer u.leave(s)
	return u.loop(s, wait)
}

// open begins the order and the pacing of s, and returns its wait time.
func (u *User) open(s *set, wait WaitTime) WaitTime {
	s.rewind()
	if s.WaitTime != nil {
		wait = s.WaitTime
	} else if s.name != "" {
		return wait // its first task belongs to an iteration of the enclosing set
	}
	if wait != nil {
		now := time.Now()
		u.begin(now, now)
	}
	return wait
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
	if u.once != nil {
		return u.loopOnce(s)
	}
	for u.ready() {
		st := s.pick()
		u.current.Store(st)
		err := u.perform(st, wait)
		next := goOn
		if err != nil || st.set != nil {
			next = u.judge(s, st, err)
		}
		switch {
		case next == stopUser, next == goOn && !u.rest(wait):
			return StopUser
		case next == leaveSet:
			return nil
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

// What follows a task.
const (
	goOn     = iota // the next one, after the wait time
	goOnNow         // the next one at once
	leaveSet        // the next one of the enclosing set
	stopUser        // the user's end
)

// judge reports what a task returned, and says what follows.
func (u *User) judge(s *set, st *step, err error) int {
	if u.isForced() {
		return stopUser // whatever it returned: it was cut off
	}
	u.report(st.task.name(), err)
	switch {
	case isEnd(err):
		return stopUser
	case errors.Is(err, InterruptTaskSet) && s.name != "":
		return leaveSet
	case errors.Is(err, InterruptTaskSet):
		u.report(st.task.name(), errNotNested)
	case err == nil:
		u.yield()
		return goOnNow
	}
	return goOn
}
