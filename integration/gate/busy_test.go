//go:build integration

package gate

import (
	"time"

	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// amongOthers lets a run that has to pass or to fail be late, as the other tests around it
// make it. An answer of a worker that comes late looks as if its clock were another one.
func (s *scene) amongOthers() {
	s.set("validity.schedule_lag", "1m", "validity.missed", "1000%", "validity.cpu", "100%", "validity.requests", 20,
		"validity.allow_clock_steps", true)
}

// undisturbed runs the gate with its own limits, and again where the machine was too busy for
// a verdict, as a pipeline does.
func (s *scene) undisturbed() outcome {
	s.t.Helper()
	const most = 5
	for try := 1; ; try++ {
		o := s.gate()
		if o.code != verdict.ExitInvalid || try == most {
			return o
		}
	}
}

// A lag is how late this machine lets a test run at most.
type lag struct {
	most time.Duration
	stop chan struct{}
	done chan struct{}
}

func watchLag() *lag {
	l := &lag{stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		const pause = 5 * time.Millisecond
		timer := time.NewTimer(pause)
		defer timer.Stop()
		for {
			begin := time.Now()
			timer.Reset(pause)
			select {
			case <-timer.C:
				l.most = max(l.most, time.Since(begin)-pause)
			case <-l.stop:
				return
			}
		}
	}()
	return l
}

func (l *lag) end() time.Duration {
	close(l.stop)
	<-l.done
	return l.most
}
