package main

import (
	"context"
	"errors"
	"fmt"
)

// A balance is the number of requests as each part counted them.
type balance struct{ target, worker, master int64 }

func (s *stage) balance(ctx context.Context) (balance, error) {
	counts, errTarget := s.target.Counts(ctx)
	summary, errWorker := s.worker.Summary()
	final, errMaster := s.master.Final()
	return balance{counts.Total, summary.Recorded, final.Requests}, errors.Join(errTarget, errWorker, errMaster)
}

func (b balance) String() string {
	return fmt.Sprintf("requests: target=%d worker=%d master=%d lost=%d", b.target, b.worker, b.master, b.target-b.master)
}

// check returns an error unless all three counted the same, and something.
func (b balance) check() error {
	switch {
	case b.target == 0:
		return errors.New("demo: the target has served nothing")
	case b.target != b.worker:
		return errors.New("demo: target and worker disagree")
	case b.worker != b.master:
		return errors.New("demo: worker and master disagree")
	default:
		return nil
	}
}
