package gate

import (
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
)

// wakeUpEvery is how often the gate wants to wake up to see how late it does.
const wakeUpEvery = 5 * time.Millisecond

// A wakeUps is how late this machine lets the gate run: one goroutine wants to wake up at
// fixed times, and counts by how much it misses each of them. A local master's workers have
// the same machine, and read their answers as late.
type wakeUps struct {
	next time.Time // that it wants to wake up
	late histogram.Histogram

	stop chan struct{}
	done chan struct{}
}

func watchWakeUps() *wakeUps {
	w := &wakeUps{next: time.Now().Add(wakeUpEvery), stop: make(chan struct{}), done: make(chan struct{})}
	go w.watch()
	return w
}

func (w *wakeUps) watch() {
	defer close(w.done)
	timer := time.NewTimer(time.Until(w.next))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			w.woke(time.Now())
			timer.Reset(time.Until(w.next))
		case <-w.stop:
			return
		}
	}
}

// woke counts every time that has passed meanwhile, so that a long stall weighs as much as
// it lasted.
func (w *wakeUps) woke(now time.Time) {
	for ; !w.next.After(now); w.next = w.next.Add(wakeUpEvery) {
		w.late.Observe(now.Sub(w.next).Seconds())
	}
}

// end stops the goroutine and returns what it saw.
func (w *wakeUps) end() histogram.Histogram {
	close(w.stop)
	<-w.done
	return w.late
}
