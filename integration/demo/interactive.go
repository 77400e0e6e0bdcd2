package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// interactive leaves the master to a browser until Ctrl-C.
func (s *stage) interactive(ctx context.Context) error {
	fmt.Printf("Locust's web UI:  %s\n\n", s.master.Web)
	fmt.Printf("Open it, choose a number of users (say %d) and start the test; the host is filled in.\n", s.users)
	fmt.Println("Ctrl-C here stops everything.")
	select {
	case <-ctx.Done():
	case <-s.master.Done():
		return errors.Join(fmt.Errorf("demo: the master has ended:\n%s", s.master.Tail(10)), s.stop())
	case <-s.worker.Done():
		return errors.Join(fmt.Errorf("demo: the worker has ended:\n%s", s.worker.Tail(10)), s.stop())
	}
	if err := s.stop(); err != nil {
		return err
	}
	return s.farewell()
}

// farewell shows what the last test came to.
func (s *stage) farewell() error {
	counts, err := s.worker.Summary()
	if err != nil {
		return err
	}
	fmt.Printf("stopped %s; the worker has recorded %d requests\n", time.Now().Format(time.TimeOnly), counts.Recorded)
	return nil
}
