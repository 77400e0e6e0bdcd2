package worker

import "time"

// A stopTest is a user's wish to end its test.
type stopTest struct {
	test        *test
	class, task string
	err         error
}

// stopTestOf returns what the users of a class in a test call with their StopTest. The
// first wish of several is enough.
func (w *worker) stopTestOf(t *test, class string) func(task string, err error) {
	return func(task string, err error) {
		select {
		case w.stopTests <- stopTest{t, class, task, err}:
		default:
		}
	}
}

// stopTest stops all users of this worker, as a Python worker does (locust/runners.py,
// locust_exception_handler). The master is not told and sees them go; its next spawn, such
// as that of a ramp, brings users back. A worker that was given --headless ends instead, and a
// headless master ends with its last one. So does a run without a master.
func (w *worker) stopTest(r stopTest) {
	if w.phase != active || w.test != r.test {
		return
	}
	w.log.Error().Str("user_class", r.class).Str("task", r.task).Err(r.err).Msg("a user stops the test: stopping all users of this worker")
	if w.cfg.leaveOnStopTest {
		w.depart(time.Now(), false)
		return
	}
	w.swarm.clear(w.test.grace)
	w.swarm.resume()
}
