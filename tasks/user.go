package tasks

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A User is one running user, and what its tasks need of the worker. Its methods may be
// called from several goroutines.
type User struct {
	Environment        // its Host is the user class's where the master names none
	Class       string // name of the user class
	Number      int64  // tells this user from all others of its worker

	recorder   Recorder
	inFlight   *atomic.Int64
	schedule   Schedule
	only       []string
	stop       <-chan struct{}
	paused     func() <-chan struct{}
	once       func(task string)
	onRequest  func(context.Context, Request)
	onError    func(string, error)
	onStopTest func(string, error)
	send       func(string, any) error

	// Of the run loop alone.
	ctx       context.Context // done after a forced stop
	done      <-chan struct{} // ctx.Done()
	base      userContext     // what ctx points to
	timer     *time.Timer
	iteration Iteration
	missed    int64 // starts that the last wait time left out
	unwaited  int   // iterations without a wait, one after the other

	current atomic.Pointer[step] // the running task
	leaving atomic.Bool          // OnStop is running
	cuts    atomic.Int32         // calls that were cut off
	entries entries

	mu       sync.Mutex
	intended time.Time // of the iteration, until its first request; kept for onRequest only
	forced   time.Time // when the forced stop was noticed
	cleanups []func()
}

// A userContext is the context that a user's tasks get.
type userContext struct {
	context.Context
	user *User
}

type userKey struct{}

// Value knows the user besides.
func (c *userContext) Value(key any) any {
	if key == (userKey{}) {
		return c.user
	}
	return c.Context.Value(key)
}

func (c *UserClass) newUser(ctx context.Context, d *Driver) *User {
	u := &User{
		Environment: d.Environment,
		Class:       c.Name,
		Number:      d.Number,
		recorder:    d.Recorder,
		inFlight:    d.InFlight,
		schedule:    d.Schedule,
		only:        d.Only,
		stop:        d.Stopping,
		paused:      d.Paused,
		once:        d.Once,
		onRequest:   d.OnRequest,
		onError:     d.OnError,
		onStopTest:  d.OnStopTest,
		send:        d.Send,
	}
	if u.Host == "" {
		u.Host = c.Host
	}
	if u.recorder == nil {
		u.recorder = discard{}
	}
	if u.inFlight == nil {
		u.inFlight = new(atomic.Int64)
	}
	if u.schedule == nil {
		u.schedule = discard{}
	}
	u.base = userContext{ctx, u}
	u.ctx, u.done = &u.base, ctx.Done()
	return u
}

// Stopping returns a channel that is closed when the user shall end after its running
// task. A task that runs for long, such as one that reads a stream, should watch it. It is
// nil if nobody can stop the user that way.
func (u *User) Stopping() <-chan struct{} { return u.stop }

// Send sends a custom message to the master, data being any value that msgpack has. It
// does not block: an error says that the message is dropped. Without a master, as in a
// test of a user class, it does nothing.
func (u *User) Send(messageType string, data any) error {
	if u.send == nil {
		return nil
	}
	return u.send(messageType, data)
}

// Cleanup has f called after the user's end, after the last OnStop: the function added
// last comes first. One that panics is an exception and does not keep the others from
// running.
func (u *User) Cleanup(f func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cleanups = append(u.cleanups, f)
}

// cleanup calls what Cleanup was given, also what is added meanwhile.
func (u *User) cleanup() {
	for {
		u.mu.Lock()
		fs := u.cleanups
		u.cleanups = nil
		u.mu.Unlock()
		if len(fs) == 0 {
			return
		}
		for _, f := range slices.Backward(fs) {
			u.report("Cleanup", protect(u.ctx, func(context.Context) error { f(); return nil }))
		}
	}
}

// isStopping says whether the user shall end, by force or not.
func (u *User) isStopping() bool {
	select {
	case <-u.stop:
		return true
	default:
		return u.isForced()
	}
}

// isForced says whether the worker has canceled the user.
func (u *User) isForced() bool {
	select {
	case <-u.done:
		return true
	default:
		return false
	}
}

// discard is the Recorder and the Schedule of a user that nobody watches.
type discard struct{}

func (discard) Entry(string, string) Entry   { return 0 }
func (discard) Record(Entry, Sample)         {}
func (discard) Interrupt(Entry)              {}
func (discard) Started(time.Duration, int64) {}
