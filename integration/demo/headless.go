package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	startAllowance = 60 * time.Second // for the start and the end of a test
	endAllowance   = 60 * time.Second // between the ends of worker and master
)

// headless runs the one test and checks that nothing of it was lost.
func (s *stage) headless(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.runTime+s.stopTimeout+startAllowance,
		errors.New("demo: the test did not end in time"))
	defer cancel()
	if err := s.watch(ctx); err != nil {
		return errors.Join(err, s.stop())
	}
	table, err := s.master.Table()
	if err != nil {
		return err
	}
	fmt.Printf("the master's own table:\n\n%s\n\n", table)
	b, err := s.balance(ctx)
	if err != nil {
		return err
	}
	if err := s.target.Stop(s.life); err != nil {
		return err
	}
	fmt.Println(b)
	return b.check()
}

// watch shows the progress until master and worker have ended, and wants both to have
// ended well.
func (s *stage) watch(ctx context.Context) error {
	p := newProgress(s)
	defer p.end()
	for ended := s.worker.Done(); s.master.Alive(); {
		select {
		case <-p.ticks():
			p.show(ctx)
		case <-s.master.Done():
		case <-ended:
			ended = nil
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, endAllowance, errors.New("demo: the worker has ended, the master has not"))
			defer cancel()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	master, err := s.master.Wait(ctx)
	if err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, endAllowance)
	defer cancel()
	worker, err := s.worker.Wait(wait)
	if err != nil {
		return err
	}
	if master != 0 || worker != 0 {
		return fmt.Errorf("demo: exit codes: master %d, worker %d\n%s\n%s", master, worker, s.master.Tail(10), s.worker.Tail(10))
	}
	return nil
}
