package main

import (
	"context"
	"errors"
	"fmt"
)

// errLate says that the machine was too busy: a master listens for half a second after it has
// told its workers to quit (locust/runners.py), and the worker says that it came too late.
var errLate = errors.New("demo: the master listened no more when the worker sent its last report")

// A balance is the number of requests as each part counted them, and how many the worker says
// that it could not tell the master any more.
type balance struct{ target, worker, master, unreported int64 }

func (s *stage) balance(ctx context.Context) (balance, error) {
	counts, errTarget := s.target.Counts(ctx)
	summary, errWorker := s.worker.Summary()
	final, errMaster := s.master.Final()
	return balance{counts.Total, summary.Recorded, final.Requests, summary.Unreported}, errors.Join(errTarget, errWorker, errMaster)
}

func (b balance) String() string {
	return fmt.Sprintf("requests: target=%d worker=%d master=%d lost=%d", b.target, b.worker, b.master, b.target-b.master)
}

// check returns an error unless all three counted the same, and something: errLate if the worker
// has said why not.
func (b balance) check() error {
	switch {
	case b.target == 0:
		return errors.New("demo: the target has served nothing")
	case b.target != b.worker:
		return errors.New("demo: target and worker disagree")
	case b.master < b.worker && b.master >= b.worker-b.unreported:
		return errLate
	case b.worker != b.master:
		return errors.New("demo: worker and master disagree")
	default:
		return nil
	}
}
