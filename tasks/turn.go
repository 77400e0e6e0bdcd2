package tasks

import "time"

const (
	// longestHaste is how long a user goes on without waiting as others do: the runtime asks
	// the kernel who of those has an answer when nobody else wants the processor, and every
	// 10 ms at any rate.
	longestHaste = 10 * time.Millisecond
	// tryEvery is how many of a user's requests one is of which it is tried.
	tryEvery = 8
)

// A turn decides whether a user lets the others have their turn between its request and the
// look for the answer. A server on the same machine, or the next one, has answered by then
// when many users want the processor: the answer is read at once, no look was in vain, and
// nobody had to be woken.
type turn struct {
	prompt bool      // the last time, the answer was there
	count  uint      // of requests
	waited time.Time // when the last request was sent whose answer had to be waited for
}

// pass says whether to let the others go first after a request that was sent at now.
func (t *turn) pass(now time.Time) bool {
	t.count++
	return now.Sub(t.waited) < longestHaste && (t.prompt || t.count%tryEvery == 0)
}

// over notes whether the answer to such a request, for which the others went first or did
// not, had to be waited for.
func (t *turn) over(now time.Time, passed, waited bool) {
	if passed {
		t.prompt = !waited
	}
	if waited {
		t.waited = now
	}
}
